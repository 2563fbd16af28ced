import type { EpochSeconds } from '@symbolon/schemas';
import type { NewStatusChange, StatusEntry, StatusValue } from '../store/issuance-store.ts';

/** A status index that nobody else has or had. */
export type AllocatedStatus = {
  readonly listNumber: number;
  readonly index: number;
  /** `status_list.uri` of the credential. */
  readonly uri: string;
};

/** The status lists of the authority: in memory for reading, in the store for good. */
export type StatusLists = {
  /** Takes status indexes for credentials; no two calls ever get the same one. */
  readonly allocate: (count: number) => Promise<readonly AllocatedStatus[]>;
  /**
   * Changes entries in the store and then in the lists that are published, and a few decoys with
   * them. Gives those of `entries` that changed; revoked ones never do.
   */
  readonly change: (change: NewStatusChange) => Promise<readonly StatusEntry[]>;
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
