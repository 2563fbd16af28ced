import type { EpochSeconds } from '@symbolon/schemas';

const DATE_TIME =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.\d{1,9})?(?:Z|([+-])(\d{2}):(\d{2}))$/;
const DAYS_OF_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
const SECONDS_PER_DAY = 86_400;

/**
 * Seconds since 1970 of a `dateTimeStamp` (XML Schema 1.1 part 2, section 3.4.28: with a time zone),
 * `undefined` for any other text. Fractions of a second are dropped.
 */
export function getEpochSeconds(text: string): EpochSeconds | undefined {
  const match = DATE_TIME.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map(Number);
  const zone = (Number(match[8] ?? 0) * 60 + Number(match[9] ?? 0)) * (match[7] === '-' ? -1 : 1);
  const isTime = hour < 24 && minute < 60 && second < 60 && Math.abs(zone) <= 14 * 60;
  if (!isTime || day < 1 || day > daysOfMonth(year, month)) return undefined;
  const days = daysSince1970(year, month, day);
  return days * SECONDS_PER_DAY + hour * 3_600 + minute * 60 + second - zone * 60;
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** None in a month that there is not. */
function daysOfMonth(year: number, month: number): number {
  return (DAYS_OF_MONTH[month - 1] ?? 0) + (month === 2 && isLeap(year) ? 1 : 0);
}

function daysSince1970(year: number, month: number, day: number): number {
  const before = year - 1;
  const leapDays = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400);
  const daysToYear = before * 365 + leapDays - 719_162;
  const daysToMonth = DAYS_OF_MONTH.slice(0, month - 1).reduce((sum, days) => sum + days, 0);
  return daysToYear + daysToMonth + (month > 2 && isLeap(year) ? 1 : 0) + day - 1;
}
