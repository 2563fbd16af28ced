import type { EpochSeconds } from '@symbolon/schemas';
import type { EnrolmentRecord } from '@symbolon/schemas/enrolment-record';
import type { AgentPart } from '../agent-part.ts';
import type { Issuer } from '../issuer.ts';
import type { RegisteredPerson } from '../register/population-register.ts';
import { type EnrolledPerson, sealEnrolment } from '../store/sealed-enrolment.ts';
import { calendarDayOf } from './calendar-day.ts';
import { EnrolmentError } from './enrolment-error.ts';
import { type IdentityNumber, parseIdentityNumber } from './identity-number.ts';

/** An operator's word for a person. */
export type VouchedEnrolment = {
  readonly record: EnrolmentRecord;
  /** Who has seen the person; kept sealed with the enrolment. */
  readonly operator: string;
};

const ENROLMENT_ID_BYTES = 16;
/** Where the earth's day begins: an operator there may write a date that UTC has not reached. */
const EARLIEST_ZONE_SECONDS = 14 * 3_600;
/** An operator's word is good for a year. */
const VOUCHING_SECONDS = 366 * 86_400;

/**
 * Enrols a person whom an operator has seen, at the level `basic`.
 *
 * The number is checked by GB 11643-1999 and against the record, and looked up in the population
 * register with name and birth date. After that only its HMAC is kept; of everybody who tries at the
 * same time to enrol one person, one succeeds.
 *
 * @throws {@link EnrolmentError} `id_number_invalid`, `birthdate_mismatch`, `sex_mismatch`,
 *   `vouching_date_invalid`, `person_has_enrolment`; {@link RegisterError} `person_unconfirmed`,
 *   `register_unavailable`.
 */
export async function enrol(
  issuer: Pick<Issuer, 'store' | 'register' | 'now' | 'random'> & AgentPart<'mac' | 'wrappingKey'>,
  { record, operator }: VouchedEnrolment,
): Promise<{ readonly enrolmentId: string }> {
  const { agent, store, register, random } = issuer;
  const now = issuer.now();
  const number = parseIdentityNumber(record.id_number, calendarDayOf(now + EARLIEST_ZONE_SECONDS));
  checkRecord(record, number);
  checkVouchingDate(record.vouching.date, record.birthdate, now);
  const registered = await register.findPerson({
    idNumber: number.normalized,
    familyName: record.family_name,
    givenName: record.given_name,
    birthdate: record.birthdate,
  });
  const enrolmentId = Buffer.from(random(ENROLMENT_ID_BYTES)).toString('hex');
  const enrolled = enrolledPerson(record, registered, operator);
  const sealed = await sealEnrolment(enrolmentId, enrolled, agent.wrappingKey, random);
  const personHmac = agent.mac('identity_number', Buffer.from(number.normalized));
  const outcome = await store.addEnrolment({ ...sealed, personHmac });
  if (outcome === 'person_has_enrolment') {
    throw new EnrolmentError('person_has_enrolment', 'this person has a living card already', {
      hint: 'make an offer for the existing enrolment, or revoke it first',
    });
  }
  return { enrolmentId };
}

function checkRecord(record: EnrolmentRecord, number: IdentityNumber): void {
  if (record.birthdate !== number.birthdate) {
    throw new EnrolmentError('birthdate_mismatch', 'the ID number has another birth date');
  }
  // 0 and 9 say nothing that could contradict.
  const other = number.sex === 'male' ? 2 : 1;
  if (record.sex === other) {
    throw new EnrolmentError('sex_mismatch', 'the ID number has another sex');
  }
}

function checkVouchingDate(date: string, birthdate: string, now: EpochSeconds): void {
  const latest = calendarDayOf(now + EARLIEST_ZONE_SECONDS);
  const earliest = calendarDayOf(Math.max(0, now - VOUCHING_SECONDS));
  if (date > latest || date < earliest || date < birthdate) {
    throw new EnrolmentError(
      'vouching_date_invalid',
      'the day on which the person was seen is in the future, or more than a year ago',
    );
  }
}

function enrolledPerson(
  { id_number: _, ...record }: EnrolmentRecord,
  registered: RegisteredPerson,
  operator: string,
): EnrolledPerson {
  // The record's pictures or the register's: never one of each.
  const own = record.portrait !== undefined || record.portrait_thumb !== undefined;
  const { portrait, portraitThumb }: Partial<RegisteredPerson> = own ? {} : registered;
  const person = {
    ...record,
    ...(portrait === undefined ? {} : { portrait }),
    ...(portraitThumb === undefined ? {} : { portrait_thumb: portraitThumb }),
  };
  return { person, assuranceLevel: 'basic', operator };
}
