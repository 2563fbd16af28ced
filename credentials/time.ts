/** How far two clocks may be apart, in seconds; allowed wherever a time is judged. */
export const CLOCK_SKEW_SECONDS = 60;
