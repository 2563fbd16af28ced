import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { getEpochSeconds } from '../../../credentials/date-time.ts';

test('agrees with Date about every second from year 1 to 9999', () => {
  const day = fc.date({
    min: new Date('0001-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59Z'),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(day, (date) => {
      const text = date.toISOString();
      const seconds = Math.floor(date.getTime() / 1000);
      expect(getEpochSeconds(text)).toBe(seconds);
      expect(getEpochSeconds(text.replace(/\.\d+Z/, '+05:30'))).toBe(seconds - 19_800);
      expect(getEpochSeconds(text.replace(/\.\d+Z/, '-14:00'))).toBe(seconds + 50_400);
    }),
  );
});

describe('what is not a date and time with a zone', () => {
  test.each([
    '',
    '2026-11-25',
    '2026-11-25T12:00:00',
    '2026-11-25 12:00:00Z',
    '2026-11-25T12:00:00z',
    '2026-11-25T12:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-02-29T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-11-00T00:00:00Z',
    '2026-11-25T24:00:00Z',
    '2026-11-25T12:60:00Z',
    '2026-11-25T12:00:60Z',
    '2026-11-25T12:00:00+15:00',
    '2026-11-25T12:00:00.Z',
    '+2026-11-25T12:00:00Z',
    ' 2026-11-25T12:00:00Z',
    '2026-11-25T12:00:00Z\n',
    `${'9'.repeat(100_000)}-11-25T12:00:00Z`,
  ])('%j', (text) => {
    expect(getEpochSeconds(text)).toBeUndefined();
  });
});
