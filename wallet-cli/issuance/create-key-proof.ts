import { signCompactJws } from '@symbolon/credentials/jose';
import type { EpochSeconds } from '@symbolon/schemas';
import type { HolderKey } from './holder-key.ts';

/** What a key proof is bound to. */
export type KeyProofBinding = {
  /** The credential issuer's identifier. */
  readonly audience: string;
  /** The issuer's `c_nonce`; absent where the issuer has no nonce endpoint. */
  readonly nonce: string | undefined;
  readonly now: EpochSeconds;
};

/**
 * Creates a key proof of type `jwt`: it shows that we hold the key that a credential is to be
 * bound to. `iss` is left out, since the token request was anonymous.
 *
 * @see [OpenID4VCI 1.0 appendix F.1](https://openid.net/specs/openid-4-verifiable-credential-issuance-1_0.html#appendix-F.1)
 */
export function createKeyProof(
  { publicJwk, signer }: HolderKey,
  { audience, nonce, now }: KeyProofBinding,
): Promise<string> {
  return signCompactJws({
    header: { alg: signer.alg, typ: 'openid4vci-proof+jwt', jwk: publicJwk },
    payload: { aud: audience, iat: now, ...(nonce === undefined ? {} : { nonce }) },
    signer,
  });
}
