import type { EpochSeconds } from '@symbolon/schemas';

const MINUTE_SECONDS = 60;
const HOUR_SECONDS = 3600;
const DAY_SECONDS = 86_400;

/** The device's clock; each command reads it once. */
export function readClock(): EpochSeconds {
  return Math.floor(Date.now() / 1000);
}

/** A time for people: `2026-11-25 15:04 UTC`. */
export function showTime(time: EpochSeconds): string {
  return `${new Date(time * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** A span for people, in the largest unit of which there are two: `3 h`. */
export function showSpan(seconds: number): string {
  if (seconds < 2 * MINUTE_SECONDS) return `${seconds} s`;
  if (seconds < 2 * HOUR_SECONDS) return `${Math.floor(seconds / MINUTE_SECONDS)} min`;
  if (seconds < 2 * DAY_SECONDS) return `${Math.floor(seconds / HOUR_SECONDS)} h`;
  return `${Math.floor(seconds / DAY_SECONDS)} days`;
}
