import { readFileSync } from 'node:fs';
import { MAX_PORTRAIT_BYTES, parseEnrolmentRecord } from '@symbolon/schemas/enrolment-record';
import { describe, expect, test } from 'vitest';
import { openLivingEnrolment } from '../../../../issuer/issuance/claims-for-credential.ts';
import { enrol } from '../../../../issuer/issuance/enrol.ts';
import { checkCharacterOf } from '../../../../issuer/issuance/identity-number.ts';
import { demoPeople } from '../../../../issuer/register/demo-people.ts';
import type { RegisterQuery } from '../../../../issuer/register/population-register.ts';
import { NOON, testParts, trustingRegister } from '../support/issuer-parts.ts';

const FACES = new URL('../../../../issuer/register/portraits/', import.meta.url);
const face = (name: string) => readFileSync(new URL(name, FACES)).toString('base64');
const [somebody, other] = demoPeople();
const VOUCHING = { method: 'seen_in_person', date: '2026-11-24' };
const JSON_RECORD: Record<string, unknown> = { ...somebody.record, vouching: VOUCHING };
const RECORD = parseEnrolmentRecord(JSON_RECORD);
const PICTURES = { portrait: face('face-0.jpg'), portraitThumb: face('face-0.avif') };

const register = { ...trustingRegister, findPerson: async () => PICTURES };
const vouched = (record = RECORD) => ({ record, operator: 'op-7' });

describe('enrol', () => {
  test('a person is enrolled at the level basic, with the register’s portraits', async () => {
    const parts = testParts({ register });
    const { enrolmentId } = await enrol(parts, vouched());
    expect(enrolmentId).toMatch(/^[0-9a-f]{32}$/);
    const opened = await openLivingEnrolment(parts, enrolmentId);
    const { id_number: _, ...person } = RECORD;
    expect(opened).toMatchObject({ assuranceLevel: 'basic', operator: 'op-7', state: 'living' });
    expect(opened.person).toEqual({
      ...person,
      portrait: PICTURES.portrait,
      portrait_thumb: PICTURES.portraitThumb,
    });
  });

  test('the record’s own portrait stands alone: no small picture of the register beside it', async () => {
    const parts = testParts({ register });
    const record = { ...RECORD, portrait: face('face-2.jpg') };
    const { enrolmentId } = await enrol(parts, vouched(record));
    const { person } = await openLivingEnrolment(parts, enrolmentId);
    expect(person.portrait).toBe(record.portrait);
    expect(person.portrait_thumb).toBeUndefined();
  });

  test('the register is asked for number, names and birth date, and nothing else', async () => {
    const queries: RegisterQuery[] = [];
    const parts = testParts({
      register: {
        ...register,
        findPerson: async (query) => {
          queries.push(query);
          return PICTURES;
        },
      },
    });
    const spelled = `${RECORD.id_number.slice(0, 6)} ${RECORD.id_number.slice(6).toLowerCase()}`;
    await enrol(parts, vouched({ ...RECORD, id_number: spelled }));
    expect(queries).toEqual([
      {
        idNumber: RECORD.id_number,
        familyName: RECORD.family_name,
        givenName: RECORD.given_name,
        birthdate: RECORD.birthdate,
      },
    ]);
  });

  test('one living card per person: of 50 parallel enrolments, one succeeds', async () => {
    const parts = testParts({ register });
    const results = await Promise.allSettled(
      Array.from({ length: 50 }, () => enrol(parts, vouched())),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'fulfilled') continue;
      expect(result.reason).toMatchObject({ code: 'person_has_enrolment' });
    }
  });

  test('another spelling of the number is the same person', async () => {
    const parts = testParts({ register });
    await enrol(parts, vouched());
    const fullWidth = RECORD.id_number.replace(/\d/g, (digit) =>
      String.fromCodePoint(0xff10 + Number(digit)),
    );
    await expect(enrol(parts, vouched({ ...RECORD, id_number: fullWidth }))).rejects.toMatchObject({
      code: 'person_has_enrolment',
    });
  });

  test('after a revocation or an erasure the person may enrol again', async () => {
    const parts = testParts({ register });
    const first = await enrol(parts, vouched());
    await parts.store.setEnrolmentState(first.enrolmentId, 'revoked');
    const second = await enrol(parts, vouched());
    await parts.store.eraseEnrolment(second.enrolmentId, NOON);
    await expect(enrol(parts, vouched())).resolves.toMatchObject({});
  });

  test('two people have two enrolments', async () => {
    const parts = testParts({ register });
    await enrol(parts, vouched());
    const record = parseEnrolmentRecord({ ...other?.record, vouching: VOUCHING });
    await expect(enrol(parts, vouched(record))).resolves.toMatchObject({});
  });

  for (const code of ['person_unconfirmed', 'register_unavailable'] as const) {
    test(`nobody is enrolled when the register says ${code}`, async () => {
      const { RegisterError } = await import('../../../../issuer/register/population-register.ts');
      const findPerson = () => Promise.reject(new RegisterError(code, 'no'));
      const parts = testParts({ register: { ...register, findPerson } });
      await expect(enrol(parts, vouched())).rejects.toMatchObject({ code });
      const willing = { ...parts, register };
      await expect(enrol(willing, vouched())).resolves.toMatchObject({});
    });
  }
});

