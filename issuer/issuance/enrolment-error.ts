import { Refusal } from '@symbolon/schemas';

/** Why a person is not enrolled, or an enrolment not used. */
export type EnrolmentErrorCode =
  | 'id_number_invalid'
  | 'birthdate_mismatch'
  | 'sex_mismatch'
  | 'vouching_date_invalid'
  | 'person_has_enrolment'
  | 'enrolment_unknown'
  | 'enrolment_erased'
  | 'enrolment_not_living';

/** A refused enrolment, with a stable `code`; no message repeats anything of the record. */
export class EnrolmentError extends Refusal<EnrolmentErrorCode> {
  override readonly name = 'EnrolmentError';
}
