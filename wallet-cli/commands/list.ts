import type { JsonObject } from '@symbolon/schemas';
import type { Card } from '@symbolon/schemas/wallet-file';
import {
  type Command,
  type CommandContext,
  EXIT,
  type ExitCode,
  visibleText,
} from '@symbolon/terminal';
import { type TrustBundle, trustedNow } from '@symbolon/trust';
import { type CardStatus, cardStatus } from '../answering/card-status.ts';
import { isFresh } from '../answering/choose-copy.ts';
import { readClock, showDay } from '../clock.ts';
import { displayName } from '../describe-card.ts';
import { readHeldBundle } from '../store/held-bundle.ts';
import { unlockWallet } from '../unlock.ts';

const HELP = `
Lists the cards: id, kind, format, who issued it, how many copies were never
shown, until when it is good, and what the trust bundle says of its status.

Examples:
  wallet list
  wallet list --json

Exit codes: 0 done, 1 refused (wrong passphrase), 2 usage.
`;

/** `wallet list`. */
export const listCommand: Command = { usage: 'list', help: HELP, options: {}, run: runList };

async function runList(context: CommandContext): Promise<ExitCode> {
  const { home, terminal } = context;
  const { document } = await unlockWallet(context);
  const clock = readClock();
  // A list is worth having without a bundle too; 'doctor' says what is wrong with it.
  const bundle = await readHeldBundle(home, document, clock).catch(() => undefined);
  const now = bundle === undefined ? clock : trustedNow(clock, bundle);
  const rows = await Promise.all(document.cards.map((card) => rowOf(card, bundle, now)));
  terminal.result(
    rows.map(({ json }) => json),
    rows.length === 0
      ? ["There is no card yet: 'wallet accept OFFER' fetches some."]
      : rows.map(({ line }) => line),
  );
  return EXIT.done;
}

async function rowOf(
  card: Card,
  bundle: TrustBundle | undefined,
  now: number,
): Promise<{ readonly json: JsonObject; readonly line: string }> {
  const { id, type, format, authority, issuer, copies, expires_at: expiresAt } = card;
  const fresh = copies.filter(isFresh).length;
  const status = now >= expiresAt ? 'expired' : await cardStatus(card, bundle, now);
  const line = [
    id,
    displayName(type).padEnd(14),
    format.padEnd(11),
    visibleText(authority, 40),
    `${fresh} of ${copies.length} copies fresh`,
    `${status === 'expired' ? 'expired' : 'good until'} ${showDay(expiresAt)}`,
    ...remarkOn(status),
  ].join('  ');
  return {
    json: {
      id,
      type,
      format,
      issuer,
      authority,
      copies: copies.length,
      fresh_copies: fresh,
      expires_at: expiresAt,
      status,
    },
    line,
  };
}

function remarkOn(status: CardStatus | 'expired'): readonly string[] {
  return status === 'revoked' || status === 'suspended' ? [status.toUpperCase()] : [];
}
