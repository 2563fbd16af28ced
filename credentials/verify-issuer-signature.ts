import type { PublicJwk } from '@symbolon/schemas';
import { ALL_ALGORITHMS, verifyJwsSignature } from './jose/verify-compact-jws.ts';
import type { UnverifiedSdJwt } from './parse-sd-jwt.ts';

/**
 * Verifies the signature of the issuer-signed JWT.
 *
 * @param issuerKey - As trust has found it; a key in the header is never taken.
 * @throws CredentialError `algorithm_not_allowed`, `key_not_allowed`, `signature_invalid`.
 * @see RFC 9901 section 7.1 step 2
 */
export function verifyIssuerSignature(
  { jws }: Pick<UnverifiedSdJwt, 'jws'>,
  issuerKey: PublicJwk,
): Promise<void> {
  return verifyJwsSignature({ jws, key: issuerKey, algorithms: ALL_ALGORITHMS });
}
