import type { PublicJwk } from '@symbolon/schemas';
import { holderKeyOf } from './holder-key-of.ts';
import type { UnverifiedSdJwt } from './parse-sd-jwt.ts';
import { hashAlgorithmOf } from './sd-jwt/hash-algorithm.ts';
import {
  type KeyBindingExpectations,
  verifyKeyBindingJwt,
} from './sd-jwt/verify-key-binding-jwt.ts';

/**
 * Verifies that the holder of the key in `cnf` made this presentation, for this verifier and now.
 *
 * @returns The holder's key.
 * @throws CredentialError as {@link verifyKeyBindingJwt} says.
 * @see RFC 9901 section 7.3
 */
export async function verifyKeyBinding(
  { jws, sdJwt, keyBindingJwt }: UnverifiedSdJwt,
  expectations: KeyBindingExpectations,
): Promise<PublicJwk | undefined> {
  const hashAlgorithm = hashAlgorithmOf(jws.payload);
  const holderKey = holderKeyOf(jws.payload);
  await verifyKeyBindingJwt({ sdJwt, keyBindingJwt, hashAlgorithm, holderKey }, expectations);
  return holderKey;
}
