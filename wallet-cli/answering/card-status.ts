import { decodeCompactJws } from '@symbolon/credentials/jose';
import type { EpochSeconds } from '@symbolon/schemas';
import type { Card } from '@symbolon/schemas/wallet-file';
import { findStatus, findStatusReference, type TrustBundle, TrustError } from '@symbolon/trust';
import { chooseCopy } from './choose-copy.ts';

/** What the bundle that is held says about a card. */
export type CardStatus = 'revoked' | 'suspended' | 'unknown' | 'valid';

const MAX_CREDENTIAL_BYTES = 262_144;
/** For the holder's own information any age will do; a counter decides by its own rule. */
const ANY_AGE_SECONDS = 10 * 366 * 86_400;

/**
 * The status of the copy that would be shown next, by the trust bundle that is held: nothing is
 * fetched. `unknown` for a form of card that has no status, or when the bundle does not tell.
 */
export async function cardStatus(
  card: Card,
  bundle: TrustBundle | undefined,
  now: EpochSeconds,
): Promise<CardStatus> {
  if (bundle === undefined || card.format === 'jwt_vc_json') return 'unknown';
  const [jws = ''] = chooseCopy(card, '').copy.credential.split('~');
  try {
    const { payload } = decodeCompactJws(jws, MAX_CREDENTIAL_BYTES);
    const expectations = { issuer: card.issuer, maxAgeSeconds: ANY_AGE_SECONDS, now };
    await findStatus(bundle, findStatusReference(payload), expectations);
    return 'valid';
  } catch (error) {
    if (!(error instanceof TrustError)) throw error;
    if (error.code === 'credential_revoked') return 'revoked';
    return error.code === 'credential_suspended' ? 'suspended' : 'unknown';
  }
}
