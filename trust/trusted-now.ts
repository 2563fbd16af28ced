import type { EpochSeconds } from '@symbolon/schemas';
import type { TrustBundle } from './trust-bundle.ts';

/**
 * The time to judge by: the clock, but never behind the newest signed time that was seen.
 *
 * @param clock - What the device's clock says.
 * @param bundle - The bundle that is held; its `issued_at` is the mark.
 */
export function trustedNow(clock: EpochSeconds, bundle: TrustBundle): EpochSeconds {
  return Math.max(clock, bundle.document.issued_at);
}

/**
 * How far the clock is behind the newest signed time, in seconds; 0 when it is not. More than the
 * allowed skew is worth an alarm: the clock was set back, or its battery is empty.
 */
export function clockLagSeconds(clock: EpochSeconds, bundle: TrustBundle): number {
  return Math.max(0, bundle.document.issued_at - clock);
}
