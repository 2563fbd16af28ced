import { ATTESTED_AGES, IDENTITY_CARD } from '@symbolon/schemas';
import { parseEnrolmentRecord } from '@symbolon/schemas/enrolment-record';
import { describe, expect, test } from 'vitest';
import { startOfDay } from '../../../../issuer/issuance/calendar-day.ts';
import {
  claimsForCredential,
  openLivingEnrolment,
} from '../../../../issuer/issuance/claims-for-credential.ts';
import { enrol } from '../../../../issuer/issuance/enrol.ts';
import { demoPeople } from '../../../../issuer/register/demo-people.ts';
import type { EnrolledPerson } from '../../../../issuer/store/sealed-enrolment.ts';
import { NOON, testParts } from '../support/issuer-parts.ts';

const [somebody] = demoPeople();
const VOUCHING = { method: 'seen_in_person', date: '2026-11-24' } as const;
const { id_number, ...PERSON } = parseEnrolmentRecord({
  ...somebody.record,
  vouching: { ...VOUCHING, document: { type: 'passport', issuing_country: 'DE' } },
});
const ENROLLED: EnrolledPerson = { person: PERSON, assuranceLevel: 'basic', operator: 'op-7' };
const at = (time: string) => Math.floor(Date.parse(time) / 1000);
const frame = (issuedOn = startOfDay(NOON)) => ({
  type: IDENTITY_CARD,
  issuingAuthority: 'City of Test',
  issuingCountry: 'CN',
  issuedOn,
  expiresOn: at('2027-11-25T00:00:00Z'),
});

describe('claimsForCredential', () => {
  test('gives every mandatory claim of the table, at its path, and no other', () => {
    const claims = claimsForCredential(ENROLLED, frame());
    const known = new Set(IDENTITY_CARD.claims.map(({ path }) => path[0]));
    for (const name of Object.keys(claims)) expect(known).toContain(name);
    for (const { path, mandatory } of IDENTITY_CARD.claims) {
      if (!mandatory) continue;
      const value = path.reduce<unknown>((from, step) => Object(from)[step ?? ''], claims);
      expect(value, path.join('.')).toBeDefined();
    }
  });

  test('takes the record as it is, and the frame', () => {
    const claims = claimsForCredential(ENROLLED, frame());
    expect(claims).toMatchObject({
      family_name: PERSON.family_name,
      given_name: PERSON.given_name,
      birthdate: PERSON.birthdate,
      sex: PERSON.sex,
      nationalities: PERSON.nationalities,
      resident_address: PERSON.resident_address,
      issuing_authority: 'City of Test',
      issuing_country: 'CN',
      date_of_expiry: '2027-11-24',
    });
  });

  test('prints the last day on which the card is valid, the day before exp', () => {
    const expiresOn = at('2028-03-01T00:00:00Z');
    const claims = claimsForCredential(ENROLLED, { ...frame(), expiresOn });
    expect(claims['date_of_expiry']).toBe('2028-02-29');
  });

  test('says how the person was verified in the words of OpenID Identity Assurance', () => {
    expect(claimsForCredential(ENROLLED, frame())['verified_claims']).toEqual({
      verification: {
        trust_framework: 'urn:symbolon:trust-framework:1',
        assurance_level: 'basic',
        time: '2026-11-24',
        assurance_process: {
          policy: 'urn:symbolon:policy:operator-vouched:1',
          procedure: 'seen_in_person',
        },
        evidence: [
          {
            type: 'electronic_record',
            check_details: [{ check_method: 'data' }],
            record: { type: 'population_register' },
          },
          {
            type: 'document',
            check_details: [{ check_method: 'vpip' }],
            document_details: { type: 'passport', issuer: { country_code: 'DE' } },
          },
        ],
      },
    });
  });

  test('portraits are data URLs, and absent when there is none', () => {
    const person = { ...PERSON, portrait: '/9j/AA==', portrait_thumb: 'AAAAHGZ0eXBhdmlm' };
    expect(claimsForCredential({ ...ENROLLED, person }, frame())).toMatchObject({
      portrait: 'data:image/jpeg;base64,/9j/AA==',
      portrait_thumb: 'data:image/avif;base64,AAAAHGZ0eXBhdmlm',
    });
    expect(claimsForCredential(ENROLLED, frame())).not.toHaveProperty('portrait');
  });

  test('[threat 18] neither the number nor the operator is in any claim', () => {
    const text = JSON.stringify(claimsForCredential(ENROLLED, frame()));
    expect(text).not.toContain(id_number);
    expect(text).not.toContain('op-7');
  });

  for (const [why, birthdate, today, reached] of [
    ['the day before the birthday', '2008-11-26', '2026-11-25', false],
    ['the birthday', '2008-11-25', '2026-11-25', true],
    ['the last second of the day before', '2008-11-26', '2026-11-25T23:59:59', false],
    ['28 February for a child of 29 February', '2008-02-29', '2026-02-28', false],
    ['1 March for a child of 29 February', '2008-02-29', '2026-03-01', true],
    ['29 February for a child of 29 February', '1984-02-29', '2028-02-29', true],
  ] as const) {
    test(`[attack 117] 18 is reached or not on ${why}`, () => {
      const time = at(today.includes('T') ? `${today}Z` : `${today}T00:00:00Z`);
      const person = { ...PERSON, birthdate };
      const claims = claimsForCredential({ ...ENROLLED, person }, frame(startOfDay(time)));
      expect(Object(claims['age_equal_or_over'])['18']).toBe(reached);
    });
  }

  test('each attested age has its own yes or no', () => {
    const person = { ...PERSON, birthdate: '1966-11-25' };
    const claims = claimsForCredential({ ...ENROLLED, person }, frame());
    const expected = Object.fromEntries(ATTESTED_AGES.map((age) => [String(age), age <= 60]));
    expect(claims['age_equal_or_over']).toEqual(expected);
  });
});

