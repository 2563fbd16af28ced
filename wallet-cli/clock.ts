import type { EpochSeconds } from '@symbolon/schemas';

/** The device's clock; each command reads it once. */
export function readClock(): EpochSeconds {
  return Math.floor(Date.now() / 1000);
}

/** A time for people: `2026-11-25 15:04 UTC`. */
export function showTime(time: EpochSeconds): string {
  return `${new Date(time * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** A day for people: `2026-11-25`. */
export function showDay(time: EpochSeconds): string {
  return new Date(time * 1000).toISOString().slice(0, 10);
}
