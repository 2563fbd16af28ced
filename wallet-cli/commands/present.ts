import {
  type OpenedRequest,
  openRequestObject,
  PresentationError,
  readRequest,
  selectCredentials,
} from '@symbolon/presentation';
import { type Command, type CommandContext, EXIT, type ExitCode } from '@symbolon/terminal';
import { trustedNow } from '@symbolon/trust';
import { cardStatus } from '../answering/card-status.ts';
import { createAnswer, type Disclosure } from '../answering/create-answer.ts';
import { counterOf, describeCounter, nameOfPath } from '../answering/describe-request.ts';
import { describeSelected, mayReuseCopies } from '../answering/describe-showing.ts';
import { handOver } from '../answering/hand-over.ts';
import { type HeldCard, heldCards } from '../answering/held-cards.ts';
import { refuseDeclined, refuseOverAsking, refuseUnmatched } from '../answering/refuse-request.ts';
import type { SelectedCard, Showing } from '../answering/showing.ts';
import { takeCopies } from '../answering/take-copies.ts';
import { checkOutput, chooseOutput } from '../answering/write-answer.ts';
import { readClock } from '../clock.ts';
import { readTexts } from '../read-texts.ts';
import { requireHeldBundle } from '../store/held-bundle.ts';
import { unlockWallet } from '../unlock.ts';

const HELP = `
Opens the request of a counter, shows who asks, what for and what would be
revealed, asks you, and makes the answer. Nothing is fetched: this works without
a network. REQUEST is a URI or text, a file, PNG or JPEG pictures of QR codes
(give all of them), or - for standard input.

A request that goes beyond what the counter is registered for is refused, also
with --yes. Each copy of a card is shown once, and is marked as shown before you
see the answer. The two digits at the end must be the same on both screens.

Options:
  --yes             do not ask (for scripts)
  --png NAME        draw the answer as NAME-1.png, NAME-2.png, …
  --text            print the answer as frames, one a line
  --out FILE        write those frames to FILE
                    (without these: QR codes in this terminal if it is wide
                    enough, else frames)
  --allow-reuse     if every copy was shown elsewhere, show one again
  --answer-refusal  if it is refused, make a sealed refusal for the counter

Examples:
  wallet present request.png
  wallet present request-1.png request-2.png --png answer
  wallet present - --text < request.txt

Exit codes: 0 answered, 1 refused (by you, by the wallet), 2 usage.
`;

/** `wallet present`. */
export const presentCommand: Command = {
  usage: 'present REQUEST… [--yes] [--png NAME | --text | --out FILE]',
  help: HELP,
  options: {
    yes: { type: 'boolean' },
    png: { type: 'string' },
    text: { type: 'boolean' },
    out: { type: 'string' },
    'allow-reuse': { type: 'boolean' },
    'answer-refusal': { type: 'boolean' },
  },
  positionals: [1, 64],
  run: runPresent,
};

async function runPresent(context: CommandContext): Promise<ExitCode> {
  const { positionals, terminal, values } = context;
  const output = chooseOutput(values);
  await checkOutput(output);
  const compact = readRequest(await readTexts(positionals));
  const wallet = await unlockWallet(context);
  const clock = readClock();
  const bundle = await requireHeldBundle(wallet.home, wallet.document, clock);
  const request = await openRequestObject(compact, { bundle, now: clock });
  const counter = counterOf(request);
  const showing: Showing = { context, wallet, request, counter, output, clock };
  for (const line of describeCounter(counter, request)) terminal.note(line);

  if (request.overAsked.length > 0) return refuseOverAsking(showing);
  const now = trustedNow(clock, bundle);
  const selected = select(request, await heldCards(wallet.document.cards, now));
  if (selected === undefined) return refuseUnmatched(showing);
  describeSelected(selected, showing);
  for (const { credential } of selected) {
    const status = await cardStatus(credential.card, bundle, now);
    if (status === 'revoked' || status === 'suspended') {
      terminal.note(`This card is ${status}: the counter will not accept it.`);
    }
  }
  const mayReuse = await mayReuseCopies(selected, showing);
  if (!(values.flag('yes') || (await terminal.confirm('Show this?', 'give --yes')))) {
    return refuseDeclined(showing);
  }
  return answer(selected, mayReuse, showing);
}

async function answer(
  selected: readonly SelectedCard[],
  mayReuse: boolean,
  showing: Showing,
): Promise<ExitCode> {
  const { context, wallet, request, counter, clock } = showing;
  const claims = claimNames(selected);
  const cardIds = selected.map(({ credential }) => credential.card.id);
  const copies = await takeCopies(wallet, { cardIds, counter, claims, mayReuse, at: clock });
  const disclosures = selected.flatMap(({ queryId, claims: asked }, at): readonly Disclosure[] => {
    const copy = copies[at];
    return copy === undefined ? [] : [{ queryId, copy, disclose: asked.map(({ path }) => path) }];
  });
  const sealed = await createAnswer(request, disclosures, clock);
  await handOver(sealed, showing, { outcome: 'answered', cards: cardIds, claims });
  context.terminal.note(`The counter's screen must show the same code: ${sealed.code}`);
  return EXIT.done;
}

function select(
  { query }: OpenedRequest,
  held: readonly HeldCard[],
): readonly SelectedCard[] | undefined {
  try {
    return selectCredentials(query, held);
  } catch (error) {
    if (error instanceof PresentationError && error.code === 'no_matching_credential') {
      return undefined;
    }
    throw error;
  }
}

function claimNames(selected: readonly SelectedCard[]): readonly string[] {
  return selected.flatMap(({ claims }) => claims.map(({ path }) => nameOfPath(path)));
}
