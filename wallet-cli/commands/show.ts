import { selectClaims } from '@symbolon/presentation';
import type { JsonObject, JsonValue } from '@symbolon/schemas';
import { CREDENTIAL_TYPES, claimPathOf } from '@symbolon/schemas';
import type { Card } from '@symbolon/schemas/wallet-file';
import {
  type Command,
  type CommandContext,
  EXIT,
  type ExitCode,
  visibleText,
} from '@symbolon/terminal';
import { isFresh } from '../answering/choose-copy.ts';
import { showDay } from '../clock.ts';
import { describeCard } from '../describe-card.ts';
import { describeClaim, isPicture, type ShownClaim } from '../describe-claim.ts';
import { readClaims } from '../read-claims.ts';
import { findCard } from '../store/find-card.ts';
import { unlockWallet } from '../unlock.ts';

const HELP = `
Shows what is on a card: everything, to you alone. A counter sees of it only
what it asks for and you agree to. ID is what 'wallet list' shows, or how it
begins. A picture is told by its size.

Examples:
  wallet show k3x7qa
  wallet show k3 --json

Exit codes: 0 done, 1 refused (no such card), 2 usage.
`;

/** `wallet show`. */
export const showCommand: Command = {
  usage: 'show ID',
  help: HELP,
  options: {},
  positionals: [1, 1],
  run: runShow,
};

async function runShow(context: CommandContext): Promise<ExitCode> {
  const { positionals, terminal } = context;
  const [id = ''] = positionals;
  const { document } = await unlockWallet(context);
  const card = findCard(document, id);
  const shown = shownClaims(card, await readClaims(card));
  const width = Math.max(0, ...shown.map(({ label }) => label.length));
  const { authority, copies, expires_at: expiresAt } = card;
  terminal.result(
    {
      id: card.id,
      type: card.type,
      format: card.format,
      issuer: card.issuer,
      authority,
      received_at: card.received_at,
      expires_at: expiresAt,
      copies: copies.length,
      fresh_copies: copies.filter(isFresh).length,
      claims: Object.fromEntries(shown.map(({ name, json }) => [name, json])),
    },
    [
      `${describeCard(card)} of ${visibleText(authority)}`,
      `Good until ${showDay(expiresAt)}; ${copies.filter(isFresh).length} of ${copies.length} copies were never shown`,
      ...shown.map(({ label, text }) => `  ${label.padEnd(width)}  ${text}`),
    ],
  );
  return EXIT.done;
}

/** The claims in the order of the type's table; a picture is told by its size in JSON too. */
function shownClaims(
  card: Card,
  claims: JsonObject,
): readonly (ShownClaim & { readonly json: JsonValue })[] {
  const type = CREDENTIAL_TYPES.find(({ name }) => name === card.type);
  if (type === undefined) return [];
  return type.claims.flatMap(({ name }) => {
    const path = claimPathOf(type, name, card.format);
    return selectClaims(claims, path).map(({ value }) => {
      const shown = describeClaim(card, path, value);
      return { ...shown, json: isPicture(name) ? shown.text : value };
    });
  });
}
