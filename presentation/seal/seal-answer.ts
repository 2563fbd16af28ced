import type { Random } from '@symbolon/credentials/crypto';
import type { JsonValue, P256PublicJwk } from '@symbolon/schemas';
import type { DcqlQuery } from '@symbolon/schemas/openid4vp';
import { packMessage } from '../packing/message.ts';
import { padMessage } from '../packing/padding.ts';
import type { Answer } from './answer.ts';
import { answerClass } from './answer-class.ts';
import { sealHpke } from './hpke-seal.ts';
import { requestBinding } from './request-binding.ts';

/** What of an opened request an answer is sealed to. */
export type AnswerableRequest = {
  readonly compact: string;
  readonly query: DcqlQuery;
  readonly responseKey: P256PublicJwk;
};

/**
 * Packs, pads and seals an answer: only the holder of the request's one-time key can open it, and
 * only for exactly this request.
 *
 * @returns The wire form: HPKE's `enc`, then the ciphertext; its size is a padding class that
 *   follows from the question.
 * @throws PresentationError `answer_too_large`, `response_key_unusable`.
 */
export async function sealAnswer({
  request,
  answer,
  random,
}: {
  readonly request: AnswerableRequest;
  readonly answer: Answer;
  readonly random: Random;
}): Promise<Uint8Array<ArrayBuffer>> {
  const message = packMessage(
    answer.kind === 'presented'
      ? { type: 'answer', value: { vp_token: presentations(answer.vpToken) } }
      : { type: 'error', value: { error: answer.error, error_description: answer.description } },
  );
  return sealHpke(request.responseKey, {
    info: await requestBinding(request.compact),
    plaintext: padMessage(message, answerClass(request.query)),
    seed: random(32),
  });
}

function presentations(vpToken: ReadonlyMap<string, string>): JsonValue {
  return Object.fromEntries([...vpToken].map(([id, presentation]) => [id, [presentation]]));
}
