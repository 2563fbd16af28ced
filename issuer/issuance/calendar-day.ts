import type { EpochSeconds } from '@symbolon/schemas';

const DAY_SECONDS = 86_400;

/** The day in UTC, `YYYY-MM-DD`. */
export function calendarDayOf(time: EpochSeconds): string {
  return new Date(time * 1000).toISOString().slice(0, 10);
}

/** Midnight in UTC at or before `time`: credentials tell days only. */
export function startOfDay(time: EpochSeconds): EpochSeconds {
  return time - (time % DAY_SECONDS);
}
