import type { JsonObject } from '@symbolon/schemas';
import type { HistoryEntry } from '@symbolon/schemas/wallet-file';
import {
  type Command,
  type CommandContext,
  EXIT,
  type ExitCode,
  visibleText,
} from '@symbolon/terminal';
import { showTime } from '../clock.ts';
import { unlockWallet } from '../unlock.ts';

const HELP = `
Shows what was shown to whom and when, what was refused, and what happened to
the cards; the newest comes last. It names claims and never holds their values,
and it is kept in the encrypted wallet only.

Examples:
  wallet history
  wallet history --json

Exit codes: 0 done, 1 refused (wrong passphrase), 2 usage.
`;

/** `wallet history`. */
export const historyCommand: Command = {
  usage: 'history',
  help: HELP,
  options: {},
  run: runHistory,
};

async function runHistory(context: CommandContext): Promise<ExitCode> {
  const { document } = await unlockWallet(context);
  const entries = document.history;
  context.terminal.result(
    entries satisfies readonly JsonObject[],
    entries.length === 0 ? ['Nothing has happened yet.'] : entries.map(describe),
  );
  return EXIT.done;
}

function describe(entry: HistoryEntry): string {
  return `${showTime(entry.at)}  ${describeEvent(entry)}`;
}

const REASONS = {
  over_asked: 'it asked for more than it is registered for',
  declined: 'you said no',
  no_match: 'no card answers it',
} as const;

function describeEvent(entry: HistoryEntry): string {
  switch (entry.event) {
    case 'received':
      return `received from ${visibleText(entry.authority)}: ${entry.cards
        .map(({ id, type, format }) => `${id} (${visibleText(type)}, ${format})`)
        .join(', ')}`;
    case 'presented':
      return `shown to ${visibleText(entry.counter.name)} (${visibleText(entry.counter.identifier)}): ${names(entry.claims)}`;
    case 'refused':
      return `refused to ${visibleText(entry.counter.name)} (${visibleText(entry.counter.identifier)}): ${REASONS[entry.reason]}${entry.over_asked.length === 0 ? '' : `: ${names(entry.over_asked)}`}`;
    case 'deleted':
      return `deleted: ${entry.card} (${visibleText(entry.type)}, ${entry.format})`;
    case 'backed_up':
      return 'backed up';
    case 'restored':
      return 'restored from a backup';
  }
}

function names(claims: readonly string[]): string {
  return claims.map((name) => visibleText(name, 100)).join(', ');
}
