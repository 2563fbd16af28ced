import type { Card, WalletDocument } from '@symbolon/schemas/wallet-file';
import { WalletError } from '../error.ts';

/**
 * The card with this id, or with an id that begins so, if there is just one.
 *
 * @throws {@link WalletError} `card_unknown`.
 */
export function findCard({ cards }: WalletDocument, id: string): Card {
  const found = cards.filter((card) => card.id.startsWith(id.toLowerCase()));
  const [card] = found;
  if (id !== '' && card !== undefined && found.length === 1) return card;
  const message =
    found.length > 1 ? 'more than one card has an id that begins so' : 'there is no such card';
  throw new WalletError('card_unknown', message, { hint: "'wallet list' shows the ids" });
}
