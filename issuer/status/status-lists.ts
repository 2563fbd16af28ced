import type { EpochSeconds } from '@symbolon/schemas';
import type { Bytes } from '../sealed-bytes.ts';
import type { NewStatusChange, StatusEntry, StatusValue } from '../store/issuance-store.ts';
import type { StatusIndex } from './index-pool.ts';

/** A status index that nobody else has or had. */
export type AllocatedStatus = {
  readonly listNumber: number;
  readonly index: number;
  /** `status_list.uri` of the credential. */
  readonly uri: string;
};

/** A change of entries that brings its record along. */
export type ListChange = Omit<NewStatusChange, 'sealedChange'> & {
  /** Decoys of earlier changes of the same entries; those still suspended move with them. */
  readonly companions: readonly StatusIndex[];
  /** Seals the record of the change, which alone remembers its decoys. */
  readonly seal: (decoys: readonly StatusIndex[]) => Bytes;
};

/** The status lists of the authority: in memory for reading, in the store for good. */
export type StatusLists = {
  /** Takes status indexes for credentials; no two calls ever get the same one. */
  readonly allocate: (count: number) => Promise<readonly AllocatedStatus[]>;
  /**
   * Changes entries in the store and then in the lists that are published, and a few decoys with
   * them, unless nothing changes. Gives those of `entries` that changed; revoked ones never do.
   *
   * Decoys move as the entries do: valid ones come from the pool, suspended ones are companions.
   * Otherwise lists of three days would tell the one entry that came back.
   */
  readonly change: (change: ListChange) => Promise<readonly StatusEntry[]>;
  /** @throws RangeError for an entry that there is not. */
  readonly getStatus: (listNumber: number, index: number) => StatusValue;
  /**
   * The token of one list, the last part of its URI, as it is published at `now`: signed again when
   * an entry has changed or half of its `ttl` has gone by. `undefined` for a list that is not.
   */
  readonly getToken: (listId: string, now: EpochSeconds) => Promise<string | undefined>;
  /** The URI of every list (Token Status List section 9.1, aggregation). */
  readonly getUris: () => readonly string[];
  /** Tokens of all lists, signed for this time: what goes into a trust bundle. */
  readonly createTokens: (issuedAt: EpochSeconds) => Promise<readonly string[]>;
};
