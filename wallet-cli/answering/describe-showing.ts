import { visibleText } from '@symbolon/terminal';
import { describeCard } from '../describe-card.ts';
import { describeClaim } from '../describe-claim.ts';
import { chooseCopy } from './choose-copy.ts';
import type { SelectedCard, Showing } from './showing.ts';
import { noFreshCopy } from './take-copies.ts';

/** Shows the holder what the counter would see, values and all. */
export function describeSelected(selected: readonly SelectedCard[], { context }: Showing): void {
  const { terminal } = context;
  for (const { credential, claims } of selected) {
    const { card } = credential;
    terminal.note(
      `It would see, from your ${describeCard(card)} of ${visibleText(card.authority)}:`,
    );
    for (const { path, value } of claims) {
      const { label, text } = describeClaim(card, path, value);
      terminal.note(`  ${label}: ${text}`);
    }
    terminal.note('  and what is visible on every such card: issuing authority, country, level');
  }
}

/**
 * Says how each copy stands, and asks where other counters have seen all of them.
 *
 * @throws WalletError `no_fresh_copy` when the holder does not agree to show one again.
 */
export async function mayReuseCopies(
  selected: readonly SelectedCard[],
  { context: { terminal, values }, counter }: Showing,
): Promise<boolean> {
  const kinds = selected.map(
    ({ credential }) => chooseCopy(credential.card, counter.identifier).kind,
  );
  if (kinds.includes('restored')) {
    terminal.note('The copy comes from a backup: another device may have shown it already.');
  }
  if (kinds.includes('shown_here')) {
    terminal.note('No fresh copy is left: this counter sees one that it has seen before.');
  }
  if (!kinds.includes('shown_elsewhere')) return false;
  if (values.flag('allow-reuse')) return true;
  if (!terminal.interactive) throw noFreshCopy();
  const question =
    'Every copy was shown elsewhere; counters could link the visits. Show one again?';
  if (await terminal.confirm(question, 'give --allow-reuse')) return true;
  throw noFreshCopy();
}
