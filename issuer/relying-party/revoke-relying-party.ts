import { IssuerError } from '../error.ts';
import type { Issuer } from '../issuer.ts';

/**
 * Revokes a relying party: the next trust bundle names its access certificate as revoked, and a
 * wallet that holds that bundle refuses its requests.
 *
 * @throws {@link IssuerError} `relying_party_unknown`.
 */
export async function revokeRelyingParty(
  issuer: Pick<Issuer, 'now' | 'store' | 'trustBundles'>,
  relyingPartyId: string,
): Promise<void> {
  const outcome = await issuer.store.revokeRelyingParty(relyingPartyId, issuer.now());
  if (outcome === 'unknown') {
    throw new IssuerError('relying_party_unknown', 'no relying party has this id', {
      hint: "see 'issuer relying-party list'",
    });
  }
  issuer.trustBundles.invalidate();
}
