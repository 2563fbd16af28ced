import { CredentialError, holderKeyOf, verifyKeyBinding } from '@symbolon/credentials/check';
import type { JsonObject, JsonValue, P256PublicJwk, PublicJwk } from '@symbolon/schemas';
import { decodeDidJwk } from '@symbolon/trust/check';
import { JudgeError } from './error.ts';
import type { UnverifiedCredential } from './parse-credential.ts';

/**
 * What binds the credential to who brings it.
 *
 * `key_binding`: the holder's signature over this presentation, for this verifier (the whole client
 * identifier) and this request's nonce, which is the only freshness: over QR no clock has to agree.
 * `held_key`: the credential is new, and bound to one of the receiver's own keys.
 */
export type HolderExpectation =
  | {
      readonly kind: 'key_binding';
      readonly expectedNonce: string;
      readonly expectedAudience: string;
    }
  | { readonly kind: 'held_key'; readonly keys: readonly P256PublicJwk[] };

/**
 * Checks the binding of a credential to its holder, and in the W3C forms that the subject is the
 * holder: a card about one person that is bound to the key of another proves nothing.
 *
 * @throws CredentialError as `verifyKeyBinding`; {@link JudgeError} `holder_key_mismatch`,
 *   `subject_mismatch`.
 */
export async function checkHolder(
  credential: UnverifiedCredential,
  expected: HolderExpectation,
): Promise<void> {
  const key = findHolderKey(credential);
  checkSubject(credential, key);
  if (expected.kind === 'held_key') {
    if (credential.sdJwt?.keyBindingJwt !== undefined) {
      throw new CredentialError('key_binding_unexpected', 'an issuer hands out no key binding');
    }
    if (expected.keys.some((held) => isSameKey(held, key))) return;
    throw new JudgeError('holder_key_mismatch', 'the credential is not bound to the key asked for');
  }
  if (credential.sdJwt === undefined) {
    throw new CredentialError('key_binding_missing', 'this format has no key binding');
  }
  const { expectedNonce, expectedAudience } = expected;
  const freshness = { kind: 'nonce_only' } as const;
  await verifyKeyBinding(credential.sdJwt, { expectedNonce, expectedAudience, freshness });
}

/**
 * The key that a credential is bound to: `cnf`, or in a JWT credential the subject's `did:jwk`.
 *
 * @throws CredentialError `holder_key_missing`; TrustError for a DID that is not a `did:jwk`.
 */
export function findHolderKey({ format, jws }: UnverifiedCredential): PublicJwk {
  if (format === 'jwt_vc_json') {
    const { sub } = jws.payload;
    if (typeof sub === 'string') return decodeDidJwk(sub);
  } else {
    const key = holderKeyOf(jws.payload);
    if (key !== undefined) return key;
  }
  throw new CredentialError('holder_key_missing', 'the credential names no key of its holder');
}

function checkSubject({ format, jws }: UnverifiedCredential, key: PublicJwk): void {
  if (format !== 'vc+sd-jwt') return;
  const subject = jws.payload['credentialSubject'];
  const id = isObject(subject) ? subject['id'] : undefined;
  if (typeof id === 'string' && isSameKey(decodeDidJwk(id), key)) return;
  const message = "the subject of the credential is not the holder of the key in 'cnf'";
  throw new JudgeError('subject_mismatch', message);
}

function isSameKey(one: PublicJwk, other: PublicJwk): boolean {
  const yOf = (key: PublicJwk): string | undefined => (key.kty === 'EC' ? key.y : undefined);
  return one.crv === other.crv && one.x === other.x && yOf(one) === yOf(other);
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
