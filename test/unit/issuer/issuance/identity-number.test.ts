import { describe, expect, test } from 'vitest';
import {
  checkCharacterOf,
  parseIdentityNumber,
} from '../../../../issuer/issuance/identity-number.ts';

const TODAY = '2026-11-25';
/** 17 digits with the check character that belongs to them. */
const withCheck = (digits: string) => `${digits}${checkCharacterOf(digits)}`;

describe('GB 11643-1999: accepts', () => {
  for (const [why, text, birthdate, sex] of [
    [
      'the example of the standard, a man or woman of 1949',
      '11010519491231002X',
      '1949-12-31',
      'female',
    ],
    ['a lower-case x', '11010519491231002x', '1949-12-31', 'female'],
    ['full-width digits', '１１０１０５１９４９１２３１００２Ｘ', '1949-12-31', 'female'],
    ['blanks and hyphens', ' 110105 1949-1231 002X ', '1949-12-31', 'female'],
    ['a leap day', withCheck('11010520000229001'), '2000-02-29', 'male'],
    ['a county that was dissolved', withCheck('11010319850101001'), '1985-01-01', 'male'],
    ['a residence permit of Hong Kong', withCheck('81000019900101001'), '1990-01-01', 'male'],
    ['a residence permit of Macao', withCheck('82000019900101002'), '1990-01-01', 'female'],
    ['a residence permit of Taiwan', withCheck('83000019900101001'), '1990-01-01', 'male'],
    ['a foreign permanent resident', withCheck('91184019900101001'), '1990-01-01', 'male'],
    ['somebody born today', withCheck('11010520261125001'), '2026-11-25', 'male'],
  ] as const) {
    test(why, () => {
      expect(parseIdentityNumber(text, TODAY)).toMatchObject({ birthdate, sex });
    });
  }

  test('every spelling has one normalized form', () => {
    for (const text of ['11010519491231002X', '11010519491231002x', '110105 19491231 002X']) {
      expect(parseIdentityNumber(text, TODAY).normalized).toBe('11010519491231002X');
    }
  });
});

describe('GB 11643-1999: refuses', () => {
  for (const [why, text, rule] of [
    ['another check character', '110105194912310021', 'check character'],
    ['30 February', withCheck('11010519900230001'), 'birth date does not exist'],
    ['29 February 1900', withCheck('11010519000229001'), 'birth date does not exist'],
    ['month 13', withCheck('11010519901301001'), 'birth date does not exist'],
    ['day 0', withCheck('11010519900100001'), 'birth date does not exist'],
    ['[attack 117] tomorrow', withCheck('11010520261126001'), 'future'],
    ['the year 2099', withCheck('11010520990101001'), 'future'],
    ['the year 1800', withCheck('11010518000101001'), 'birth date does not exist'],
    ['a province that there is not', withCheck('99999919900101001'), 'region'],
    ['a foreigner of no province', withCheck('90084019900101001'), 'region'],
    ['84: no kind of permit', withCheck('84000019900101001'), 'region'],
    ['the old form of 15 digits', '110105491231002', '17 digits'],
    ['an X in the middle', '1101051949123X0021', '17 digits'],
    ['[attack 115] SQL', "110105194912310020' OR", '17 digits'],
    ['letters of another alphabet', '11010519491231002Х', '17 digits'],
    ['a NUL', '11010519491231002\u0000', '17 digits'],
    ['nothing', '', '17 digits'],
  ] as const) {
    test(why, () => {
      expect(() => parseIdentityNumber(text, TODAY)).toThrow(
        expect.objectContaining({
          name: 'EnrolmentError',
          code: 'id_number_invalid',
          message: expect.stringContaining(rule),
        }),
      );
    });
  }

  test('no refusal repeats a digit of the number', () => {
    for (const text of ['110105194912310021', withCheck('11010519900230001')]) {
      try {
        parseIdentityNumber(text, TODAY);
        expect.unreachable();
      } catch (error) {
        expect(String(error)).not.toMatch(/\d{4}/);
      }
    }
  });

  test('every change of one digit, and every swap of two neighbours, is seen', () => {
    const digits = '11010519900307457';
    const right = checkCharacterOf(digits);
    for (let at = 0; at < 17; at++) {
      for (let digit = 0; digit < 10; digit++) {
        if (digits[at] === String(digit)) continue;
        const changed = `${digits.slice(0, at)}${digit}${digits.slice(at + 1)}`;
        expect(checkCharacterOf(changed)).not.toBe(right);
      }
      const [one = '', two = ''] = digits.slice(at, at + 2);
      if (one === two || two === '') continue;
      const swapped = `${digits.slice(0, at)}${two}${one}${digits.slice(at + 2)}`;
      expect(checkCharacterOf(swapped)).not.toBe(right);
    }
  });

  test('[attack 111] 100,000 characters are refused at once', () => {
    const started = performance.now();
    for (const text of ['1'.repeat(100_000), ' -'.repeat(50_000)]) {
      expect(() => parseIdentityNumber(text, TODAY)).toThrow();
    }
    expect(performance.now() - started).toBeLessThan(50);
  });
});
