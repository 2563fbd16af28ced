import type { EpochSeconds } from '@symbolon/schemas';
import {
  parseRegisteredRelyingParty,
  type RegisteredRelyingParty,
} from '@symbolon/schemas/relying-party';
import type { IssuanceStore } from '../store/issuance-store.ts';

/** A relying party as the operator sees it. */
export type ListedRelyingParty = RegisteredRelyingParty & {
  readonly relyingPartyId: string;
  readonly revokedAt: EpochSeconds | undefined;
};

/** Every relying party that was ever registered, the revoked ones too. */
export async function listRelyingParties(
  store: Pick<IssuanceStore, 'getRelyingParties'>,
): Promise<readonly ListedRelyingParty[]> {
  const rows = await store.getRelyingParties();
  return rows.map(({ relyingPartyId, document, revokedAt }) => ({
    ...parseRegisteredRelyingParty(JSON.parse(document)),
    relyingPartyId,
    revokedAt,
  }));
}
