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
