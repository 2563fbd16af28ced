import type { Random } from '@symbolon/credentials/crypto';
import type { IssuerAgent } from '../agent/contract.ts';
import type { IssuanceStore, StatusEntry, StatusListRow } from '../store/issuance-store.ts';
import { createIndexPermutation, type IndexPermutation } from './index-permutation.ts';

/** One entry of one list. */
export type StatusIndex = { readonly listNumber: number; readonly index: number };

/** Status indexes that nobody has. */
export type IndexPool = {
  /** Takes indexes out for good; parallel calls never get the same one. */
  readonly take: (count: number) => Promise<readonly StatusIndex[]>;
};

/** What a pool is made of. */
export type IndexPoolParts = {
  readonly store: IssuanceStore;
  readonly mac: IssuerAgent['mac'];
  readonly random: Random;
  /** Lists that exist, in order. */
  readonly lists: readonly StatusListRow[];
  /** Entries of a new list, a multiple of four. */
  readonly listSize: number;
  /** Is told of a new list and its decoys when they are in the store. */
  readonly onNewList: (list: StatusListRow, decoys: readonly StatusEntry[]) => void;
};

/** Counters that one write reserves; what is left of them at a crash is lost. */
const BLOCK = 1_024;
/** Never drawn from below this, so that the last ones of a block are not foreseeable. */
const LOW_WATER = 256;
/** Decoys of a new list: this many, and up to as many again. */
const DECOYS_PER_SIZE = 1 / 1_024;

/**
 * Gives away status indexes.
 *
 * Three steps keep a place in the list from telling a time or a person: counters are reserved in
 * the store, a keyed permutation turns them into indexes all over the list, and they are drawn by
 * chance from those in reserve, so that not even who holds the key can put issuances in order.
 *
 * A list begins with decoys: entries revoked or suspended that belong to nobody and never will. An
 * entry that nobody has looks like that of a valid card (both are VALID), and with the decoys
 * nobody can tell from a list how many cards were ever revoked, while it is young above all.
 */
export async function createIndexPool(parts: IndexPoolParts): Promise<IndexPool> {
  const { store, random, onNewList } = parts;
  const free: StatusIndex[] = [];
  const newest = parts.lists.at(-1);
  let list = newest && { ...newest, permute: permutationOf(parts, newest) };
  let refilling: Promise<void> | undefined;

  const addList = async (): Promise<void> => {
    const listNumber = (list?.listNumber ?? 0) + 1;
    const fewest = Math.ceil(parts.listSize * DECOYS_PER_SIZE);
    const nextCounter = fewest + below(random, fewest);
    const row = { listNumber, size: parts.listSize, nextCounter };
    const permute = permutationOf(parts, row);
    const decoys = Array.from({ length: nextCounter }, (_, counter) =>
      decoyEntry(listNumber, permute(counter), random),
    );
    if ((await store.addStatusList(row, decoys)) === 'exists') {
      throw new Error('another process writes to this store');
    }
    list = { ...row, permute };
    onNewList(row, decoys);
  };

  const refill = async (): Promise<void> => {
    if (list === undefined) await addList();
    if (list === undefined) return;
    const { listNumber, permute } = list;
    const { first, count } = await store.reserveStatusCounters(listNumber, BLOCK);
    if (count === 0) return addList();
    for (let counter = first; counter < first + count; counter++) {
      free.push({ listNumber, index: permute(counter) });
    }
  };

  const draw = (): StatusIndex => {
    const at = below(random, free.length);
    const last = free.pop();
    const drawn = free[at] ?? last;
    if (last === undefined || drawn === undefined) throw new RangeError('the pool is empty');
    if (at < free.length) free[at] = last;
    return drawn;
  };

  if (list === undefined) await addList();
  return {
    take: async (count): Promise<readonly StatusIndex[]> => {
      while (free.length < count + LOW_WATER) {
        refilling ??= refill().finally(() => {
          refilling = undefined;
        });
        await refilling;
      }
      return Array.from({ length: count }, draw);
    },
  };
}

function permutationOf({ mac }: IndexPoolParts, row: StatusListRow): IndexPermutation {
  const key = mac('status_index', Buffer.from(`status list ${row.listNumber}`));
  return createIndexPermutation(key, row.size);
}

/** One in four is suspended. */
function decoyEntry(listNumber: number, index: number, random: Random): StatusEntry {
  return { listNumber, index, value: below(random, 4) === 0 ? 2 : 1 };
}

/** A whole number from 0 to `limit - 1`; limits are small, so the bias is below 2^-20. */
function below(random: Random, limit: number): number {
  const bytes = random(4);
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) % limit;
}
