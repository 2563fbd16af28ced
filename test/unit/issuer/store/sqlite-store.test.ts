import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test, vi } from 'vitest';
import {
  createExpiringSecret,
  expiringKey,
  ownExpiringKey,
} from '../../../../issuer/store/expiring-key.ts';
import { createGroupCommit } from '../../../../issuer/store/group-commit.ts';
import { openSqliteStore } from '../../../../issuer/store/sqlite-store.ts';
import { addEnrolment, NOON, random, temporaryFolder } from '../support/issuer-parts.ts';

const newPath = () => join(temporaryFolder(), 'issuer.db');
const now = () => NOON;

test('the database is its owner’s alone, and so are its log and index', async () => {
  const path = newPath();
  const store = openSqliteStore(path, { now });
  onTestFinished(() => store.close());
  await addEnrolment(store);
  for (const file of [path, `${path}-wal`, `${path}-shm`]) {
    expect(statSync(file).mode & 0o777).toBe(0o600);
  }
});

test('what was acknowledged is there after the store is opened again', async () => {
  const path = newPath();
  const store = openSqliteStore(path, { now });
  const enrolmentId = await addEnrolment(store);
  await store.close();
  const again = openSqliteStore(path, { now });
  onTestFinished(() => again.close());
  expect(await again.getEnrolment(enrolmentId)).toMatchObject({ state: 'living' });
});

test('closing commits the writes that are waiting', async () => {
  const path = newPath();
  const store = openSqliteStore(path, { now });
  const writing = store.spendNonce(expiringKey(NOON + 60, 'last'));
  await store.close();
  expect(await writing).toBe(true);
  const again = openSqliteStore(path, { now });
  onTestFinished(() => again.close());
  expect(await again.spendNonce(expiringKey(NOON + 60, 'last'))).toBe(false);
});

test('a spent nonce that was purged stays spent when the store is opened again', async () => {
  const path = newPath();
  let time = NOON;
  const store = openSqliteStore(path, { now: () => time });
  await store.spendNonce(expiringKey(NOON + 60, 'once'));
  time += 86_400;
  await store.spendNonce(expiringKey(time + 60, 'later'));
  await store.close();
  time = NOON;
  const again = openSqliteStore(path, { now: () => time });
  onTestFinished(() => again.close());
  expect(await again.spendNonce(expiringKey(NOON + 60, 'once'))).toBe(false);
});

const foreign = (prepare: (path: string) => void) => {
  const path = newPath();
  prepare(path);
  return path;
};
const withDatabase = (path: string, ...pragmas: string[]) => {
  const database = new Database(path);
  for (const pragma of pragmas) database.pragma(pragma);
  database.close();
};

for (const [why, code, path] of [
  [
    'of a later schema',
    'store_newer',
    () =>
      foreign((file) => {
        void openSqliteStore(file, { now }).close();
        withDatabase(file, 'user_version = 999');
      }),
  ],
  [
    'of something else',
    'store_invalid',
    () => foreign((file) => withDatabase(file, 'user_version = 1')),
  ],
  [
    'of something else that has no version',
    'store_invalid',
    () =>
      foreign((file) => {
        const database = new Database(file);
        database.exec('CREATE TABLE recipe (name TEXT)');
        database.close();
      }),
  ],
  [
    'that is no database',
    'store_invalid',
    () => foreign((file) => writeFileSync(file, 'x'.repeat(9_000))),
  ],
] as const) {
  test(`a file ${why} is refused and left as it is`, () => {
    const file = path();
    const before = readFileSync(file);
    expect(() => openSqliteStore(file, { now })).toThrow(expect.objectContaining({ code }));
    expect(readFileSync(file).equals(before)).toBe(true);
  });
}

