import { closeSync, openSync } from 'node:fs';
import type { EpochSeconds } from '@symbolon/schemas';
import SqliteDatabase, { type Database } from 'better-sqlite3';
import { StoreError } from './error.ts';
import { firstLivingKey } from './expiring-key.ts';
import { createGroupCommit, type Write } from './group-commit.ts';
import type { IssuanceStore } from './issuance-store.ts';
import { decodeIntegerRow, decodeRelyingPartyRow } from './row.ts';
import { createSqliteEnrolments } from './sqlite-enrolments.ts';
import { createSqliteIssuances } from './sqlite-issuances.ts';
import { createSqliteOffers } from './sqlite-offers.ts';
import { checkOwner, migrate } from './sqlite-schema.ts';
import { createSqliteStatus } from './sqlite-status.ts';

/** Purges after so many writes, or after a second. */
const WRITES_BETWEEN_PURGES = 32;
/** Rows that one purge takes at least; beyond that, twice as many as were written. */
const SMALLEST_PURGE = 16;

/**
 * Opens the issuer's SQLite database, and makes it if there is none (mode 0600).
 *
 * Write-ahead log, `synchronous=FULL`, deleted bytes overwritten. Whoever opens it has it for
 * himself: a folder lock keeps a second writer out.
 *
 * @param now - Read when rows that have expired are purged, a few with each transaction.
 * @throws {@link StoreError} `store_newer` or `store_invalid`.
 */
export function openSqliteStore(
  path: string,
  { now }: { readonly now: () => EpochSeconds },
): IssuanceStore {
  const database = openDatabase(path);
  const group = createGroupCommit(database, (count) => purgeStep(count));
  const { purgeNonces, ...issuances } = createSqliteIssuances(database, group.write);
  const purgeExpired = createPurge(database, purgeNonces);
  let writesSincePurge = 0;
  let purgedAt = 0;

  const purgeStep = (writes: number): void => {
    writesSincePurge += writes;
    const time = now();
    if (writesSincePurge < WRITES_BETWEEN_PURGES && time === purgedAt) return;
    purgeExpired(time, SMALLEST_PURGE + 2 * writesSincePurge);
    writesSincePurge = 0;
    purgedAt = time;
  };

  return {
    ...createSqliteEnrolments(database, group.write),
    ...createSqliteOffers(database, group.write),
    ...issuances,
    ...createSqliteStatus(database, group.write),
    ...createRegistrations(database, group.write),
    checkHealth: () => group.write(() => undefined),
    close: async (): Promise<void> => {
      group.flush();
      database.close();
    },
  };
}

function openDatabase(path: string): Database {
  // SQLite gives its log and index the mode of the file.
  if (path !== ':memory:') closeSync(openSync(path, 'a', 0o600));
  const database = new SqliteDatabase(path);
  try {
    checkOwner(database);
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.pragma('secure_delete = ON');
    database.pragma('trusted_schema = OFF');
    database.pragma('temp_store = MEMORY');
    migrate(database);
    return database;
  } catch (cause) {
    database.close();
    if (!(cause instanceof SqliteDatabase.SqliteError)) throw cause;
    throw new StoreError('store_invalid', `the store cannot be opened (${cause.code})`, {
      cause,
      hint: 'restore it from a backup',
    });
  }
}

type Purge = (now: EpochSeconds, limit: number) => void;

function createPurge(database: Database, purgeNonces: Purge): Purge {
  const tables = [
    ['offer', 'offer_key'],
    ['offer_reference', 'reference_key'],
    ['access_token', 'token_key'],
  ] as const;
  const statements = tables.map(([table, key]) =>
    database.prepare(
      `DELETE FROM ${table} WHERE ${key} IN
         (SELECT ${key} FROM ${table} WHERE ${key} < ? ORDER BY ${key} LIMIT ?)`,
    ),
  );
  return (now, limit) => {
    for (const statement of statements) statement.run(firstLivingKey(now), limit);
    purgeNonces(now, limit);
  };
}

type Registrations = Pick<
  IssuanceStore,
  'addRelyingParty' | 'getRelyingParties' | 'revokeRelyingParty' | 'nextSequence'
>;

function createRegistrations(database: Database, write: Write): Registrations {
  const add = database.prepare('INSERT OR IGNORE INTO relying_party VALUES (?, ?, NULL)');
  const getAll = database.prepare(
    'SELECT relying_party_id, document, revoked_at FROM relying_party ORDER BY relying_party_id',
  );
  const revoke = database.prepare(
    `UPDATE relying_party SET revoked_at = coalesce(revoked_at, ?) WHERE relying_party_id = ?`,
  );
  const next = database.prepare(
    `INSERT INTO sequence VALUES (?, 1)
     ON CONFLICT (series) DO UPDATE SET value = value + 1 RETURNING value`,
  );
  return {
    addRelyingParty: ({ relyingPartyId, document }) =>
      write(() => (add.run(relyingPartyId, document).changes === 1 ? 'added' : 'exists')),
    getRelyingParties: async () => getAll.all().map(decodeRelyingPartyRow),
    revokeRelyingParty: (relyingPartyId, now) =>
      write(() => (revoke.run(now, relyingPartyId).changes === 1 ? 'revoked' : 'unknown')),
    nextSequence: (series) => write(() => decodeIntegerRow(next.get(series), 'value')),
  };
}
