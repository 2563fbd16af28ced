import { type CommandContext, readTextFile } from '@symbolon/terminal';

const MAX_PASSPHRASE_FILE_BYTES = 4096;

/** The passphrase of a backup: from `--backup-passphrase-file`, else as the wallet's own is got. */
export async function askBackupPassphrase(
  { terminal, values }: CommandContext,
  purpose: 'existing' | 'new',
): Promise<string> {
  const path = values.text('backup-passphrase-file');
  if (path === undefined) return terminal.askPassphrase('Passphrase of the backup', purpose);
  const text = await readTextFile(path, { maxBytes: MAX_PASSPHRASE_FILE_BYTES });
  return text.replace(/\r?\n$/, '');
}
