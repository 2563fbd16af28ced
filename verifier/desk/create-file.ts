import { randomBytes } from 'node:crypto';
import { link, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeFileAtomic } from '@symbolon/terminal';

/**
 * Makes a file, whole and for its owner only, or leaves the one that is there as it is: of two that
 * make the same file at once, one gets `true`.
 */
export async function createFileOnce(path: string, bytes: Uint8Array | string): Promise<boolean> {
  const folder = dirname(path);
  const temporary = join(folder, `.${randomBytes(8).toString('hex')}.tmp`);
  await writeFileAtomic(temporary, bytes, 0o600);
  try {
    // Unlike a rename, a link does not replace: that decides between two.
    await link(temporary, path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
  const entry = await open(folder, 'r');
  try {
    await entry.sync();
  } finally {
    await entry.close();
  }
  return true;
}
