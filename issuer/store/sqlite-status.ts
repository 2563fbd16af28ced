import type { Database } from 'better-sqlite3';
import type { Write } from './group-commit.ts';
import type { IssuanceStore, StatusEntry } from './issuance-store.ts';
import { decodeStatusChangeRow, decodeStatusEntryRow, decodeStatusListRow } from './row.ts';

type Status = Pick<
  IssuanceStore,
  | 'addStatusList'
  | 'getStatusLists'
  | 'reserveStatusCounters'
  | 'getStatusEntries'
  | 'changeStatus'
  | 'getStatusChanges'
>;

/** Status lists, their entries, and why they changed. */
export function createSqliteStatus(database: Database, write: Write): Status {
  const listColumns = 'list_number, size, next_counter';
  const getList = database.prepare(`SELECT ${listColumns} FROM status_list WHERE list_number = ?`);
  const getLists = database.prepare(`SELECT ${listColumns} FROM status_list ORDER BY list_number`);
  const addList = database.prepare('INSERT INTO status_list VALUES (?, ?, ?)');
  const setCounter = database.prepare(
    'UPDATE status_list SET next_counter = ? WHERE list_number = ?',
  );
  const getEntries = database.prepare(
    'SELECT list_number, status_index, value FROM status_entry WHERE list_number = ?',
  );
  const setEntry = database.prepare(
    `INSERT INTO status_entry VALUES (?, ?, ?)
     ON CONFLICT (list_number, status_index) DO UPDATE SET value = excluded.value
       WHERE value <> 1 AND value <> excluded.value`,
  );
  const reinstate = database.prepare(
    'DELETE FROM status_entry WHERE list_number = ? AND status_index = ? AND value = 2',
  );
  const addChange = database.prepare('INSERT INTO status_change VALUES (?, ?, ?)');
  const getChanges = database.prepare(
    'SELECT change_id, sealed_change FROM status_change WHERE enrolment_id = ?',
  );

  const changeEntry = ({ listNumber, index, value }: StatusEntry): boolean => {
    const { changes } =
      value === 0 ? reinstate.run(listNumber, index) : setEntry.run(listNumber, index, value);
    return changes === 1;
  };

  return {
    addStatusList: ({ listNumber, size, nextCounter }, decoys) =>
      write(() => {
        if (getList.get(listNumber) !== undefined) return 'exists';
        addList.run(listNumber, size, nextCounter);
        for (const decoy of decoys) changeEntry(decoy);
        return 'added';
      }),
    getStatusLists: async () => getLists.all().map(decodeStatusListRow),
    reserveStatusCounters: (listNumber, count) =>
      write(() => {
        const { size, nextCounter } = decodeStatusListRow(getList.get(listNumber));
        const next = Math.min(size, nextCounter + count);
        setCounter.run(next, listNumber);
        return { first: nextCounter, count: next - nextCounter };
      }),
    getStatusEntries: async (listNumber) => getEntries.all(listNumber).map(decodeStatusEntryRow),
    changeStatus: ({ enrolmentId, changeId, sealedChange, entries }) =>
      write(() => {
        addChange.run(enrolmentId, changeId, sealedChange);
        return entries.filter(changeEntry);
      }),
    getStatusChanges: async (enrolmentId) =>
      new Map(getChanges.all(enrolmentId).map(decodeStatusChangeRow)),
  };
}
