import { createCipheriv } from 'node:crypto';

/** A one-to-one map of `0 … size-1` onto itself that looks like chance without its key. */
export type IndexPermutation = (counter: number) => number;

const ROUNDS = 10;
const IV = new Uint8Array(16);

/**
 * A keyed permutation: a balanced Feistel network whose round functions are tables of an AES-256-CTR
 * key stream, so a counter costs a few table look-ups. Where the size is no power of four, what
 * falls outside is sent through again (cycle walking), which still maps one to one.
 *
 * Counters in order become indexes without order, and no two counters become one index.
 *
 * @param key - 32 bytes, for one list only.
 * @param size - Number of entries, from 2 to 2^30.
 * @see [NIST SP 800-38G](https://doi.org/10.6028/NIST.SP.800-38Gr1) for the construction; ten rounds
 *   as there.
 */
export function createIndexPermutation(key: Uint8Array, size: number): IndexPermutation {
  if (!Number.isInteger(size) || size < 2 || size > 2 ** 30) {
    throw new RangeError('size: expected an integer from 2 to 2^30');
  }
  const halfBits = Math.max(1, Math.ceil(Math.log2(size) / 2));
  const half = 2 ** halfBits;
  const tables = roundTables(key, half);
  const encipher = (value: number): number => {
    let [left, right] = [value >>> halfBits, value & (half - 1)];
    for (const table of tables) {
      const mixed = left ^ ((table[right] ?? 0) & (half - 1));
      left = right;
      right = mixed;
    }
    return left * half + right;
  };
  return (counter) => {
    if (!Number.isInteger(counter) || counter < 0 || counter >= size) {
      throw new RangeError(`counter: expected an integer from 0 to ${size - 1}`);
    }
    let index = encipher(counter);
    while (index >= size) index = encipher(index);
    return index;
  };
}

function roundTables(key: Uint8Array, entries: number): readonly Uint16Array[] {
  const cipher = createCipheriv('aes-256-ctr', key, IV);
  return Array.from({ length: ROUNDS }, () => {
    const stream = cipher.update(new Uint8Array(entries * 2));
    // The same on every machine: a store may move.
    return Uint16Array.from({ length: entries }, (_, at) => stream.readUInt16LE(at * 2));
  });
}
