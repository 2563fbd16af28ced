import type { EnrolmentRecord } from '@symbolon/schemas/enrolment-record';
import { EXAMPLE_RECORD } from '../issuance/example-record.ts';
import { demoPeople } from '../register/demo-people.ts';

/**
 * The enrolment record of one of the made-up people, as an operator would write it today.
 *
 * @param number - From 1.
 * @returns `undefined` when the demo register has fewer people.
 */
export function exampleRecord(number: number): EnrolmentRecord | undefined {
  const person = demoPeople()[number - 1];
  return person && { ...person.record, vouching: EXAMPLE_RECORD.vouching };
}
