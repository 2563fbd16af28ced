import type { OpenedRequest, SelectedCredential } from '@symbolon/presentation';
import type { EpochSeconds } from '@symbolon/schemas';
import type { Counter } from '@symbolon/schemas/wallet-file';
import type { CommandContext } from '@symbolon/terminal';
import type { Wallet } from '../store/wallet.ts';
import type { HeldCard } from './held-cards.ts';
import type { AnswerOutput } from './write-answer.ts';

/** One request in hand: who asks, what the answer is to become, and by which clock. */
export type Showing = {
  readonly context: CommandContext;
  readonly wallet: Wallet;
  readonly request: OpenedRequest;
  readonly counter: Counter;
  readonly output: AnswerOutput;
  readonly clock: EpochSeconds;
};

/** A card that answers one query of a request, and the claims that it would reveal. */
export type SelectedCard = SelectedCredential<HeldCard>;
