import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { MAX_PORTRAIT_BYTES } from '@symbolon/schemas/enrolment-record';
import { describe, expect, test } from 'vitest';
import { EXAMPLE_RECORD } from '../../../../issuer/issuance/example-record.ts';
import { parseIdentityNumber } from '../../../../issuer/issuance/identity-number.ts';
import { demoPeople } from '../../../../issuer/register/demo-people.ts';
import {
  createDemoRegister,
  DEMO_REGISTER_FILE,
  openDemoRegister,
} from '../../../../issuer/register/demo-register.ts';
import { openRegister } from '../../../../issuer/register/open-register.ts';
import { temporaryFolder } from '../support/issuer-parts.ts';

const queryOf = ({ record }: ReturnType<typeof demoPeople>[number]) => ({
  idNumber: record.id_number,
  familyName: record.family_name,
  givenName: record.given_name,
  birthdate: record.birthdate,
});

async function openNew() {
  const folder = temporaryFolder();
  await createDemoRegister(folder);
  return { folder, register: await openDemoRegister(folder) };
}

describe('the made-up people', () => {
  const people = demoPeople();

  test('are at least 200, always the same, each with a number of their own', () => {
    expect(people.length).toBeGreaterThanOrEqual(200);
    expect(demoPeople()).toEqual(people);
    expect(new Set(people.map(({ record }) => record.id_number)).size).toBe(people.length);
  });

  test('have numbers that agree with their birth date and sex', () => {
    for (const { record } of people) {
      const number = parseIdentityNumber(record.id_number, '2026-11-25');
      expect(number.birthdate).toBe(record.birthdate);
      expect(number.sex).toBe(record.sex === 1 ? 'male' : 'female');
    }
  });

  test('have names in Chinese and in Latin letters, and are young and old', () => {
    const latin = people.filter(({ record }) => /^[\p{Script=Latin}']+$/u.test(record.family_name));
    const chinese = people.filter(({ record }) => /^\p{Script=Han}+$/u.test(record.family_name));
    expect(latin.length).toBeGreaterThan(20);
    expect(chinese.length).toBeGreaterThan(100);
    const years = people.map(({ record }) => Number(record.birthdate.slice(0, 4)));
    expect(Math.min(...years)).toBeLessThan(1950);
    expect(Math.max(...years)).toBeGreaterThan(2009);
  });
});

describe('the embedded register', () => {
  test('confirms each of its people, with portraits that fit a card', async () => {
    const { register } = await openNew();
    for (const person of demoPeople()) {
      const { portrait = '', portraitThumb = '' } = await register.findPerson(queryOf(person));
      const [jpeg, avif] = [portrait, portraitThumb].map((text) => Buffer.from(text, 'base64'));
      expect(jpeg?.length).toBeLessThanOrEqual(MAX_PORTRAIT_BYTES.portrait);
      expect(avif?.length).toBeLessThanOrEqual(MAX_PORTRAIT_BYTES.portraitThumb);
      expect(jpeg?.subarray(0, 3).toString('hex')).toBe('ffd8ff');
      expect(avif?.subarray(4, 12).toString()).toBe('ftypavif');
    }
  });

  test('knows the person of the example record', async () => {
    const { register } = await openNew();
    const query = queryOf({ record: EXAMPLE_RECORD, portrait: 0 });
    await expect(register.findPerson(query)).resolves.toBeDefined();
  });

  test('a number that nobody has, and one of somebody else, get the same refusal', async () => {
    const { register } = await openNew();
    const [person, other] = demoPeople();
    const query = queryOf(person);
    const refusals = await Promise.all(
      [
        { ...query, idNumber: '11010519491231002X' },
        { ...query, idNumber: other?.record.id_number ?? '' },
        { ...query, familyName: 'Nobody' },
        { ...query, givenName: `${query.givenName} ` },
        { ...query, birthdate: '1990-01-01' },
        // The border between the names counts.
        { ...query, familyName: query.familyName + query.givenName, givenName: '' },
      ].map((each) => register.findPerson(each).catch((error: unknown) => error)),
    );
    for (const refusal of refusals) {
      expect(refusal).toMatchObject({ name: 'RegisterError', code: 'person_unconfirmed' });
      expect(String(refusal)).toBe(String(refusals[0]));
    }
  });

  test('its file holds no name and no number, and is its owner’s alone', async () => {
    const { folder } = await openNew();
    const path = join(folder, DEMO_REGISTER_FILE);
    const text = readFileSync(path, 'utf8');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    for (const { record } of demoPeople()) {
      expect(text).not.toContain(record.id_number);
      expect(text).not.toContain(`"${record.family_name}`);
    }
  });

  test('an authority without a register can be opened, and enrols nobody', async () => {
    const register = await openRegister(temporaryFolder(), { kind: 'embedded' });
    await expect(register.findPerson(queryOf(demoPeople()[0]))).rejects.toMatchObject({
      code: 'register_unavailable',
    });
  });
});
