import { randomInt } from 'node:crypto';
import type { CredentialConfiguration, CredentialFormat, EpochSeconds } from '@symbolon/schemas';
import type { Card } from '@symbolon/schemas/wallet-file';
import type { TrustBundle } from '@symbolon/trust';
import type { Request } from '../network/request.ts';
import { createHolderKey } from './holder-key.ts';
import { requestCredentials } from './request-credentials.ts';
import type { AccessToken } from './request-token.ts';
import type { ResolvedOffer } from './resolve-offer.ts';
import { verifyReceived } from './verify-received.ts';

/** Copies of a card that are asked for, since each is made to be shown once. */
export const MAX_COPIES = 30;

/** What collecting needs besides the offer and the token. */
export type Collecting = {
  readonly request: Request;
  readonly bundle: TrustBundle;
  /** At most so many copies of each card. */
  readonly copies: number;
  /** The device's clock, for proofs. */
  readonly clock: EpochSeconds;
  /** The trusted time, for judging what comes back. */
  readonly now: EpochSeconds;
};

/**
 * Fetches every credential of an offer and verifies each before it becomes part of a card. All or
 * nothing: the first that is refused ends it, and nothing has been stored.
 *
 * @throws WalletError as `requestCredentials` and `verifyReceived`.
 */
export async function collectCards(
  offer: ResolvedOffer,
  access: AccessToken,
  collecting: Collecting,
): Promise<readonly Card[]> {
  const cards: Card[] = [];
  for (const configuration of offer.configurations) {
    cards.push(await collectCard(offer, access, configuration, collecting));
  }
  return cards;
}

async function collectCard(
  offer: ResolvedOffer,
  access: AccessToken,
  configuration: CredentialConfiguration,
  { request, bundle, copies, clock, now }: Collecting,
): Promise<Card> {
  const count = copiesOf(configuration.format, Math.min(copies, offer.batchSize));
  const keys = await Promise.all(Array.from({ length: count }, () => createHolderKey()));
  const wish = { configurationId: configuration.id, keys };
  const credentials = await requestCredentials(offer, access, wish, { request, now: clock });
  const received = await verifyReceived(credentials, {
    configuration,
    issuer: offer.issuer,
    keys,
    bundle,
    now,
  });
  return {
    id: createCardId(),
    type: configuration.type.name,
    format: configuration.format,
    issuer: offer.issuer.issuer,
    authority: offer.issuer.name,
    received_at: clock,
    expires_at: received.expiresAt,
    copies: received.copies.map((copy) => ({ ...copy, uses: [], restored: false })),
  };
}

/** A JWT credential discloses all or nothing and no policy asks for it: one is enough. */
function copiesOf(format: CredentialFormat, most: number): number {
  return format === 'jwt_vc_json' ? 1 : most;
}

const ID_ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const ID_LENGTH = 6;

function createCardId(): string {
  return Array.from({ length: ID_LENGTH }, () => ID_ALPHABET[randomInt(ID_ALPHABET.length)]).join(
    '',
  );
}
