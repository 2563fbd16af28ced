import { decodeBase64Url } from '@symbolon/credentials/jose';
import type { P256PublicJwk } from '@symbolon/schemas';
import type { ResponseKey } from '@symbolon/schemas/openid4vp';
import { PresentationError } from '../error.ts';

const COORDINATE_BYTES = 32;

/**
 * The key of `client_metadata.jwks` that an answer is sealed to: the first one on P-256 that is meant
 * for encryption. Keys of other kinds are passed over, as the specification asks; a set that gives
 * a private key away is refused whole.
 *
 * @param signingKey - The key of the request's certificate: it is made to last, so an answer sealed
 *   to it could be opened long after, and is passed over too.
 * @throws {@link PresentationError} `response_key_unusable`.
 * @see [OpenID4VP 1.0 section 8.3](https://openid.net/specs/openid-4-verifiable-presentations-1_0.html#section-8.3)
 */
export async function findResponseKey(
  keys: readonly ResponseKey[],
  signingKey: P256PublicJwk,
): Promise<P256PublicJwk> {
  if (keys.some(({ d }) => d !== undefined)) {
    throw new PresentationError('response_key_unusable', 'the request gives a private key away');
  }
  for (const key of keys) {
    const usable = p256KeyOf(key);
    if (usable === undefined || usable.x === signingKey.x) continue;
    if (await isOnCurve(usable)) return usable;
  }
  throw new PresentationError('response_key_unusable', 'the request has no P-256 encryption key');
}

function p256KeyOf({ kty, crv, x, y, kid, use }: ResponseKey): P256PublicJwk | undefined {
  if (kty !== 'EC' || crv !== 'P-256' || kid === undefined) return undefined;
  if (use !== undefined && use !== 'enc') return undefined;
  return isCoordinate(x) && isCoordinate(y) ? { kty, crv, x, y } : undefined;
}

function isCoordinate(text: string | undefined): text is string {
  if (text === undefined) return false;
  try {
    return decodeBase64Url(text).length === COORDINATE_BYTES;
  } catch {
    return false;
  }
}

async function isOnCurve(key: P256PublicJwk): Promise<boolean> {
  try {
    const algorithm = { name: 'ECDH', namedCurve: 'P-256' };
    await globalThis.crypto.subtle.importKey('jwk', key, algorithm, false, []);
    return true;
  } catch {
    return false;
  }
}
