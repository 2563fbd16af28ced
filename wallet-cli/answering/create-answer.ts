import { presentSdJwt } from '@symbolon/credentials';
import { createSigner, randomBytes } from '@symbolon/credentials/crypto';
import { exchangeCode, type OpenedRequest, sealAnswer } from '@symbolon/presentation';
import type { ClaimPath, EpochSeconds } from '@symbolon/schemas';
import type { CardCopy } from '@symbolon/schemas/wallet-file';

/** One copy to present, and what of it. */
export type Disclosure = {
  readonly queryId: string;
  readonly copy: CardCopy;
  readonly disclose: readonly ClaimPath[];
};

/** A sealed answer and the code that both screens show. */
export type SealedAnswer = {
  readonly wire: Uint8Array<ArrayBuffer>;
  readonly code: string;
};

/**
 * Presents what was agreed to, bound to the request's nonce and client identifier, and seals it to
 * the request's one-time key.
 *
 * @param clock - For the `iat` of the key binding; over QR the nonce alone is the freshness.
 */
export async function createAnswer(
  request: OpenedRequest,
  disclosures: readonly Disclosure[],
  clock: EpochSeconds,
): Promise<SealedAnswer> {
  const vpToken = new Map<string, string>();
  for (const { queryId, copy, disclose } of disclosures) {
    const presentation = await presentSdJwt({
      compact: copy.credential,
      disclose,
      keyBinding: {
        nonce: request.nonce,
        audience: request.clientId,
        iat: clock,
        signer: createSigner(copy.key),
      },
    });
    vpToken.set(queryId, presentation);
  }
  return seal(request, { kind: 'presented', vpToken });
}

/**
 * Seals a refusal: of the size of an answer, and the same whether the holder said no, the request
 * asks too much, or there is no such card.
 */
export function createRefusal(request: OpenedRequest): Promise<SealedAnswer> {
  const description = 'the request is not answered';
  return seal(request, { kind: 'refused', error: 'access_denied', description });
}

async function seal(
  request: OpenedRequest,
  answer: Parameters<typeof sealAnswer>[0]['answer'],
): Promise<SealedAnswer> {
  const wire = await sealAnswer({ request, answer, random: randomBytes });
  return { wire, code: await exchangeCode(request.compact, wire) };
}
