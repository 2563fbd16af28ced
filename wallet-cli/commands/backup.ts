import { open } from 'node:fs/promises';
import type { WalletBackup } from '@symbolon/schemas/wallet-file';
import { type Command, type CommandContext, EXIT, type ExitCode } from '@symbolon/terminal';
import { askBackupPassphrase } from '../ask-backup-passphrase.ts';
import { readClock } from '../clock.ts';
import { WalletError } from '../error.ts';
import { addHistory } from '../store/add-history.ts';
import { writeBackup } from '../store/backup-file.ts';
import { readHeldBundle } from '../store/held-bundle.ts';
import { unlockWallet } from '../unlock.ts';

const HELP = `
Writes cards, their private keys, the history and the trust bundle to FILE,
encrypted under a passphrase of its own, so that you can move to another device
or survive the loss of this one.

What this protects: without the passphrase the file tells nothing but its size,
and a change of any byte is noticed.
What it does not: the keys are in the file. Whoever has the file and its
passphrase has your cards and can show them as you, until the authority revokes
them; the same copy shown from two devices can be recognised as the same. So
choose a passphrase of several words, keep the file off shared storage, delete
it after a move, and have old cards revoked when a backup is lost.

Options:
  --backup-passphrase-file FILE  read the backup's passphrase from FILE; without
                                 it you are asked, or, where nobody can be
                                 asked, the wallet's own passphrase is used

Examples:
  wallet backup wallet.backup
  wallet backup wallet.backup --backup-passphrase-file other.txt

Exit codes: 0 written, 1 refused (wrong passphrase, FILE exists), 2 usage.
`;

/** `wallet backup`. */
export const backupCommand: Command = {
  usage: 'backup FILE [--backup-passphrase-file FILE]',
  help: HELP,
  options: { 'backup-passphrase-file': { type: 'string' } },
  positionals: [1, 1],
  run: runBackup,
};

async function runBackup(context: CommandContext): Promise<ExitCode> {
  const { home, positionals, terminal } = context;
  const [path = ''] = positionals;
  await refuseExistingFile(path);
  const wallet = await unlockWallet(context);
  const passphrase = await askBackupPassphrase(context, 'new');
  const now = readClock();
  const bundle = await readHeldBundle(home, wallet.document, now).catch(() => undefined);
  if (bundle === undefined) {
    terminal.note('The backup holds no trust bundle: import one after restoring.');
  }
  // The event first: the backup itself then knows when it was made.
  const document = await wallet.update((held) => {
    const changed = addHistory(held, { event: 'backed_up', at: now });
    return { document: changed, result: changed };
  });
  const backup: WalletBackup = { document, trust_bundle: bundle?.compact ?? null };
  await writeBackup(path, backup, passphrase);
  terminal.result({ file: path, cards: document.cards.length }, [
    `Backup of ${document.cards.length} cards written to ${path}`,
    'It holds your private keys: whoever has it and its passphrase has your cards.',
  ]);
  return EXIT.done;
}

async function refuseExistingFile(path: string): Promise<void> {
  const file = await open(path, 'r').catch(() => undefined);
  await file?.close();
  if (file === undefined) return;
  throw new WalletError('backup_exists', 'there is a file of that name already', {
    hint: 'give another name; a backup is never overwritten',
  });
}
