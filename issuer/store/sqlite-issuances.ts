import type { EpochSeconds } from '@symbolon/schemas';
import type { Database } from 'better-sqlite3';
import { type ExpiringKey, expiryOf, firstLivingKey } from './expiring-key.ts';
import type { Write } from './group-commit.ts';
import type { IssuanceOutcome, IssuanceStore, NewIssuance } from './issuance-store.ts';
import { decodeAccessTokenRow, decodeBytesRow, decodeIssuanceRow } from './row.ts';

type Issuances = Pick<IssuanceStore, 'spendNonce' | 'recordIssuance' | 'getIssuances'> & {
  /** Deletes up to `limit` spent nonces that nobody could use any more. */
  readonly purgeNonces: (now: EpochSeconds, limit: number) => void;
};

/** Spent nonces, and the credentials that were issued. */
export function createSqliteIssuances(database: Database, write: Write): Issuances {
  const isSpent = database.prepare('SELECT 1 FROM spent_nonce WHERE nonce_key = ?');
  const addNonce = database.prepare('INSERT INTO spent_nonce VALUES (?)');
  const getToken = database.prepare(
    `SELECT enrolment_id, configuration_ids, dpop_jkt, credentials_left
     FROM access_token WHERE token_key = ?`,
  );
  const spendToken = database.prepare(
    'UPDATE access_token SET credentials_left = credentials_left - ? WHERE token_key = ?',
  );
  const living = database.prepare(
    `SELECT 1 FROM enrolment WHERE enrolment_id = ? AND state = 'living'`,
  );
  const addIssuance = database.prepare('INSERT INTO issuance VALUES (?, ?, ?, ?)');
  const getIssuances = database.prepare(
    `SELECT enrolment_id, issuance_id, credential_count, sealed_credentials
     FROM issuance WHERE enrolment_id = ?`,
  );
  const lastToPurge = database.prepare(
    `SELECT max(nonce_key) AS last_key FROM
       (SELECT nonce_key FROM spent_nonce WHERE nonce_key < ? ORDER BY nonce_key LIMIT ?)
     HAVING last_key IS NOT NULL`,
  );
  const purge = database.prepare('DELETE FROM spent_nonce WHERE nonce_key <= ?');
  const getPurged = database.prepare('SELECT last_key FROM purged_nonce');
  const setPurged = database.prepare('UPDATE purged_nonce SET last_key = ? WHERE last_key < ?');

  // After a jump of the clock and back, a nonce that was purged may not come to life again.
  let purgedUpTo: Uint8Array = decodeBytesRow(getPurged.get(), 'last_key') ?? new Uint8Array();
  const mayBeSpent = (nonceKey: ExpiringKey): boolean =>
    Buffer.compare(nonceKey, purgedUpTo) > 0 && isSpent.get(nonceKey) === undefined;

  const refusal = (issuance: NewIssuance, now: EpochSeconds): IssuanceOutcome | undefined => {
    const { tokenKey, enrolmentId, credentialCount, nonceKeys } = issuance;
    const token =
      now >= expiryOf(tokenKey) ? undefined : decodeAccessTokenRow(getToken.get(tokenKey));
    if (token?.enrolment_id !== enrolmentId) return 'token_unknown';
    if (token.credentials_left < credentialCount) return 'token_spent';
    if (living.get(enrolmentId) === undefined) return 'enrolment_not_living';
    return nonceKeys.every(mayBeSpent) ? undefined : 'nonce_used';
  };

  return {
    spendNonce: (nonceKey) =>
      write(() => {
        if (!mayBeSpent(nonceKey)) return false;
        addNonce.run(nonceKey);
        return true;
      }),
    recordIssuance: (issuance, now) =>
      write((): IssuanceOutcome => {
        const refused = refusal(issuance, now);
        if (refused !== undefined) return refused;
        const { tokenKey, enrolmentId, issuanceId, credentialCount, sealedCredentials } = issuance;
        for (const nonceKey of issuance.nonceKeys) addNonce.run(nonceKey);
        spendToken.run(credentialCount, tokenKey);
        addIssuance.run(enrolmentId, issuanceId, credentialCount, sealedCredentials);
        return 'recorded';
      }),
    getIssuances: async (enrolmentId) => getIssuances.all(enrolmentId).map(decodeIssuanceRow),
    purgeNonces: (now, limit): void => {
      const last = decodeBytesRow(lastToPurge.get(firstLivingKey(now), limit), 'last_key');
      if (last === undefined) return;
      purge.run(last);
      setPurged.run(last, last);
      if (Buffer.compare(last, purgedUpTo) > 0) purgedUpTo = last;
    },
  };
}
