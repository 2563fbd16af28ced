import { createSigner } from '@symbolon/credentials/crypto';
import {
  decodeFrames,
  exchangeCode,
  PresentationError,
  parseFrame,
} from '@symbolon/presentation/check';
import { type PresentedClaims, rejectUnread, type Verdict } from '@symbolon/presentation/judge';
import type { EpochSeconds } from '@symbolon/schemas';
import type { TrustBundle } from '@symbolon/trust';
import { checkPresentation } from '../check-presentation.ts';
import { VerifierError } from '../error.ts';
import { createReceipt } from '../receipt.ts';
import type { BootTime } from './boot-clock.ts';
import type { Desk } from './desk.ts';
import { findPending, type PendingRequest, takePending } from './pending-requests.ts';
import { addReceipt } from './receipts.ts';

/** An answer that was checked. */
export type CheckedAnswer = {
  readonly verdict: Verdict<PresentedClaims>;
  /** What is known once the answer belongs to a request of this desk. */
  readonly exchange:
    | {
        readonly policy: string;
        /** Two digits, which the holder's screen shows too. */
        readonly code: string;
        /** File name of the receipt. */
        readonly receipt: string;
      }
    | undefined;
};

/** What a desk checks an answer with. */
export type CheckingDesk = {
  readonly desk: Desk;
  readonly bundle: TrustBundle;
  /** The trusted time. */
  readonly now: EpochSeconds;
  readonly boot: BootTime;
};

const MAX_EXCHANGES = 16;

/**
 * Checks an answer at a desk: it must belong to a request that this desk made within the last two
 * minutes and that nobody has answered yet.
 *
 * The request is taken away in one atomic step before an accepted verdict is returned, so of any
 * number of checks of one answer one is accepted. A check that does not accept leaves it there: an
 * attacker who waves a phone must not be able to use it up.
 *
 * @param texts - Frames, one or more to a text.
 */
export async function checkAnswer(
  texts: readonly string[],
  checking: CheckingDesk,
): Promise<CheckedAnswer> {
  const { desk, bundle, now } = checking;
  let found: FoundExchange;
  try {
    found = await findExchange(texts, checking);
  } catch (error) {
    const check = error instanceof VerifierError ? 'holder_binding' : 'format';
    return { verdict: rejectUnread(check, error), exchange: undefined };
  }
  const { sid, request, wire } = found;
  const judged = await checkPresentation(wire, { request, bundle, now });
  const isTaken = judged.outcome === 'accepted' && !(await takePending(desk, sid));
  const verdict = isTaken ? rejectUnread('holder_binding', answeredBefore()) : judged;
  const { policy } = request;
  const signer = createSigner(desk.document.access_key);
  const receipt = await createReceipt({ verdict, policy, bundle, wire, now }, signer);
  const exchange = {
    policy,
    code: await exchangeCode(request.compact, wire),
    receipt: await addReceipt(desk, receipt, now),
  };
  return { verdict, exchange };
}

type FoundExchange = {
  readonly sid: Uint8Array;
  readonly request: PendingRequest;
  readonly wire: Uint8Array;
};

/** Frames of a neighbour's phone may be among them: the first exchange of this desk's counts. */
async function findExchange(
  texts: readonly string[],
  { desk, boot }: CheckingDesk,
): Promise<FoundExchange> {
  let refused: unknown = new PresentationError('frames_incomplete', 'there are no frames');
  for (const sid of exchangesOf(texts)) {
    let request: PendingRequest;
    try {
      request = await findPending(desk, sid, boot);
    } catch (error) {
      refused = error;
      continue;
    }
    return { sid, request, wire: decodeFrames(texts, sid).message };
  }
  throw refused;
}

function exchangesOf(texts: readonly string[]): readonly Uint8Array[] {
  const exchanges = new Map<string, Uint8Array>();
  for (const line of texts.flatMap((text) => text.split(/[\r\n]+/))) {
    if (line === '') continue;
    const { sid } = parseFrame(line);
    exchanges.set(sid.join(), sid);
    if (exchanges.size > MAX_EXCHANGES) {
      throw new PresentationError('frames_mixed', 'the frames belong to too many exchanges');
    }
  }
  return [...exchanges.values()];
}

function answeredBefore(): VerifierError {
  return new VerifierError('request_used', 'the request was answered before', {
    hint: 'make a new request and let the holder answer that one',
  });
}
