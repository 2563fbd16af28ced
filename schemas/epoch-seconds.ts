import * as v from 'valibot';

/** Seconds since 1970-01-01T00:00:00Z, an integer (RFC 7519 `NumericDate` without fractions). */
export type EpochSeconds = number;

/** How far two clocks may be apart, in seconds; allowed wherever a time is judged. */
export const CLOCK_SKEW_SECONDS = 60;

/** Up to the year 9999: refuses floats, strings, negative values and 1e400. */
export const epochSecondsSchema = v.pipe(
  v.number(),
  v.safeInteger(),
  v.minValue(0),
  v.maxValue(253_402_300_799),
);
