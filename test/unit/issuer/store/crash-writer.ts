/**
 * Allocates status indexes and records issuances as fast as it can, and prints each one when it is
 * acknowledged: `<issuance id> <list> <index>`. It is killed in the middle by crash.test.ts.
 */
import { createHmac } from 'node:crypto';
import { writeSync } from 'node:fs';
import { createIndexPool } from '../../../../issuer/status/index-pool.ts';
import { createExpiringSecret, ownExpiringKey } from '../../../../issuer/store/expiring-key.ts';
import { openSqliteStore } from '../../../../issuer/store/sqlite-store.ts';

const [path = '', enrolmentId = ''] = process.argv.slice(2);
const now = () => Math.floor(Date.now() / 1000);
const random = (sizeBytes: number) => crypto.getRandomValues(new Uint8Array(sizeBytes));
const newKey = () => ownExpiringKey(createExpiringSecret(now() + 600, random));

const store = openSqliteStore(path, { now });
const pool = await createIndexPool({
  store,
  mac: (_purpose, data) => new Uint8Array(createHmac('sha256', 'key').update(data).digest()),
  random,
  lists: await store.getStatusLists(),
  listSize: 65_536,
  onNewList: () => undefined,
});

async function issueForever(): Promise<never> {
  for (;;) {
    const [offerKey, tokenKey, txCodeHmac] = [newKey(), newKey(), random(32)];
    await store.addOffer({ offerKey, enrolmentId, configurationIds: ['a'], txCodeHmac });
    const token = { tokenKey, dpopJkt: undefined, credentialsPerConfiguration: 1 };
    await store.redeemOffer({ offerKey, txCodeHmac, token, now: now() });
    const issuanceId = Buffer.from(random(8)).toString('hex');
    for (const { listNumber, index } of await pool.take(1)) {
      const sealedCredentials = new Uint8Array(Buffer.from(`${listNumber} ${index}`));
      const issuance = { enrolmentId, issuanceId, credentialCount: 1, sealedCredentials };
      const outcome = await store.recordIssuance(
        { ...issuance, tokenKey, nonceKeys: [newKey()] },
        now(),
      );
      if (outcome === 'recorded') writeSync(1, `${issuanceId} ${listNumber} ${index}\n`);
    }
  }
}

await Promise.all(Array.from({ length: 16 }, issueForever));
