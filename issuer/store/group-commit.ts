import type { Database } from 'better-sqlite3';

/** Does work inside the next transaction; resolves with its result when that is on disk. */
export type Write = <Result>(work: () => Result) => Promise<Result>;

/** Writes that come in the same turn of the event loop, in one transaction and one flush to disk. */
export type GroupCommit = {
  readonly write: Write;
  /** Commits what is waiting, at once. */
  readonly flush: () => void;
};

type QueuedWrite = {
  /** Runs the work and keeps its result. */
  readonly run: () => void;
  /** Answers with the result, or with the reason why there is none. */
  settle: () => void;
  readonly reject: (reason: unknown) => void;
};

/** Bounds how long one transaction keeps the event loop. */
const MAX_GROUP = 512;

/**
 * Groups writes by turn of the event loop.
 *
 * One that throws is undone alone and rejects alone: the group is rolled back and run again with a
 * savepoint around each write, so `work` may run twice and must only do what a rollback undoes.
 * When the transaction itself fails, all of its writes reject and none has happened.
 *
 * @param database - In autocommit mode; nobody else writes to it.
 * @param afterWrites - Runs in each transaction after its writes, for their number.
 */
export function createGroupCommit(
  database: Database,
  afterWrites: (count: number) => void,
): GroupCommit {
  const transact = createTransaction(database);
  const runOne = createSavepoint(database);
  const waiting: QueuedWrite[] = [];

  const commitGroup = (group: readonly QueuedWrite[]): void => {
    const commitWith = (each: (queued: QueuedWrite) => void): void =>
      transact(() => {
        for (const queued of group) each(queued);
        afterWrites(group.length);
      });
    try {
      // Faults are rare and savepoints are not free: they come with the second try.
      try {
        commitWith((queued) => queued.run());
      } catch {
        commitWith(runOne);
      }
    } catch (cause) {
      for (const { reject } of group) reject(cause);
      return;
    }
    for (const { settle } of group) settle();
  };

  const flush = (): void => {
    const group = waiting.splice(0, MAX_GROUP);
    if (waiting.length > 0) setImmediate(flush);
    if (group.length > 0) commitGroup(group);
  };

  const write: Write = (work) =>
    new Promise((resolve, reject) => {
      const queued: QueuedWrite = {
        run: (): void => {
          const result = work();
          queued.settle = (): void => resolve(result);
        },
        settle: (): void => reject(new Error('a write was committed without having run')),
        reject,
      };
      if (waiting.length === 0) setImmediate(flush);
      waiting.push(queued);
    });

  return {
    write,
    flush: (): void => {
      while (waiting.length > 0) commitGroup(waiting.splice(0, MAX_GROUP));
    },
  };
}

/** Runs work in a transaction that is there whole, or not at all. */
function createTransaction(database: Database): (work: () => void) => void {
  const begin = database.prepare('BEGIN IMMEDIATE');
  const commit = database.prepare('COMMIT');
  const rollback = database.prepare('ROLLBACK');
  return (work) => {
    try {
      begin.run();
      work();
      commit.run();
    } catch (cause) {
      if (database.inTransaction) rollback.run();
      throw cause;
    }
  };
}

/** Runs one write so that its failure undoes nothing but itself. */
function createSavepoint(database: Database): (queued: QueuedWrite) => void {
  const savepoint = database.prepare('SAVEPOINT one_write');
  const release = database.prepare('RELEASE one_write');
  const undo = database.prepare('ROLLBACK TO one_write');
  return (queued) => {
    savepoint.run();
    try {
      queued.run();
    } catch (cause) {
      // On a full or failing disk SQLite ends the whole transaction by itself.
      if (!database.inTransaction) throw cause;
      undo.run();
      queued.settle = (): void => queued.reject(cause);
    }
    release.run();
  };
}
