import { join } from 'node:path';
import Database from 'better-sqlite3';

/** The lock's file in a data folder. */
export const LOCK_FILE = 'issuer.lock';

/** The right to write in a data folder. */
export type FolderLock = { readonly release: () => void };

/**
 * Takes the lock of a data folder, if nobody has it.
 *
 * It is an exclusive SQLite transaction on a file of its own, that is, a lock of the operating
 * system: it ends with the process that holds it, however that ends, so it can never be stale and
 * there is no process number to guess from. The folder must be on a local disk, as for the store.
 *
 * @returns `undefined` when another process, or another part of this one, has it.
 */
export function takeFolderLock(folder: string): FolderLock | undefined {
  const database = new Database(join(folder, LOCK_FILE), { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) {
      return undefined;
    }
    throw error;
  }
  return { release: () => database.close() };
}
