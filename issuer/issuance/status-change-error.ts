import { Refusal } from '@symbolon/schemas';

/** Why a status is not changed. */
export type StatusChangeErrorCode =
  | 'subject_unknown'
  | 'already_revoked'
  | 'enrolment_suspended'
  | 'reason_invalid';

/** A refused change of status. */
export class StatusChangeError extends Refusal<StatusChangeErrorCode> {
  override readonly name = 'StatusChangeError';
}

/** The refusal of an id that names nothing, whatever its shape. */
export function subjectUnknown(): StatusChangeError {
  return new StatusChangeError('subject_unknown', 'there is no such enrolment or credential', {
    hint: 'an erased enrolment is gone, and its credentials were revoked before',
  });
}
