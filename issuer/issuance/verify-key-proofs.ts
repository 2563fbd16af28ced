import { CredentialRequestError } from './credential-request-error.ts';
import {
  type KeyProofExpectations,
  type VerifiedKeyProof,
  verifyKeyProof,
} from './verify-key-proof.ts';

/**
 * Verifies all key proofs of a request: each must be in order, and no two may prove the same key,
 * since two credentials that share a key can be linked.
 *
 * @throws {@link CredentialRequestError} `invalid_proof`, also for none at all; `invalid_nonce`.
 * @see [OpenID4VCI 1.0 section 8.2](https://openid.net/specs/openid-4-verifiable-credential-issuance-1_0.html#section-8.2)
 */
export async function verifyKeyProofs(
  jwts: readonly string[],
  expectations: KeyProofExpectations,
): Promise<readonly VerifiedKeyProof[]> {
  if (jwts.length === 0) throw new CredentialRequestError('invalid_proof', 'there is no key proof');
  const proofs = await Promise.all(jwts.map((jwt) => verifyKeyProof(jwt, expectations)));
  const keys = new Set(proofs.map(({ thumbprint }) => thumbprint));
  if (keys.size !== proofs.length) {
    throw new CredentialRequestError('invalid_proof', 'each key may be proven once in a request');
  }
  return proofs;
}
