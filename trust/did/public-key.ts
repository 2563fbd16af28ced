import { decodeBase64Url } from '@symbolon/credentials/jose';
import type { PublicJwk } from '@symbolon/schemas';
import { isEd25519Key, isWeierstrassPoint } from './curve.ts';

/**
 * Whether a well-formed public JWK is a key at all: a point of its curve.
 *
 * @throws CredentialError `malformed` for base64url that is not canonical.
 */
export function isPublicKey(jwk: PublicJwk): boolean {
  const x = decodeBase64Url(jwk.x);
  if (jwk.crv === 'Ed25519') return isEd25519Key(x);
  return isWeierstrassPoint(jwk.crv, x, decodeBase64Url(jwk.y));
}

/** Whether two public JWKs name the same key. */
export function isSameKey(left: PublicJwk, right: PublicJwk): boolean {
  const yOf = (jwk: PublicJwk): string => ('y' in jwk ? jwk.y : '');
  return left.crv === right.crv && left.x === right.x && yOf(left) === yOf(right);
}
