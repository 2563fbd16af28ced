import { timingSafeEqual } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { expiryOf } from './expiring-key.ts';
import type { Write } from './group-commit.ts';
import type {
  AccessGrant,
  IssuanceStore,
  NewAccessToken,
  OfferRedemption,
} from './issuance-store.ts';
import { decodeAccessTokenRow, decodeBytesRow, decodeOfferRow, type OfferRow } from './row.ts';

type Offers = Pick<
  IssuanceStore,
  'addOffer' | 'getOfferByReference' | 'redeemOffer' | 'getAccessGrant'
>;

/** Wrong transaction codes that burn an offer (OpenID4VCI 1.0 section 13.6.2). */
const MAX_ATTEMPTS = 5;

/** Offers and the access tokens that take their place. */
export function createSqliteOffers(database: Database, write: Write): Offers {
  const living = database.prepare(
    `SELECT 1 FROM enrolment WHERE enrolment_id = ? AND state = 'living'`,
  );
  const addOffer = database.prepare(
    `INSERT INTO offer (offer_key, enrolment_id, configuration_ids, tx_code_hmac)
     VALUES (?, ?, ?, ?)`,
  );
  const addReference = database.prepare('INSERT INTO offer_reference VALUES (?, ?)');
  const getReference = database.prepare(
    'SELECT sealed_offer FROM offer_reference WHERE reference_key = ?',
  );
  const getOffer = database.prepare(
    `SELECT enrolment_id, configuration_ids, tx_code_hmac, attempts
     FROM offer WHERE offer_key = ?`,
  );
  const countAttempt = database.prepare('UPDATE offer SET attempts = ? WHERE offer_key = ?');
  const deleteOffer = database.prepare('DELETE FROM offer WHERE offer_key = ?');
  const addToken = database.prepare('INSERT INTO access_token VALUES (?, ?, ?, ?, ?)');
  const getToken = database.prepare(
    `SELECT enrolment_id, configuration_ids, dpop_jkt, credentials_left
     FROM access_token WHERE token_key = ?`,
  );

  const refuseTxCode = (offerKey: Uint8Array, attemptsBefore: number): OfferRedemption => {
    const attempts = attemptsBefore + 1;
    if (attempts < MAX_ATTEMPTS) countAttempt.run(attempts, offerKey);
    else deleteOffer.run(offerKey);
    return { outcome: 'tx_code_wrong', attemptsLeft: MAX_ATTEMPTS - attempts };
  };

  const redeem = (
    offerKey: Uint8Array,
    offer: OfferRow,
    token: NewAccessToken,
  ): OfferRedemption => {
    deleteOffer.run(offerKey);
    if (living.get(offer.enrolment_id) === undefined) return { outcome: 'unknown' };
    const { enrolment_id, configuration_ids } = offer;
    const ids = JSON.stringify(configuration_ids);
    const { tokenKey, dpopJkt = null, credentialsPerConfiguration } = token;
    const limit = credentialsPerConfiguration * configuration_ids.length;
    addToken.run(tokenKey, enrolment_id, ids, dpopJkt, limit);
    return {
      outcome: 'redeemed',
      entitlement: { enrolmentId: enrolment_id, configurationIds: configuration_ids },
    };
  };

  return {
    addOffer: ({ offerKey, enrolmentId, configurationIds, txCodeHmac, byReference }) =>
      write(() => {
        if (living.get(enrolmentId) === undefined) return 'enrolment_not_living';
        addOffer.run(offerKey, enrolmentId, JSON.stringify(configurationIds), txCodeHmac);
        if (byReference) addReference.run(byReference.referenceKey, byReference.sealedOffer);
        return 'added';
      }),
    getOfferByReference: async (referenceKey, now) =>
      now >= expiryOf(referenceKey)
        ? undefined
        : decodeBytesRow(getReference.get(referenceKey), 'sealed_offer'),
    redeemOffer: ({ offerKey, txCodeHmac, token, now }) =>
      write((): OfferRedemption => {
        const offer =
          now >= expiryOf(offerKey) ? undefined : decodeOfferRow(getOffer.get(offerKey));
        if (offer === undefined) return { outcome: 'unknown' };
        return timingSafeEqual(offer.tx_code_hmac, txCodeHmac)
          ? redeem(offerKey, offer, token)
          : refuseTxCode(offerKey, offer.attempts);
      }),
    getAccessGrant: async (tokenKey, now): Promise<AccessGrant | undefined> => {
      const expiresAt = expiryOf(tokenKey);
      const row = now >= expiresAt ? undefined : decodeAccessTokenRow(getToken.get(tokenKey));
      return (
        row && {
          enrolmentId: row.enrolment_id,
          configurationIds: row.configuration_ids,
          expiresAt,
          dpopJkt: row.dpop_jkt ?? undefined,
          credentialsLeft: row.credentials_left,
        }
      );
    },
  };
}
