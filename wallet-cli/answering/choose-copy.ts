import type { Card, CardCopy } from '@symbolon/schemas/wallet-file';

/**
 * How a copy stands to the counter that asks: a copy that was shown before can be recognised, by
 * that counter or by all that saw it.
 */
export type CopyChoice = {
  readonly at: number;
  readonly copy: CardCopy;
  readonly kind: 'fresh' | 'restored' | 'shown_elsewhere' | 'shown_here';
};

/** Whether no counter can have seen this copy, as far as this wallet knows. */
export function isFresh({ uses, restored }: CardCopy): boolean {
  return uses.length === 0 && !restored;
}

const PREFERENCE = ['fresh', 'restored', 'shown_here', 'shown_elsewhere'] as const;

/**
 * The copy of a card to show next: a fresh one; else one that came from a backup and was not shown
 * by this device; else one that this counter has seen already; else one that others have seen,
 * for which the holder has to be asked.
 *
 * @param verifier - The counter's organisation identifier.
 */
export function chooseCopy({ copies }: Pick<Card, 'copies'>, verifier: string): CopyChoice {
  const choices = copies.map((copy, at) => ({ at, copy, kind: kindOf(copy, verifier) }));
  for (const kind of PREFERENCE) {
    const choice = choices.find((each) => each.kind === kind);
    if (choice !== undefined) return choice;
  }
  throw new RangeError('a card has at least one copy');
}

function kindOf(copy: CardCopy, verifier: string): CopyChoice['kind'] {
  if (isFresh(copy)) return 'fresh';
  if (copy.uses.length === 0) return 'restored';
  return copy.uses.some((use) => use.verifier === verifier) ? 'shown_here' : 'shown_elsewhere';
}
