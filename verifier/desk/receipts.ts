import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EpochSeconds } from '@symbolon/schemas';
import { VerifierError } from '../error.ts';
import { createFileOnce } from './create-file.ts';
import type { Desk } from './desk.ts';

/**
 * Keeps a receipt; it is on the disk when this returns.
 *
 * @returns Its file name.
 */
export async function addReceipt(
  { home }: Pick<Desk, 'home'>,
  receipt: string,
  now: EpochSeconds,
): Promise<string> {
  const time = new Date(now * 1000).toISOString().slice(0, 19).replaceAll(':', '');
  const name = `${time}Z-${randomBytes(4).toString('hex')}.jwt`;
  if (await createFileOnce(join(home, 'receipts', name), `${receipt}\n`)) return name;
  throw new VerifierError('output_exists', 'there is a receipt of this name already');
}

/** Every receipt that is kept, the oldest first. */
export async function readReceipts({
  home,
}: Pick<Desk, 'home'>): Promise<readonly { readonly name: string; readonly compact: string }[]> {
  const folder = join(home, 'receipts');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.jwt')).sort();
  return Promise.all(
    names.map(async (name) => ({
      name,
      compact: (await readFile(join(folder, name), 'utf8')).trim(),
    })),
  );
}
