import { Refusal } from '@symbolon/schemas';

/** What only the judge finds; what it asks of other folders keeps their codes. */
export type JudgeErrorCode =
  /** The credential does not say who issued it, or with which key. */
  | 'issuer_unnamed'
  | 'credential_type_unknown'
  /** Bound to a key that the receiver does not have. */
  | 'holder_key_mismatch'
  /** The subject's DID and the bound key are not the same. */
  | 'subject_mismatch'
  | 'assurance_level_too_low';

/** A refusal of the judge, with a stable `code`. */
export class JudgeError extends Refusal<JudgeErrorCode> {
  override readonly name = 'JudgeError';
}
