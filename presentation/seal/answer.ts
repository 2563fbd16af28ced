import type { P256PrivateJwk } from '@symbolon/credentials/crypto';
import type { JsonValue } from '@symbolon/schemas';
import { ParseError } from '@symbolon/schemas';
import type { RefusalDocument } from '@symbolon/schemas/openid4vp';
import { parseAnswer, parseRefusal } from '@symbolon/schemas/openid4vp';
import { PresentationError } from '../error.ts';
import { MAX_MESSAGE_BYTES } from '../limits.ts';
import { unpackMessage } from '../packing/message.ts';
import { unpadMessage } from '../packing/padding.ts';
import { openHpke } from './hpke-open.ts';
import { requestBinding } from './request-binding.ts';

/** A wallet's answer: a presentation for each asked credential, or a refusal. */
export type Answer =
  | {
      readonly kind: 'presented';
      /** Credential query id to its one presentation, not yet verified. */
      readonly vpToken: ReadonlyMap<string, string>;
    }
  | {
      readonly kind: 'refused';
      /** OpenID4VP 1.0 section 8.5; `access_denied` also when nothing matches. */
      readonly error: RefusalDocument['error'];
      /** Printable ASCII without `"` and `\`; says nothing about what the holder has. */
      readonly description: string;
    };

/**
 * Opens an answer: decrypts, takes the padding off, unpacks, and holds it to its shape. The
 * presentations in it are not verified.
 *
 * @param wire - As it came from frames or a file.
 * @param expected - The one-time private key and the request that was made with it.
 * @throws {@link PresentationError} `answer_unreadable` when it is sealed for another request or
 *   changed; `message_malformed`, `message_type_unexpected`, `dictionary_unknown`,
 *   `message_too_large` when what was sealed is not an answer.
 */
export async function openAnswer(
  wire: Uint8Array,
  expected: { readonly responsePrivateJwk: P256PrivateJwk; readonly requestCompact: string },
): Promise<Answer> {
  if (wire.length > MAX_MESSAGE_BYTES) {
    throw new PresentationError('message_too_large', 'the answer has more than 16 KB');
  }
  const info = await requestBinding(expected.requestCompact);
  const sealed = { info, wire: Uint8Array.from(wire) };
  const padded = await openHpke(expected.responsePrivateJwk, sealed);
  if (padded === undefined) {
    // One code for whatever went wrong: another key, another request, a changed byte.
    throw new PresentationError('answer_unreadable', 'the answer is not sealed for this request', {
      hint: 'make a new request and let the holder answer that one',
    });
  }
  const { type, value } = unpackMessage(unpadMessage(padded), ['answer', 'error']);
  try {
    return type === 'answer' ? presented(value) : refused(value);
  } catch (cause) {
    if (!(cause instanceof ParseError)) throw cause;
    throw new PresentationError('message_malformed', cause.message, { cause });
  }
}

function presented(value: JsonValue): Answer {
  const { vp_token: vpToken } = parseAnswer(value);
  const entries = Object.entries(vpToken).flatMap(([id, presentation]) =>
    presentation.map((each) => [id, each] as const),
  );
  return { kind: 'presented', vpToken: new Map(entries) };
}

function refused(value: JsonValue): Answer {
  const { error, error_description: description = '' } = parseRefusal(value);
  return { kind: 'refused', error, description };
}
