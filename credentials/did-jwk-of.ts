import type { PublicJwk } from '@symbolon/schemas';
import { encodeTextBase64Url } from '#crypto';
import { canonicalJwk } from './jose/jwk-thumbprint.ts';

/** The `did:jwk` of a public key: the key itself, as text (did:jwk method, "To create a DID"). */
export function didJwkOf(jwk: PublicJwk): string {
  return `did:jwk:${encodeTextBase64Url(canonicalJwk(jwk))}`;
}
