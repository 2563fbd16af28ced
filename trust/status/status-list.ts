import { decodeBase64Url } from '@symbolon/credentials/jose';
import { inflate } from '@symbolon/credentials/zlib';
import { type EncodedStatusList, Refusal } from '@symbolon/schemas';
import { TrustError } from '../error.ts';

/** How many bits an entry has. */
export type StatusBits = EncodedStatusList['bits'];

/** The unpacked list: entries of `bits` bits, the first in the least significant bits of byte 0. */
export type StatusList = {
  readonly bits: StatusBits;
  readonly bytes: Uint8Array<ArrayBuffer>;
};

/** Status Type values of the specification's registry (section 7.1). */
export const STATUS = { valid: 0, invalid: 1, suspended: 2 } as const;

/**
 * The most that a list may unpack to: 16 MiB, which is 2^27 entries of one bit or 2^26 of two. A
 * country's cards fit, and a hostile list of a few kilobytes cannot take a desk's memory.
 */
const MAX_STATUS_LIST_BYTES = 16_777_216;

/**
 * Unpacks a status list: base64url, then zlib, up to 16 MiB of bytes.
 *
 * @throws {@link TrustError} `status_list_invalid` for anything but one whole zlib stream.
 * @see Token Status List section 4.1, "Compressed Byte Array"
 */
export async function decodeStatusList({ bits, lst }: EncodedStatusList): Promise<StatusList> {
  try {
    return { bits, bytes: await inflate(decodeBase64Url(lst), MAX_STATUS_LIST_BYTES) };
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    const message = `'lst' is not one zlib stream of at most ${MAX_STATUS_LIST_BYTES} bytes`;
    throw new TrustError('status_list_invalid', message, { cause });
  }
}

/**
 * The value of one entry.
 *
 * @throws {@link TrustError} `status_index_out_of_range`: nothing can be said about such a token, and
 *   it is to be rejected.
 * @see Token Status List section 8.3, last step
 */
export function statusAt(bytes: Uint8Array, bits: StatusBits, index: number): number {
  const byte = bytes[byteOf(bytes, bits, index)] ?? 0;
  return (byte >> shiftOf(bits, index)) & (2 ** bits - 1);
}

/**
 * Sets one entry in place, and touches no other.
 *
 * @throws {@link RangeError} for a value that `bits` cannot hold.
 * @throws {@link TrustError} `status_index_out_of_range`.
 */
export function setStatusAt(
  bytes: Uint8Array,
  bits: StatusBits,
  index: number,
  value: number,
): void {
  const largest = 2 ** bits - 1;
  if (!Number.isInteger(value) || value < 0 || value > largest) {
    throw new RangeError(`a status of ${bits} bits is an integer from 0 to ${largest}`);
  }
  const at = byteOf(bytes, bits, index);
  const shift = shiftOf(bits, index);
  bytes[at] = ((bytes[at] ?? 0) & ~(largest << shift)) | (value << shift);
}

function byteOf(bytes: Uint8Array, bits: StatusBits, index: number): number {
  const size = bytes.length * (8 / bits);
  if (!Number.isInteger(index) || index < 0 || index >= size) {
    throw new TrustError('status_index_out_of_range', `the status list has ${size} entries only`);
  }
  return Math.floor((index * bits) / 8);
}

/** Entries fill a byte from its least significant bit on (section 4.1 step 3). */
function shiftOf(bits: StatusBits, index: number): number {
  return (index * bits) % 8;
}