test('offers, references, tokens and nonces that have expired are purged while others are written', async () => {
  const path = newPath();
  let time = NOON;
  const store = openSqliteStore(path, { now: () => time });
  const enrolmentId = await addEnrolment(store);
  const newKey = () => ownExpiringKey(createExpiringSecret(time + 600, random));
  const addOffers = (count: number) =>
    Promise.all(
      Array.from({ length: count }, async () => {
        const offerKey = newKey();
        const txCodeHmac = random(32);
        const byReference = { referenceKey: newKey(), sealedOffer: random(100) };
        const configurationIds = ['identity-card_dc+sd-jwt'];
        await store.addOffer({ offerKey, enrolmentId, configurationIds, txCodeHmac, byReference });
        await store.spendNonce(newKey());
        const token = { tokenKey: newKey(), dpopJkt: undefined, credentialsPerConfiguration: 1 };
        if (count > 1_000 && Number(offerKey[35]) % 2 === 0)
          await store.redeemOffer({ offerKey, txCodeHmac, token, now: time });
      }),
    );
  await addOffers(3_000);
  time += 601;
  // Fewer writes than there were: the purge takes more than comes.
  for (let round = 0; round < 40; round++) await addOffers(50);
  time += 601;
  for (let round = 0; round < 40; round++) await addOffers(50);
  await store.close();
  const database = new Database(path, { readonly: true });
  onTestFinished(() => void database.close());
  for (const table of ['offer', 'offer_reference', 'access_token', 'spent_nonce']) {
    const rows = Number(database.prepare(`SELECT count(*) FROM ${table}`).pluck().get());
    expect(rows, table).toBeLessThanOrEqual(2_000);
  }
});

test('every look-up and every purge is by a key: no table is scanned', () => {
  const path = newPath();
  const prepare = vi.spyOn(Database.prototype, 'prepare');
  void openSqliteStore(path, { now }).close();
  const statements = prepare.mock.calls.map(([sql]) => sql);
  prepare.mockRestore();
  const database = new Database(path, { readonly: true });
  onTestFinished(() => void database.close());
  const queries = statements.filter((sql) => /^\s*(SELECT|UPDATE|DELETE)/.test(sql));
  expect(queries.length).toBeGreaterThan(20);
  // Tables with a row for each list, relying party or series, or with one row.
  const small =
    /SCAN (status_list|relying_party|sequence|purged_nonce|sqlite_master)\b|SCAN \(subquery/;
  for (const sql of queries) {
    const values = Array.from(sql.matchAll(/\?/g), () => null);
    const plan = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values);
    const scans = plan
      .map((row) => String(Object(row).detail))
      .filter((step) => /^SCAN/.test(step));
    expect(
      scans.filter((step) => !small.test(step)),
      sql,
    ).toEqual([]);
  }
});

function openGroup(afterWrites: (count: number) => void) {
  const database = new Database(':memory:');
  database.exec('CREATE TABLE number (value INTEGER PRIMARY KEY) STRICT');
  const add = database.prepare('INSERT INTO number VALUES (?)');
  const values = () => database.prepare('SELECT value FROM number ORDER BY value').pluck().all();
  return { group: createGroupCommit(database, afterWrites), add, values, database };
}

test('writes of one turn share one transaction, and none resolves before its commit', async () => {
  const sizes: number[] = [];
  const { group, add, database } = openGroup((count) => sizes.push(count));
  const observed = await Promise.all(
    [1, 2, 3].map((value) => group.write(() => add.run(value)).then(() => database.inTransaction)),
  );
  expect(sizes).toEqual([3]);
  expect(observed).toEqual([false, false, false]);
});

test('when the transaction fails, all of its writes reject and none has happened', async () => {
  let fail = true;
  const { group, add, values } = openGroup(() => {
    if (fail) throw new Error('disk');
  });
  const results = await Promise.allSettled(
    [1, 2].map((value) => group.write(() => add.run(value))),
  );
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(values()).toEqual([]);
  fail = false;
  await group.write(() => add.run(3));
  expect(values()).toEqual([3]);
});

test('a write that throws half-way leaves nothing behind, and rejects with its own error', async () => {
  const { group, add, values } = openGroup(() => undefined);
  const results = await Promise.allSettled([
    group.write(() => add.run(1)),
    group.write(() => {
      add.run(2);
      throw new RangeError('mine');
    }),
    group.write(() => add.run(3)),
  ]);
  expect(results[1]).toMatchObject({ status: 'rejected', reason: { message: 'mine' } });
  expect(values()).toEqual([1, 3]);
});

test('a disk that is full in the middle of a group rejects what was not written, and is survived', async () => {
  const { group, database } = openGroup(() => undefined);
  database.exec('CREATE TABLE large (value BLOB) STRICT');
  database.pragma('max_page_count = 20');
  const addLarge = database.prepare('INSERT INTO large VALUES (?)');
  const results = await Promise.allSettled(
    [10, 200_000, 10].map((size) => group.write(() => addLarge.run(random(size)))),
  );
  expect(results[1]).toMatchObject({ status: 'rejected', reason: { code: 'SQLITE_FULL' } });
  const stored = Number(database.prepare('SELECT count(*) FROM large').pluck().get());
  expect(stored).toBe(results.filter(({ status }) => status === 'fulfilled').length);
  await group.write(() => addLarge.run(random(10)));
});
