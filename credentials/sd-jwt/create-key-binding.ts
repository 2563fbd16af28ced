import type { EpochSeconds } from '@symbolon/schemas';
import { hashTexts } from '#crypto';
import type { HashAlgorithm, Signer } from '../crypto/contract.ts';
import { signCompactJws } from '../jose/sign-compact-jws.ts';

/** What a key binding JWT binds a presentation to. */
export type KeyBinding = {
  readonly nonce: string;
  readonly audience: string;
  readonly iat: EpochSeconds;
  /** Holds the key that the credential names in `cnf`. */
  readonly signer: Signer;
};

/**
 * Creates the key binding JWT of a presentation.
 *
 * @param sdJwt - Everything up to and including the last '~'.
 * @see RFC 9901 section 4.3
 */
export async function createKeyBindingJwt(
  sdJwt: string,
  algorithm: HashAlgorithm,
  { nonce, audience, iat, signer }: KeyBinding,
): Promise<string> {
  const [sdHash = ''] = await hashTexts(algorithm, [sdJwt]);
  return signCompactJws({
    header: { typ: 'kb+jwt' },
    payload: { iat, aud: audience, nonce, sd_hash: sdHash },
    signer,
  });
}
