import { EXIT, type ExitCode, visibleText } from '@symbolon/terminal';
import { WalletError } from '../error.ts';
import { addHistory, historyNames } from '../store/add-history.ts';
import { createRefusal } from './create-answer.ts';
import { describeOverAsked } from './describe-request.ts';
import { handOver } from './hand-over.ts';
import type { Showing } from './showing.ts';

/** Refuses a request that goes beyond its registration; nothing can talk the wallet out of it. */
export function refuseOverAsking(showing: Showing): Promise<ExitCode> {
  const over = showing.request.overAsked.map(describeOverAsked);
  const names = over.map((each) => visibleText(each, 100)).join(', ');
  const error = new WalletError(
    'request_over_asks',
    `the counter asks for more than it is registered for: ${names}`,
    { hint: 'nothing was shown; you can tell the authority about it' },
  );
  return refuse(showing, { reason: 'over_asked', over, error });
}

/** Refuses a request that no card answers. */
export function refuseUnmatched(showing: Showing): Promise<ExitCode> {
  const error = new WalletError(
    'request_not_matched',
    'no card in this wallet answers the request',
    { hint: "'wallet list' shows the cards; the counter does not learn what you have" },
  );
  return refuse(showing, { reason: 'no_match', over: [], error });
}

/** Refuses a request that the holder said no to. */
export function refuseDeclined(showing: Showing): Promise<ExitCode> {
  const error = new WalletError('presentation_declined', 'you said no: nothing was shown');
  return refuse(showing, { reason: 'declined', over: [], error });
}

type Refused = {
  readonly reason: 'declined' | 'no_match' | 'over_asked';
  readonly over: readonly string[];
  readonly error: WalletError;
};

/**
 * Writes the refusal into the history; then says so, or makes the sealed refusal where the holder
 * wants one. (The signed record of a refusal will have its place here.)
 */
async function refuse(showing: Showing, { reason, over, error }: Refused): Promise<ExitCode> {
  const { context, wallet, request, counter, clock: at } = showing;
  await wallet.update((document) => ({
    document: addHistory(document, {
      event: 'refused',
      at,
      counter,
      reason,
      over_asked: historyNames(over),
    }),
    result: undefined,
  }));
  if (!context.values.flag('answer-refusal')) throw error;
  context.terminal.note(`Refused: ${error.message}`);
  const sealed = await createRefusal(request);
  await handOver(sealed, showing, { outcome: 'refused', cards: [], claims: [] });
  return EXIT.refused;
}
