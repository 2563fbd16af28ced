import * as v from 'valibot';
import { displayTextSchema } from './display-text.ts';
import { parseWith } from './parse-error.ts';

/** An enrolment record is refused when its JSON is longer than this. */
export const MAX_ENROLMENT_RECORD_BYTES = 16_384;

/** Largest portraits, in bytes of the picture; they must fit a QR code. */
export const MAX_PORTRAIT_BYTES = { portrait: 2_560, portraitThumb: 1_024 } as const;

/** Documents that an operator may have been shown. */
export const VOUCHED_DOCUMENTS = [
  'resident_identity_card',
  'residence_permit',
  'passport',
  'other',
] as const;

const DAYS_OF_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/** A day of the Gregorian calendar that exists, `YYYY-MM-DD`, without a time zone. */
export const calendarDaySchema = v.pipe(
  v.string(),
  v.regex(/^\d{4}-\d{2}-\d{2}$/),
  v.check(isCalendarDay, 'calendar day'),
);

const base64Of = (maxBytes: number, begins: RegExp): v.GenericSchema<string> =>
  v.pipe(
    v.string(),
    v.maxLength(Math.ceil(maxBytes / 3) * 4),
    v.base64(),
    v.check((text) => sizeOfBase64(text) <= maxBytes, 'size'),
    v.check((text) => begins.test(text), 'file type'),
  );

/** Standard base64 of a JPEG: FF D8 FF. */
export const portraitSchema = base64Of(MAX_PORTRAIT_BYTES.portrait, /^\/9j\//);

/** Standard base64 of an AVIF: `ftypavif` after the size of the first box. */
export const portraitThumbSchema = base64Of(
  MAX_PORTRAIT_BYTES.portraitThumb,
  /^AAAA[A-Z]GZ0eXBhdmlm/,
);

const personNameSchema = v.pipe(displayTextSchema, v.maxLength(100), v.check(isTidy, 'spacing'));
const placeTextSchema = v.pipe(displayTextSchema, v.maxLength(200), v.check(isTidy, 'spacing'));
const countrySchema = v.pipe(v.string(), v.regex(/^[A-Z]{2}$/));

const placeOfBirthSchema = v.pipe(
  v.strictObject({
    country: v.optional(countrySchema),
    region: v.optional(placeTextSchema),
    locality: v.optional(placeTextSchema),
  }),
  v.check((place) => Object.keys(place).length > 0, 'empty'),
);

const residentAddressSchema = v.pipe(
  v.strictObject({
    formatted: v.optional(placeTextSchema),
    country: v.optional(countrySchema),
    region: v.optional(placeTextSchema),
    locality: v.optional(placeTextSchema),
    postal_code: v.optional(v.pipe(v.string(), v.regex(/^[A-Z0-9 -]{2,12}$/))),
    street_address: v.optional(placeTextSchema),
  }),
  v.check((address) => Object.keys(address).length > 0, 'empty'),
);

const vouchingSchema = v.strictObject({
  method: v.literal('seen_in_person'),
  date: calendarDaySchema,
  /** What the person showed; its number is not asked for. */
  document: v.optional(
    v.strictObject({
      type: v.picklist(VOUCHED_DOCUMENTS),
      issuing_country: v.optional(countrySchema),
    }),
  ),
});

/** Everything about a person but the number. */
const personSchema = v.strictObject({
  family_name: personNameSchema,
  given_name: personNameSchema,
  birthdate: calendarDaySchema,
  /** ISO/IEC 5218: 0 not known, 1 male, 2 female, 9 not applicable. */
  sex: v.picklist([0, 1, 2, 9]),
  nationalities: v.pipe(
    v.array(countrySchema),
    v.minLength(1),
    v.maxLength(8),
    v.check((all) => new Set(all).size === all.length, 'unique'),
  ),
  place_of_birth: v.optional(placeOfBirthSchema),
  resident_address: v.optional(residentAddressSchema),
  portrait: v.optional(portraitSchema),
  portrait_thumb: v.optional(portraitThumbSchema),
  vouching: vouchingSchema,
});

const enrolmentRecordSchema = v.strictObject({
  /** As it is printed; checked by GB 11643-1999 and never kept. */
  id_number: v.pipe(v.string(), v.minLength(15), v.maxLength(32)),
  ...personSchema.entries,
});

/** What an operator knows of a person whom they have seen. */
export type EnrolmentRecord = Readonly<v.InferOutput<typeof enrolmentRecordSchema>>;

/** An {@link EnrolmentRecord} without the number. */
export type PersonRecord = Readonly<v.InferOutput<typeof personSchema>>;

/** Parses an enrolment record; an unknown or misspelt member is an error. */
export function parseEnrolmentRecord(input: unknown): EnrolmentRecord {
  return parseWith('enrolment record', enrolmentRecordSchema, input);
}

function isCalendarDay(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.split('-').map(Number);
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = (DAYS_OF_MONTH[month - 1] ?? 0) + (leap && month === 2 ? 1 : 0);
  return year > 0 && day >= 1 && day <= days;
}

/** Composed, and no space at an end or beside another one: one name has one spelling. */
function isTidy(text: string): boolean {
  return text === text.normalize('NFC').trim() && !/\s\s/.test(text);
}

function sizeOfBase64(text: string): number {
  const padding = text.endsWith('==') ? 2 : Number(text.endsWith('='));
  return (text.length / 4) * 3 - padding;
}
