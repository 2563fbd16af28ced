import type { EpochSeconds } from '@symbolon/schemas';
import type { Database } from 'better-sqlite3';
import type { Write } from './group-commit.ts';
import type { IssuanceStore } from './issuance-store.ts';
import { decodeEnrolmentRow, decodeIntegerRow } from './row.ts';

type Enrolments = Pick<
  IssuanceStore,
  'addEnrolment' | 'getEnrolment' | 'setEnrolmentState' | 'eraseEnrolment' | 'getErasure'
>;

/** Tables that hold what was sealed under an enrolment's data key, and the key itself. */
const PERSONAL_TABLES = ['data_key', 'enrolment', 'person', 'issuance', 'status_change'] as const;

/** Enrolments and their data keys. */
export function createSqliteEnrolments(database: Database, write: Write): Enrolments {
  const findPerson = database.prepare('SELECT 1 FROM person WHERE person_hmac = ?');
  const addPerson = database.prepare('INSERT INTO person VALUES (?, ?)');
  const addDataKey = database.prepare('INSERT INTO data_key VALUES (?, ?)');
  const addRecord = database.prepare(`INSERT INTO enrolment VALUES (?, 'living', ?)`);
  const getEnrolment = database.prepare(
    `SELECT enrolment_id, state, wrapped_key, sealed_person
     FROM enrolment JOIN data_key USING (enrolment_id) WHERE enrolment_id = ?`,
  );
  const setState = database.prepare(
    `UPDATE enrolment SET state = ? WHERE enrolment_id = ? AND state <> 'revoked'`,
  );
  const exists = database.prepare('SELECT 1 FROM enrolment WHERE enrolment_id = ?');
  const releasePerson = database.prepare('DELETE FROM person WHERE enrolment_id = ?');
  const erase = PERSONAL_TABLES.map((table) =>
    database.prepare(`DELETE FROM ${table} WHERE enrolment_id = ?`),
  );
  const addErasure = database.prepare('INSERT OR IGNORE INTO erasure VALUES (?, ?)');
  const getErasure = database.prepare('SELECT erased_at FROM erasure WHERE enrolment_id = ?');

  return {
    addEnrolment: ({ enrolmentId, personHmac, wrappedKey, sealedPerson }) =>
      write(() => {
        if (findPerson.get(personHmac) !== undefined) return 'person_has_enrolment';
        addPerson.run(personHmac, enrolmentId);
        addDataKey.run(enrolmentId, wrappedKey);
        addRecord.run(enrolmentId, sealedPerson);
        return 'added';
      }),
    getEnrolment: async (enrolmentId) => decodeEnrolmentRow(getEnrolment.get(enrolmentId)),
    setEnrolmentState: (enrolmentId, state) =>
      write(() => {
        const { changes } = setState.run(state, enrolmentId);
        if (changes === 0) return exists.get(enrolmentId) === undefined ? 'unknown' : 'revoked';
        if (state === 'revoked') releasePerson.run(enrolmentId);
        return 'set';
      }),
    eraseEnrolment: async (enrolmentId, now): Promise<void> => {
      await write(() => {
        const known = exists.get(enrolmentId) !== undefined;
        for (const statement of erase) statement.run(enrolmentId);
        if (known) addErasure.run(enrolmentId, now);
      });
      emptyWriteAheadLog(database);
    },
    getErasure: async (enrolmentId): Promise<EpochSeconds | undefined> => {
      const row = getErasure.get(enrolmentId);
      return row === undefined ? undefined : decodeIntegerRow(row, 'erased_at');
    },
  };
}

/** Moves the log into the file and empties it: until then it still holds what was deleted. */
function emptyWriteAheadLog(database: Database): void {
  const busy = database.pragma('wal_checkpoint(TRUNCATE)', { simple: true });
  if (busy !== 0) {
    throw new Error('the write-ahead log is read by another process: close it and erase again');
  }
}
