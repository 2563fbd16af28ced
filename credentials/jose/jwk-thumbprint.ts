import type { PublicJwk } from '@symbolon/schemas';
import { sha256Base64Url } from '../crypto/sha256-base64url.ts';

/** The members of a public key that make it, in lexicographic order and without white space. */
export function canonicalJwk(jwk: PublicJwk): string {
  const { kty, crv, x } = jwk;
  return JSON.stringify('y' in jwk ? { crv, kty, x, y: jwk.y } : { crv, kty, x });
}

/** SHA-256 thumbprint of a public key, base64url (RFC 7638 section 3). */
export async function jwkThumbprint(jwk: PublicJwk): Promise<string> {
  const [thumbprint = ''] = await sha256Base64Url([canonicalJwk(jwk)]);
  return thumbprint;
}
