import type { WalletDocument } from '@symbolon/schemas/wallet-file';
import { type Command, type CommandContext, EXIT, type ExitCode } from '@symbolon/terminal';
import { readClock } from '../clock.ts';
import { describeCard } from '../describe-card.ts';
import { addHistory } from '../store/add-history.ts';
import { findCard } from '../store/find-card.ts';
import { unlockWallet } from '../unlock.ts';

const HELP = `
Deletes a card with all its copies and keys. The history keeps that it was
deleted, and when. A deleted card is not revoked: ask the authority for that.

Options:
  --yes   do not ask

Examples:
  wallet delete k3x7qa
  wallet delete k3x7qa --yes

Exit codes: 0 deleted, 1 refused (no such card, you said no), 2 usage.
`;

/** `wallet delete`. */
export const deleteCommand: Command = {
  usage: 'delete ID [--yes]',
  help: HELP,
  options: { yes: { type: 'boolean' } },
  positionals: [1, 1],
  run: runDelete,
};

async function runDelete(context: CommandContext): Promise<ExitCode> {
  const { positionals, terminal, values } = context;
  const [id = ''] = positionals;
  const wallet = await unlockWallet(context);
  const card = findCard(wallet.document, id);
  if (!values.flag('yes')) {
    const question = `Delete ${describeCard(card)} with its ${card.copies.length} copies?`;
    if (!(await terminal.confirm(question, 'give --yes'))) {
      terminal.note('Nothing was deleted.');
      return EXIT.refused;
    }
  }
  await wallet.update((document) => ({
    document: withoutCard(document, card.id, readClock()),
    result: undefined,
  }));
  terminal.result({ deleted: card.id }, [`Deleted ${card.id}`]);
  return EXIT.done;
}

function withoutCard(document: WalletDocument, id: string, at: number): WalletDocument {
  const { type, format } = findCard(document, id);
  const cards = document.cards.filter((card) => card.id !== id);
  return addHistory({ ...document, cards }, { event: 'deleted', at, card: id, type, format });
}
