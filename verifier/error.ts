import { Refusal } from '@symbolon/schemas';

/** Why a desk refuses to do what it was asked. */
export type VerifierErrorCode =
  | 'desk_missing'
  | 'desk_damaged'
  | 'desk_exists'
  | 'desk_not_registered'
  | 'certificate_of_other_key'
  | 'anchor_of_other_authority'
  | 'fingerprint_mismatch'
  | 'bundle_missing'
  | 'network_not_used'
  | 'clock_behind'
  | 'policy_unknown'
  | 'output_exists'
  | 'receipt_invalid'
  | 'request_unknown'
  | 'request_expired'
  | 'request_used'
  | 'holder_refused'
  | 'presentation_unexpected';

/** The desk refuses; `code` is stable. */
export class VerifierError extends Refusal<VerifierErrorCode> {
  override readonly name = 'VerifierError';
}
