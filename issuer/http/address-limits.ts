import type { EpochSeconds } from '@symbolon/schemas';
import { RequestError } from './request-error.ts';

const WINDOW_SECONDS = 60;
/** Beyond this many addresses in one minute all further ones share one count. */
const MAX_ADDRESSES = 100_000;
const SHARED = 'shared';

type Count = { requests: number; failures: number };

/**
 * Counts what each address does within a minute.
 *
 * Failures (unknown code, wrong transaction code, bad token or proof) are what guessing looks like
 * and have a low limit; requests as such have a high one, so that a counter that hands out a
 * thousand cards is not stopped. Guesses at one offer are counted by the store, exactly.
 */
export type AddressLimits = {
  /** Counts a request. @throws {@link RequestError} `too_many_requests` once a limit is reached. */
  readonly admit: (address: string) => void;
  /** Counts a failure. */
  readonly countFailure: (address: string) => void;
};

/** Starts counting, from zero. */
export function createAddressLimits(options: {
  readonly failuresPerMinute: number;
  readonly requestsPerMinute: number;
  readonly now: () => EpochSeconds;
}): AddressLimits {
  let window = -1;
  let counts = new Map<string, Count>();

  const countOf = (address: string): Count => {
    const current = Math.floor(options.now() / WINDOW_SECONDS);
    if (current !== window) {
      window = current;
      counts = new Map();
    }
    const key = counts.size < MAX_ADDRESSES || counts.has(address) ? address : SHARED;
    let count = counts.get(key);
    if (count === undefined) {
      count = { requests: 0, failures: 0 };
      counts.set(key, count);
    }
    return count;
  };

  return {
    admit: (address): void => {
      const count = countOf(address);
      count.requests += 1;
      if (
        count.failures >= options.failuresPerMinute ||
        count.requests > options.requestsPerMinute
      ) {
        const wait = WINDOW_SECONDS - (Math.floor(options.now()) % WINDOW_SECONDS);
        throw new RequestError(
          'too_many_requests',
          'too many requests from this address: wait a minute',
          String(wait),
        );
      }
    },
    countFailure: (address): void => {
      countOf(address).failures += 1;
    },
  };
}