const withCheck = (digits: string) => `${digits}${checkCharacterOf(digits)}`;
const tomorrowsChild = withCheck(`110105202611${27}001`);

describe('enrol refuses', () => {
  for (const [why, code, change] of [
    ['a wrong check character', 'id_number_invalid', { id_number: '110105194912310021' }],
    ['a birth date that is not the number’s', 'birthdate_mismatch', { birthdate: '1990-01-01' }],
    ['a sex that is not the number’s', 'sex_mismatch', { sex: RECORD.sex === 1 ? 2 : 1 }],
    [
      '[attack 117] somebody born the day after tomorrow',
      'id_number_invalid',
      { id_number: tomorrowsChild, birthdate: '2026-11-27' },
    ],
    [
      '[attack 117] a person seen the day after tomorrow',
      'vouching_date_invalid',
      { vouching: { method: 'seen_in_person', date: '2026-11-27' } },
    ],
    [
      'a person seen more than a year ago',
      'vouching_date_invalid',
      { vouching: { method: 'seen_in_person', date: '2025-11-20' } },
    ],
  ] as const) {
    test(why, async () => {
      const parts = testParts({ register });
      const record = parseEnrolmentRecord({ ...JSON_RECORD, ...change });
      await expect(enrol(parts, vouched(record))).rejects.toMatchObject({
        name: 'EnrolmentError',
        code,
      });
    });
  }

  test('[attack 117] a date that has begun at the other end of the earth is accepted', async () => {
    const parts = testParts({ register, now: () => NOON });
    const vouching = { method: 'seen_in_person', date: '2026-11-26' };
    const record = parseEnrolmentRecord({ ...JSON_RECORD, vouching });
    await expect(enrol(parts, vouched(record))).resolves.toMatchObject({});
  });

  test('[attack 119] no refusal repeats anything of the record', async () => {
    const parts = testParts({ register });
    await enrol(parts, vouched());
    const error = await enrol(parts, vouched()).catch((reason: unknown) => reason);
    const text = `${String(error)} ${JSON.stringify(error)}`;
    const values = [RECORD.id_number, RECORD.family_name, RECORD.birthdate, 'op-7'];
    for (const value of values) expect(text).not.toContain(value);
  });
});

