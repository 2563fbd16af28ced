import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createIndexPermutation } from '../../../../issuer/status/index-permutation.ts';
import { createIndexPool } from '../../../../issuer/status/index-pool.ts';
import type { StatusEntry, StatusListRow } from '../../../../issuer/store/issuance-store.ts';
import { random, testParts } from '../support/issuer-parts.ts';

const key = (byte: number) => new Uint8Array(32).fill(byte);
const count = (length: number) => Array.from({ length }, (_, number) => number);

/** Chi-square of how many of the indexes fall in each of `bins` equal parts of the list. */
function chiSquare(indexes: readonly number[], size: number, bins: number): number {
  const counts = new Array<number>(bins).fill(0);
  for (const index of indexes) {
    const bin = Math.floor((index * bins) / size);
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const expected = indexes.length / bins;
  return counts.reduce((sum, each) => sum + (each - expected) ** 2 / expected, 0);
}

describe('the index permutation', () => {
  for (const size of [2, 3, 5, 1_000, 4_096, 131_072, 2 ** 20]) {
    test(`maps 0 to ${size - 1} one to one onto itself`, () => {
      const permute = createIndexPermutation(key(1), size);
      const seen = new Uint8Array(size);
      for (let counter = 0; counter < size; counter++) {
        const index = permute(counter);
        seen[index] = (seen[index] ?? 0) + 1;
      }
      // As many counters as indexes: when each index was met, each was met once.
      expect(seen.every((times) => times === 1)).toBe(true);
    });
  }

  test('[threat 12] counters in order become indexes that are uniform (chi-square) and without order', () => {
    const size = 2 ** 20;
    for (const byte of [1, 2, 3]) {
      const permute = createIndexPermutation(key(byte), size);
      const indexes = count(20_000).map(permute);
      // 255 degrees of freedom: above 365 once in 200,000 times.
      expect(chiSquare(indexes, size, 256)).toBeLessThan(365);
      const steps = indexes.slice(1).map((index, at) => (index - (indexes[at] ?? 0) + size) % size);
      expect(chiSquare(steps, size, 256)).toBeLessThan(365);
      const lowBits = indexes.map((index) => index % 256);
      expect(chiSquare(lowBits, 256, 256)).toBeLessThan(365);
    }
  });

  test('another key is another order, the same key the same on every machine', () => {
    const [one, two] = [
      createIndexPermutation(key(1), 2 ** 20),
      createIndexPermutation(key(2), 2 ** 20),
    ];
    const same = count(1_000).filter((counter) => one(counter) === two(counter));
    expect(same.length).toBeLessThan(5);
    // A change here would give indexes away twice in stores that exist.
    expect([0, 1, 2, 1_048_575].map(one)).toEqual([445_317, 698_783, 398_016, 907_043]);
  });

  for (const counter of [-1, 4_096, 1.5, Number.NaN]) {
    test(`refuses the counter ${counter}`, () => {
      expect(() => createIndexPermutation(key(1), 4_096)(counter)).toThrow(RangeError);
    });
  }

  for (const size of [0, 1, 1.5, 2 ** 31]) {
    test(`refuses the size ${size}`, () => {
      expect(() => createIndexPermutation(key(1), size)).toThrow(RangeError);
    });
  }
});

async function openPool(listSize = 65_536) {
  const { store } = testParts();
  const added: { list: StatusListRow; decoys: readonly StatusEntry[] }[] = [];
  const pool = async () =>
    createIndexPool({
      store,
      mac: (_purpose, data) => new Uint8Array(createHmac('sha256', 'key').update(data).digest()),
      random,
      lists: await store.getStatusLists(),
      listSize,
      onNewList: (list, decoys) => added.push({ list, decoys }),
    });
  return { store, added, openAgain: pool, pool: await pool() };
}

describe('the index pool', () => {
  test('[threat 23] 10,000 parallel allocations are all different', async () => {
    const { pool } = await openPool(2 ** 20);
    const taken = await Promise.all(count(10_000).map(() => pool.take(1)));
    expect(new Set(taken.flat().map(({ index }) => index)).size).toBe(10_000);
  });

  test('[threat 12] what is given away is uniform over the list (chi-square)', async () => {
    const { pool } = await openPool(2 ** 20);
    const taken = (await pool.take(20_000)).map(({ index }) => index);
    expect(chiSquare(taken, 2 ** 20, 256)).toBeLessThan(365);
  });

  test('[threat 9] the 30 of one batch are not near each other', async () => {
    const { pool } = await openPool(2 ** 20);
    const batches = await Promise.all(count(100).map(() => pool.take(30)));
    const gaps = batches.flatMap((batch) => {
      const sorted = batch.map(({ index }) => index).toSorted((a, b) => a - b);
      return sorted.slice(1).map((index, at) => index - (sorted[at] ?? 0));
    });
    const near = gaps.filter((gap) => gap < 64).length;
    // By chance 29 * 100 * (1 - exp(-64 * 30 / 2^20)), about 5.
    expect(near).toBeLessThan(25);
  });

  test('whoever knows the key cannot put issuances in order either: draws are by chance', async () => {
    const { pool, added } = await openPool(65_536);
    const row = added[0]?.list;
    if (row === undefined) throw new Error('no list');
    const mac = createHmac('sha256', 'key').update('status list 1').digest();
    const permute = createIndexPermutation(mac, row.size);
    const counterOf = new Map(count(row.size).map((counter) => [permute(counter), counter]));
    const counters: number[] = [];
    for (const _ of count(200)) {
      for (const { index } of await pool.take(1)) counters.push(counterOf.get(index) ?? -1);
    }
    const rising = counters.slice(1).filter((counter, at) => counter > (counters[at] ?? 0)).length;
    expect(rising).toBeGreaterThan(60);
    expect(rising).toBeLessThan(140);
  });

  test('when a list is full the next one begins, and none is used twice', async () => {
    const { pool, added, store } = await openPool(4_096);
    const taken = (await Promise.all(count(300).map(() => pool.take(30)))).flat();
    const names = new Set(taken.map(({ listNumber, index }) => `${listNumber} ${index}`));
    expect(names.size).toBe(9_000);
    expect(added.map(({ list }) => list.listNumber)).toEqual([1, 2, 3]);
    expect(await store.getStatusLists()).toHaveLength(3);
  });

  test('opened again it goes on where it was, and skips what was in reserve', async () => {
    const { pool, openAgain } = await openPool();
    const first = await pool.take(10);
    const second = await (await openAgain()).take(2_000);
    const all = [...first, ...second].map(({ index }) => index);
    expect(new Set(all).size).toBe(2_010);
  });

  test('[threat 12] a new list has decoys, revoked and suspended, whose indexes nobody ever gets', async () => {
    const { pool, added } = await openPool(4_096);
    const [first] = added;
    const decoys = first?.decoys ?? [];
    expect(decoys.length).toBe(first?.list.nextCounter);
    expect(decoys.length).toBeGreaterThanOrEqual(4);
    const large = await openPool(2 ** 20);
    const values = new Set(large.added[0]?.decoys.map(({ value }) => value));
    expect(values).toEqual(new Set([1, 2]));
    const taken = (await pool.take(4_096 - 8 - 300)).filter(({ listNumber }) => listNumber === 1);
    const given = new Set(taken.map(({ index }) => index));
    expect(decoys.filter(({ index }) => given.has(index))).toEqual([]);
  });
});
