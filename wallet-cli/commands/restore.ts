import type { WalletDocument } from '@symbolon/schemas/wallet-file';
import {
  type Command,
  type CommandContext,
  EXIT,
  type ExitCode,
  visibleText,
} from '@symbolon/terminal';
import { openTrustBundle } from '@symbolon/trust';
import { askBackupPassphrase } from '../ask-backup-passphrase.ts';
import { readClock } from '../clock.ts';
import { addHistory } from '../store/add-history.ts';
import { openBackup } from '../store/backup-file.ts';
import { writeHeldBundle } from '../store/held-bundle.ts';
import { KDF_COST } from '../store/sealed-file.ts';
import { createWallet, refuseExistingWallet } from '../store/wallet.ts';

const HELP = `
Makes a wallet from a backup, where there is none yet. The restored copies of
each card are marked: another device may hold them too and may have shown them
since, so fresh copies are used first, and a restored one says so when it is
shown. Fetch new cards when you can, and have the old ones revoked if the other
device is lost.

Options:
  --backup-passphrase-file FILE  read the backup's passphrase from FILE; without
                                 it you are asked, or, where nobody can be
                                 asked, the wallet's own passphrase is used

Examples:
  wallet restore wallet.backup
  SYMBOLON_HOME=./other wallet restore wallet.backup

Exit codes: 0 restored, 1 refused (wrong passphrase, damaged, a wallet exists), 2 usage.
`;

/** `wallet restore`. */
export const restoreCommand: Command = {
  usage: 'restore FILE [--backup-passphrase-file FILE]',
  help: HELP,
  options: { 'backup-passphrase-file': { type: 'string' } },
  positionals: [1, 1],
  run: runRestore,
};

async function runRestore(context: CommandContext): Promise<ExitCode> {
  const { home, positionals, terminal } = context;
  const [path = ''] = positionals;
  await refuseExistingWallet(home);
  const backup = await openBackup(path, await askBackupPassphrase(context, 'existing'));
  const now = readClock();
  const document = markRestored(backup.document, now);
  const bundle =
    backup.trust_bundle === null
      ? undefined
      : await openTrustBundle(backup.trust_bundle, document.anchor, now);

  const passphrase = await terminal.askPassphrase('New passphrase for the wallet', 'new');
  await createWallet(home, document, { passphrase, cost: KDF_COST });
  if (bundle !== undefined) await writeHeldBundle(home, bundle);
  const { cards } = document;
  terminal.result({ authority: document.anchor.authority, cards: cards.length, folder: home }, [
    `Restored ${cards.length} cards of ${visibleText(document.anchor.authority)} in ${home}`,
    'Their copies are marked: another device may have shown them.',
  ]);
  return EXIT.done;
}

function markRestored(document: WalletDocument, at: number): WalletDocument {
  const cards = document.cards.map((card) => ({
    ...card,
    copies: card.copies.map((copy) => ({ ...copy, restored: true })),
  }));
  return addHistory({ ...document, cards }, { event: 'restored', at });
}