describe('an enrolment record', () => {
  const large = (begin: string, sizeBytes: number) =>
    Buffer.concat([Buffer.from(begin, 'hex'), Buffer.alloc(sizeBytes)])
      .subarray(0, sizeBytes)
      .toString('base64');
  const jpeg = (sizeBytes: number) => large('ffd8ffe0', sizeBytes);
  const avif = (sizeBytes: number) => large('0000001c6674797061766966', sizeBytes);

  test('may have portraits up to their largest sizes', () => {
    const portrait = jpeg(MAX_PORTRAIT_BYTES.portrait);
    const portrait_thumb = avif(MAX_PORTRAIT_BYTES.portraitThumb);
    expect(parseEnrolmentRecord({ ...JSON_RECORD, portrait, portrait_thumb })).toBeDefined();
  });

  test('of every demo person is acceptable', () => {
    for (const { record } of demoPeople()) {
      expect(parseEnrolmentRecord({ ...record, vouching: VOUCHING })).toBeDefined();
    }
  });

  for (const [why, path, change] of [
    ['an unknown member', 'nickname', { nickname: 'x' }],
    ['`__proto__`', '__proto__', { ['__proto__']: { sex: 1 } }],
    ['no number', 'id_number', { id_number: undefined }],
    ['a number as a number', 'id_number', { id_number: 110105194912310020 }],
    ['a number that is too long', 'id_number', { id_number: '1'.repeat(33) }],
    ['an empty name', 'family_name', { family_name: '' }],
    ['a name with a space at its end', 'family_name', { family_name: 'Li ' }],
    ['a name of two spellings', 'given_name', { given_name: 'Ja\u0301n' }],
    ['[attack 21] a name that turns the text around', 'given_name', { given_name: 'a\u202eb' }],
    ['a name with a NUL', 'given_name', { given_name: 'a\u0000b' }],
    ['a lone surrogate', 'given_name', { given_name: '\ud800' }],
    ['a name of 101 characters', 'given_name', { given_name: 'a'.repeat(101) }],
    ['[attack 117] a birth date with a time zone', 'birthdate', { birthdate: '1990-01-01Z' }],
    ['[attack 117] 31 November', 'birthdate', { birthdate: '1990-11-31' }],
    ['[attack 117] the year 0', 'birthdate', { birthdate: '0000-01-01' }],
    ['a leap second', 'birthdate', { birthdate: '1990-12-31T23:59:60' }],
    ['sex as a word', 'sex', { sex: 'male' }],
    ['sex 3', 'sex', { sex: 3 }],
    ['no nationality', 'nationalities', { nationalities: [] }],
    ['one nationality twice', 'nationalities', { nationalities: ['CN', 'CN'] }],
    ['a country in lower case', 'nationalities.0', { nationalities: ['cn'] }],
    ['an empty place', 'place_of_birth', { place_of_birth: {} }],
    ['an address with the number', 'resident_address.id', { resident_address: { id: '1' } }],
    ['a portrait that is too large', 'portrait', { portrait: jpeg(2_561) }],
    ['a portrait that is a PNG', 'portrait', { portrait: large('89504e470d0a1a0a', 90) }],
    [
      'a portrait that is a data URL',
      'portrait',
      { portrait: `data:image/jpeg;base64,${jpeg(9)}` },
    ],
    ['a portrait in base64url', 'portrait', { portrait: '_9j-' }],
    ['a thumb that is a JPEG', 'portrait_thumb', { portrait_thumb: jpeg(90) }],
    ['a thumb that is too large', 'portrait_thumb', { portrait_thumb: avif(1_025) }],
    ['no vouching', 'vouching', { vouching: undefined }],
    ['another method', 'vouching.method', { vouching: { ...VOUCHING, method: 'video' } }],
    [
      'the number of the document',
      'vouching.document.number',
      { vouching: { ...VOUCHING, document: { type: 'passport', number: 'E1' } } },
    ],
  ] as const) {
    test(`is refused with ${why}`, () => {
      expect(() => parseEnrolmentRecord({ ...JSON_RECORD, ...change })).toThrow(
        expect.objectContaining({ name: 'ParseError', path }),
      );
    });
  }

  for (const input of [null, [], 'text', 7, undefined]) {
    test(`is no ${JSON.stringify(input)}`, () => {
      expect(() => parseEnrolmentRecord(input)).toThrow(
        expect.objectContaining({ name: 'ParseError' }),
      );
    });
  }
});
