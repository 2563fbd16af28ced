import { PresentationError } from '../error.ts';
import { MAX_MESSAGE_BYTES } from '../limits.ts';
import { decodeBase45, encodeBase45 } from './base45.ts';

/** What every frame's text begins with; it tells a frame from a URI at a glance. */
export const FRAME_PREFIX = 'PQ1:';

/** Bytes of the exchange identifier: the first four of the request's nonce. */
export const SID_BYTES = 4;

/** The most plain blocks a message may be cut into. */
export const MAX_BLOCKS = 64;

const VERSION = 1;
const HEADER_BYTES = 9;
const MAX_INDEX = 254;
const MAX_FRAME_CHARACTERS =
  FRAME_PREFIX.length + Math.ceil(((HEADER_BYTES + MAX_MESSAGE_BYTES) * 3) / 2);

/**
 * Block sizes that fill a QR symbol of error correction level L: version 10, 15 (a phone's screen
 * before a laptop's camera), 20 (a 1080p camera) and 25 (the densest that was found to work).
 */
export const BLOCK_BYTES = { v10: 251, v15: 493, v20: 821, v25: 1223 } as const;

/**
 * One frame, the text of one QR symbol: header and block.
 *
 * `index` below `count` is a plain part of the message, the last one filled up with zeros; from
 * `count` to 254 it is a repair block, a combination of all parts.
 */
export type Frame = {
  /** Which exchange it belongs to: 4 bytes. Neither a secret nor a check. */
  readonly sid: Uint8Array<ArrayBuffer>;
  readonly index: number;
  readonly count: number;
  /** Length of the whole message in bytes. */
  readonly messageBytes: number;
  readonly block: Uint8Array<ArrayBuffer>;
};

/** Writes a frame as the text of a QR symbol. */
export function encodeFrame({ sid, index, count, messageBytes, block }: Frame): string {
  const bytes = new Uint8Array(HEADER_BYTES + block.length);
  bytes.set([VERSION, ...sid, index, count, messageBytes >> 8, messageBytes & 0xff]);
  bytes.set(block, HEADER_BYTES);
  return FRAME_PREFIX + encodeBase45(bytes);
}

/**
 * Reads a frame, and holds it to every limit before anything is kept of it.
 *
 * @throws {@link PresentationError} `frame_malformed`; for a frame over the limits too.
 */
export function parseFrame(text: string): Frame {
  if (!text.startsWith(FRAME_PREFIX) || text.length > MAX_FRAME_CHARACTERS) {
    throw new PresentationError('frame_malformed', `expected a text that begins '${FRAME_PREFIX}'`);
  }
  const bytes = decodeBase45(text.slice(FRAME_PREFIX.length));
  const [version, , , , , index = 0, count = 0, high = 0, low = 0] = bytes;
  const block = bytes.slice(HEADER_BYTES);
  if (version !== VERSION || block.length === 0) {
    throw new PresentationError('frame_malformed', 'the header of a frame is not of version 1');
  }
  const messageBytes = high * 256 + low;
  const withinLimits =
    index <= MAX_INDEX &&
    count >= 1 &&
    count <= MAX_BLOCKS &&
    messageBytes >= 1 &&
    messageBytes <= MAX_MESSAGE_BYTES;
  if (!withinLimits) throw new PresentationError('frame_malformed', 'a frame is over the limits');
  const size = Math.ceil(messageBytes / count);
  // The second condition: no block may be nothing but filling, so that a message has one way to be cut.
  if (block.length !== size || (count - 1) * size >= messageBytes) {
    throw new PresentationError(
      'frame_malformed',
      "a frame's block does not have the size it says",
    );
  }
  return { sid: bytes.slice(1, 1 + SID_BYTES), index, count, messageBytes, block };
}
