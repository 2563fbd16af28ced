import { PresentationError } from '../error.ts';

/** What HPKE adds: the encapsulated key (65 bytes) and the authentication tag (16). */
const SEAL_BYTES = 81;

/**
 * Sizes an answer may have on the wire, in bytes: one QR symbol of version 20 (821), three frames of
 * version 15 (1479), five (2446), nine (4105), then steps of one version 25 frame. An observer of
 * the screen learns the class and nothing finer.
 */
export const PADDING_CLASSES: readonly number[] = [
  821, 1479, 2446, 4105, 5338, 6561, 7784, 9007, 10_230, 11_453, 12_676, 13_899, 15_122,
];

const LENGTH_BYTES = 2;

/**
 * Pads a message to a class: length (two bytes, big endian), message, zeros.
 *
 * @param smallestClass - The wire size that the question calls for; the answer takes it even when it
 *   is shorter, so that size says nothing about it.
 * @throws {@link PresentationError} `answer_too_large` beyond the last class.
 */
export function padMessage(message: Uint8Array, smallestClass: number): Uint8Array<ArrayBuffer> {
  const needed = message.length + LENGTH_BYTES + SEAL_BYTES;
  const size = PADDING_CLASSES.find((each) => each >= needed && each >= smallestClass);
  if (size === undefined) {
    throw new PresentationError(
      'answer_too_large',
      'the answer does not fit into the largest class',
    );
  }
  const padded = new Uint8Array(size - SEAL_BYTES);
  padded.set([message.length >> 8, message.length & 0xff]);
  padded.set(message, LENGTH_BYTES);
  return padded;
}

/**
 * Takes the padding off.
 *
 * @throws {@link PresentationError} `message_malformed` unless the size is a class and everything
 *   behind the message is zeros.
 */
export function unpadMessage(padded: Uint8Array): Uint8Array<ArrayBuffer> {
  const [high = 0, low = 0] = padded;
  const end = LENGTH_BYTES + high * 256 + low;
  const exact =
    PADDING_CLASSES.includes(padded.length + SEAL_BYTES) &&
    end <= padded.length &&
    padded.subarray(end).every((byte) => byte === 0);
  if (!exact) throw new PresentationError('message_malformed', "the answer's padding is not exact");
  return Uint8Array.from(padded.subarray(LENGTH_BYTES, end));
}