describe('openLivingEnrolment', () => {
  test('opens what was enrolled, and not when it is suspended, revoked or erased', async () => {
    const parts = testParts();
    const { enrolmentId } = await enrol(parts, {
      record: { ...PERSON, id_number },
      operator: 'op-7',
    });
    expect((await openLivingEnrolment(parts, enrolmentId)).person).toEqual(PERSON);
    for (const state of ['suspended', 'revoked'] as const) {
      await parts.store.setEnrolmentState(enrolmentId, state);
      await expect(openLivingEnrolment(parts, enrolmentId)).rejects.toMatchObject({
        code: 'enrolment_not_living',
      });
    }
    await parts.store.eraseEnrolment(enrolmentId, NOON);
    await expect(openLivingEnrolment(parts, enrolmentId)).rejects.toMatchObject({
      code: 'enrolment_unknown',
    });
  });

  test('a sealed person that was moved to another enrolment does not open', async () => {
    const parts = testParts();
    const [one, two] = demoPeople();
    const ids: string[] = [];
    for (const person of [one, two]) {
      if (person === undefined) continue;
      const record = parseEnrolmentRecord({ ...person.record, vouching: VOUCHING });
      ids.push((await enrol(parts, { record, operator: 'op' })).enrolmentId);
    }
    const [first, second] = await Promise.all(ids.map((id) => parts.store.getEnrolment(id)));
    if (first === undefined || second === undefined) throw new Error('not enrolled');
    for (const stolen of [
      { ...first, sealedPerson: second.sealedPerson },
      { ...first, wrappedKey: second.wrappedKey },
      { ...second, enrolmentId: first.enrolmentId },
    ]) {
      const store = { ...parts.store, getEnrolment: async () => stolen };
      await expect(openLivingEnrolment({ ...parts, store }, first.enrolmentId)).rejects.toThrow();
    }
  });
});
