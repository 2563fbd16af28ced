import { deflateRaw, inflateRaw } from '@symbolon/credentials/zlib';
import type { JsonValue } from '@symbolon/schemas';
import { PresentationError } from '../error.ts';
import { MAX_MESSAGE_BYTES, MAX_UNPACKED_BYTES } from '../limits.ts';
import { decodeCbor, encodeCbor } from './cbor.ts';
import { DICTIONARY_ID_BYTES, findDictionary, NO_DICTIONARY } from './dictionary.ts';
import { packJson, packPlainly, unpackJson } from './packed-json.ts';

/** What a message is: it stands in its first byte. */
export type MessageType = 'request' | 'answer' | 'error';

/** A message, unpacked: any JSON value; a request is the text of its compact JWS. */
export type Message = { readonly type: MessageType; readonly value: JsonValue };

const TYPE_BYTES = { request: 1, answer: 2, error: 3 } as const;
const HEADER_BYTES = 1 + DICTIONARY_ID_BYTES;

/**
 * Packs a message: type, dictionary identifier, raw deflate (RFC 1951) of CBOR in which base64 is
 * taken off. What comes out of {@link unpackMessage} is the same value, byte for byte in its texts;
 * the sender makes sure of that before it sends.
 *
 * @throws {@link PresentationError} `message_malformed` for a value that CBOR of this profile does
 *   not carry alike (a float, a lone surrogate, `__proto__`), `message_too_large`.
 */
export function packMessage({ type, value }: Message): Uint8Array<ArrayBuffer> {
  const packed = encodeAlike(value);
  if (packed.length > MAX_UNPACKED_BYTES) {
    throw new PresentationError('message_too_large', 'the message holds more than 64 KB');
  }
  const deflated = deflateRaw(packed);
  const message = new Uint8Array(HEADER_BYTES + deflated.length);
  message[0] = TYPE_BYTES[type];
  message.set(NO_DICTIONARY, 1);
  message.set(deflated, HEADER_BYTES);
  if (message.length > MAX_MESSAGE_BYTES) {
    throw new PresentationError('message_too_large', 'the message does not fit into 16 KB');
  }
  return message;
}

function encodeAlike(value: JsonValue): Uint8Array<ArrayBuffer> {
  const text = JSON.stringify(value);
  for (const pack of [packJson, packPlainly]) {
    try {
      const packed = encodeCbor(pack(value));
      if (JSON.stringify(unpackJson(decodeCbor(packed))) === text) return packed;
    } catch {
      // Too deep, or not carried in this form.
    }
  }
  throw new PresentationError('message_malformed', 'the message would not come back as it is');
}

/**
 * Unpacks a message, within limits: 16 KB as it comes, 64 KB inflated, then strict CBOR.
 *
 * @param expectedTypes - What may be in this place; the type is judged before anything is inflated.
 * @throws {@link PresentationError} `message_too_large`, `message_malformed`,
 *   `message_type_unexpected`, `dictionary_unknown`.
 */
export function unpackMessage(bytes: Uint8Array, expectedTypes: readonly MessageType[]): Message {
  if (bytes.length > MAX_MESSAGE_BYTES) {
    throw new PresentationError('message_too_large', 'the message has more than 16 KB');
  }
  if (bytes.length <= HEADER_BYTES) {
    throw new PresentationError('message_malformed', 'the message has no content');
  }
  const type = expectedTypes.find((each) => TYPE_BYTES[each] === bytes[0]);
  if (type === undefined) {
    const wanted = expectedTypes.join(' or ');
    throw new PresentationError('message_type_unexpected', `expected a message of type ${wanted}`);
  }
  const dictionary = findDictionary(bytes.subarray(1, HEADER_BYTES));
  const packed = inflateWithin(bytes.slice(HEADER_BYTES), dictionary);
  return { type, value: unpackJson(decodeCbor(packed)) };
}

function inflateWithin(
  deflated: Uint8Array<ArrayBuffer>,
  dictionary: Uint8Array<ArrayBuffer> | undefined,
): Uint8Array {
  try {
    return inflateRaw(deflated, MAX_UNPACKED_BYTES, dictionary);
  } catch (cause) {
    const message = 'the message is not raw deflate, or inflates to more than 64 KB';
    throw new PresentationError('message_malformed', message, { cause });
  }
}
