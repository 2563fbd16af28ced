import type { EpochSeconds } from '@symbolon/schemas';

/** The computer's clock. */
export function systemNow(): EpochSeconds {
  return Math.floor(Date.now() / 1000);
}
