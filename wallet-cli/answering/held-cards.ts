import type { EpochSeconds, JsonObject } from '@symbolon/schemas';
import type { Card } from '@symbolon/schemas/wallet-file';
import { readClaims } from '../read-claims.ts';
import { isFresh } from './choose-copy.ts';

/** A card as a query is evaluated on it. */
export type HeldCard = {
  readonly card: Card;
  readonly format: Card['format'];
  /** Fully disclosed, from the root of the credential. */
  readonly claims: JsonObject;
};

/**
 * The cards that may answer a request, in the order in which they are offered to it: those with a
 * fresh copy first, then the newest. Expired cards are left out.
 */
export async function heldCards(
  cards: readonly Card[],
  now: EpochSeconds,
): Promise<readonly HeldCard[]> {
  const usable = cards
    .filter((card) => now < card.expires_at)
    .sort(
      (one, other) =>
        Number(hasFreshCopy(other)) - Number(hasFreshCopy(one)) ||
        other.received_at - one.received_at,
    );
  return Promise.all(
    usable.map(async (card) => ({
      card,
      format: card.format,
      claims: await readClaims(card),
    })),
  );
}

function hasFreshCopy({ copies }: Card): boolean {
  return copies.some(isFresh);
}
