import type { EpochSeconds } from '@symbolon/schemas';
import type { Card, CardCopy, Counter, HistoryEntry } from '@symbolon/schemas/wallet-file';
import { WalletError } from '../error.ts';
import { addHistory, historyNames } from '../store/add-history.ts';
import { findCard } from '../store/find-card.ts';
import type { Wallet } from '../store/wallet.ts';
import { chooseCopy } from './choose-copy.ts';

/** Uses of one copy that are remembered. */
const MAX_USES = 1000;

/** What is about to be shown, to whom. */
export type CopyUse = {
  readonly cardIds: readonly string[];
  readonly counter: Counter;
  /** Names of the claims, for the history. */
  readonly claims: readonly string[];
  /** The holder agreed that a copy which other counters saw may be shown again. */
  readonly mayReuse: boolean;
  readonly at: EpochSeconds;
};

/**
 * Takes a copy of each card for one showing: chosen, marked as used, and written into the history
 * in one step that is on the disk when this returns, before anything is shown. Two commands at the
 * same time never take the same fresh copy, and a crash afterwards wastes a copy and links nothing.
 *
 * @returns One copy for each card, in order.
 * @throws {@link WalletError} `no_fresh_copy` when only copies are left that other counters saw,
 *   and `mayReuse` is not set; `card_unknown` when a card was deleted meanwhile.
 */
export function takeCopies(wallet: Wallet, use: CopyUse): Promise<readonly CardCopy[]> {
  return wallet.update((document) => {
    const changed = new Map<string, Card>();
    const copies = use.cardIds.map((id) => {
      // A card that answers two queries gives two copies.
      const taken = takeCopy(changed.get(id) ?? findCard(document, id), use);
      changed.set(id, taken.card);
      return taken.copy;
    });
    const cards = document.cards.map((card) => changed.get(card.id) ?? card);
    return { document: addHistory({ ...document, cards }, presented(use)), result: copies };
  });
}

function takeCopy(
  card: Card,
  { counter, mayReuse, at }: CopyUse,
): { readonly card: Card; readonly copy: CardCopy } {
  const choice = chooseCopy(card, counter.identifier);
  if (choice.kind === 'shown_elsewhere' && !mayReuse) throw noFreshCopy();
  const shown = { at, verifier: counter.identifier };
  const used = { ...choice.copy, uses: [...choice.copy.uses, shown].slice(-MAX_USES) };
  const copies = card.copies.map((copy, index) => (index === choice.at ? used : copy));
  return { card: { ...card, copies }, copy: choice.copy };
}

function presented({ at, counter, cardIds, claims }: CopyUse): HistoryEntry {
  return { event: 'presented', at, counter, cards: [...cardIds], claims: historyNames(claims) };
}

/** Every copy of a card has been seen by other counters, which could recognise it. */
export function noFreshCopy(): WalletError {
  return new WalletError('no_fresh_copy', 'every copy of the card was shown elsewhere already', {
    hint: 'get new copies with an offer of the authority, or give --allow-reuse: the counters could then tell that it is the same card',
  });
}
