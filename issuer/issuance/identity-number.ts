import { calendarDaySchema } from '@symbolon/schemas/enrolment-record';
import * as v from 'valibot';
import { EnrolmentError } from './enrolment-error.ts';

/** A citizen's identity number, or that of a residence card, in its one spelling. */
export type IdentityNumber = {
  /** 17 digits and a digit or `X`. */
  readonly normalized: string;
  /** `YYYY-MM-DD`. */
  readonly birthdate: string;
  readonly sex: 'male' | 'female';
};

/** Weights of the 17 digits (ISO 7064 MOD 11-2, GB 11643-1999 section 4). */
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const;
const CHECK_CHARACTERS = '10X98765432';

/**
 * Provinces of GB/T 2260, by their two digits. Counties are not looked at: they are renamed and
 * dissolved while their numbers live on in people's cards.
 */
const PROVINCES = new Set(
  ['11-15', '21-23', '31-37', '41-46', '50-54', '61-65', '71-71', '81-82'].flatMap((range) => {
    const [first = 0, last = 0] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, step) => String(first + step));
  }),
);
/** Residence permits for people of Hong Kong, Macao and Taiwan. */
const RESIDENCE_PERMIT = /^8[123]0000/;
const FIRST_BIRTH_YEAR = 1900;

/**
 * Checks an identity number by GB 11643-1999: spelling, check character, region, birth date. Blanks,
 * hyphens, full-width digits and a lower-case x are accepted and taken out.
 *
 * @param today - `YYYY-MM-DD`; a birth date after it is refused.
 * @throws {@link EnrolmentError} `id_number_invalid`, saying which rule was broken and no digit.
 */
export function parseIdentityNumber(text: string, today: string): IdentityNumber {
  const normalized = text.normalize('NFKC').replace(/[\s-]/g, '').toUpperCase();
  if (!/^\d{17}[\dX]$/.test(normalized)) {
    throw invalid('it is not 17 digits and a digit or X');
  }
  if (normalized[17] !== checkCharacterOf(normalized))
    throw invalid('its check character is wrong');
  if (!isKnownRegion(normalized)) throw invalid('there is no such region');
  const [, year, month, day] = /^.{6}(\d{4})(\d\d)(\d\d)/.exec(normalized) ?? [];
  const birthdate = `${year}-${month}-${day}`;
  if (!v.is(calendarDaySchema, birthdate) || Number(year) < FIRST_BIRTH_YEAR) {
    throw invalid('its birth date does not exist');
  }
  if (birthdate > today) throw invalid('its birth date is in the future');
  const sex = Number(normalized[16]) % 2 === 1 ? 'male' : 'female';
  return { normalized, birthdate, sex };
}

/**
 * The check character that belongs to 17 digits; what follows them is not looked at.
 *
 * @throws RangeError when there are not that many digits.
 */
export function checkCharacterOf(digits: string): string {
  if (!/^\d{17}/.test(digits)) throw new RangeError('expected 17 digits');
  const sum = WEIGHTS.reduce((total, weight, at) => total + weight * Number(digits[at]), 0);
  return CHECK_CHARACTERS.charAt(sum % 11);
}

function isKnownRegion(number: string): boolean {
  if (RESIDENCE_PERMIT.test(number)) return true;
  // Foreign permanent residents: a 9, then the province that issued the card.
  return PROVINCES.has(number.startsWith('9') ? number.slice(1, 3) : number.slice(0, 2));
}

function invalid(why: string): EnrolmentError {
  return new EnrolmentError('id_number_invalid', `the ID number is not valid: ${why}`, {
    hint: 'copy it from the document again',
  });
}
