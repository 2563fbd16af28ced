import type { JsonObject } from '@symbolon/schemas';
import type { Card } from '@symbolon/schemas/wallet-file';
import {
  type Command,
  type CommandContext,
  EXIT,
  type ExitCode,
  UsageError,
  visibleText,
} from '@symbolon/terminal';
import type { TrustBundle } from '@symbolon/trust';
import { clockLagSeconds, trustedNow } from '@symbolon/trust';
import { readClock, showDay } from '../clock.ts';
import { describeCard } from '../describe-card.ts';
import { WalletError } from '../error.ts';
import { collectCards, MAX_COPIES } from '../issuance/collect-cards.ts';
import { readTxCode } from '../issuance/read-tx-code.ts';
import { requestToken } from '../issuance/request-token.ts';
import { type ResolvedOffer, resolveCredentialOffer } from '../issuance/resolve-offer.ts';
import { requestWithinLimits } from '../network/request.ts';
import { readTexts } from '../read-texts.ts';
import { addHistory } from '../store/add-history.ts';
import { requireHeldBundle } from '../store/held-bundle.ts';
import type { Wallet } from '../store/wallet.ts';
import { unlockWallet } from '../unlock.ts';

const HELP = `
Fetches the cards of an offer and keeps them. The offer is a URI, a file with
it, a PNG or JPEG of its QR code, or - for standard input. Its issuer must be in
the trust bundle; only that issuer is contacted, over https (or http on this
machine). Every credential is verified as a counter would verify it before it
is kept, and either all cards of the offer are kept or none.

A transaction code is asked for where the offer needs one. There is no option
that takes it from the command line: other users of this machine could read it
there. Use --tx-code-file in scripts (- for standard input).

Options:
  --tx-code-file FILE  read the transaction code from FILE
  --copies N           copies of each card, 1 to ${MAX_COPIES}; each is shown once (default: as
                       many as the issuer gives, at most ${MAX_COPIES})
  --yes                do not ask before fetching

Examples:
  wallet accept 'openid-credential-offer://?credential_offer_uri=…'
  wallet accept offer.png
  wallet accept offer.txt --tx-code-file code.txt --json

Exit codes: 0 kept, 1 refused, 2 usage.
`;

/** `wallet accept`. */
export const acceptCommand: Command = {
  usage: 'accept OFFER [--tx-code-file FILE] [--copies N] [--yes]',
  help: HELP,
  options: {
    'tx-code-file': { type: 'string' },
    'tx-code': { type: 'string' },
    copies: { type: 'string' },
    yes: { type: 'boolean' },
  },
  positionals: [1, 1],
  run: runAccept,
};

async function runAccept(context: CommandContext): Promise<ExitCode> {
  const { positionals, terminal, values } = context;
  if (values.text('tx-code') !== undefined) {
    throw new UsageError(
      'a code on the command line can be read by others: use --tx-code-file FILE, or be asked',
    );
  }
  const copies = parseCopies(values.text('copies'));
  const [argument = ''] = positionals;
  const offerUri = await readOfferUri(argument);
  const wallet = await unlockWallet(context);
  const clock = readClock();
  const bundle = await requireHeldBundle(wallet.home, wallet.document, clock);
  const now = trustedNow(clock, bundle);
  refuseOldBundle(bundle, now);
  if (clockLagSeconds(clock, bundle) > 0) {
    terminal.note('The clock of this machine is behind the trust bundle: set it right.');
  }

  const request = requestWithinLimits;
  const offer = await terminal.progress('Reading the offer', () =>
    resolveCredentialOffer(offerUri, bundle.document.issuers, request),
  );
  showOffer(offer, bundle, context);
  if (terminal.interactive && !values.flag('yes')) {
    if (!(await terminal.confirm('Fetch these cards?', 'give --yes'))) {
      terminal.note('Nothing was fetched.');
      return EXIT.refused;
    }
  }
  const txCode = offer.txCode === undefined ? undefined : await readTxCode(offer.txCode, context);
  const cards = await terminal.progress('Fetching and verifying the cards', async () => {
    const access = await requestToken(offer, txCode, { request, now: clock });
    return collectCards(offer, access, { request, bundle, copies, clock, now });
  });
  await keepCards(wallet, cards, offer.issuer.name);
  terminal.result(
    { cards: cards.map(summarise) },
    cards.map(
      (card) =>
        `${describeCard(card)}: ${card.copies.length} ${card.copies.length === 1 ? 'copy' : 'copies'}, good until ${showDay(card.expires_at)}`,
    ),
  );
  return EXIT.done;
}

async function readOfferUri(argument: string): Promise<string> {
  const texts = await readTexts([argument]);
  const [text] = texts;
  if (text !== undefined && texts.length === 1) return text;
  throw new WalletError('offer_malformed', `expected one offer, found ${texts.length}`, {
    hint: 'give a picture with one QR code, sharp and whole',
  });
}

function parseCopies(text: string | undefined): number {
  if (text === undefined) return MAX_COPIES;
  const copies = /^\d{1,2}$/.test(text) ? Number(text) : 0;
  if (copies >= 1 && copies <= MAX_COPIES) return copies;
  throw new UsageError(`--copies takes a number from 1 to ${MAX_COPIES}`);
}

function refuseOldBundle({ document }: TrustBundle, now: number): void {
  if (now < document.expires_at) return;
  throw new WalletError('bundle_missing', 'the trust bundle is too old to judge an issuer by', {
    hint: "import a new one with 'wallet bundle import FILE or URL'",
  });
}

function showOffer(
  { issuer, configurations }: ResolvedOffer,
  { document }: TrustBundle,
  { terminal }: CommandContext,
): void {
  const demo = document.demo ? ' (a demo, not a real authority)' : '';
  terminal.note(`${visibleText(issuer.name)}${demo} at ${visibleText(issuer.issuer)} offers:`);
  for (const { type, format } of configurations) {
    terminal.note(`  ${type.display} (${format})`);
  }
}

function keepCards(wallet: Wallet, cards: readonly Card[], authority: string): Promise<void> {
  const at = readClock();
  return wallet.update((document) => ({
    document: addHistory(
      { ...document, cards: [...document.cards, ...cards] },
      {
        event: 'received',
        at,
        authority,
        cards: cards.map(({ id, type, format }) => ({ id, type, format })),
      },
    ),
    result: undefined,
  }));
}

function summarise({ id, type, format, copies, expires_at: expiresAt }: Card): JsonObject {
  return { id, type, format, copies: copies.length, expires_at: expiresAt };
}
