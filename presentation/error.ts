import { Refusal } from '@symbolon/schemas';

/** Why QR frames do not make a message. */
type FrameErrorCode =
  | 'frame_malformed'
  | 'frames_mixed'
  | 'frames_incomplete'
  | 'picture_unreadable';

/** Why a message, once assembled, cannot be read. */
type MessageErrorCode =
  | 'message_malformed'
  | 'message_too_large'
  | 'message_type_unexpected'
  | 'dictionary_unknown';

/** Why a request is refused by the wallet. */
export type RequestErrorCode =
  | 'request_malformed'
  | 'request_type_invalid'
  | 'request_algorithm_unsupported'
  | 'request_signature_invalid'
  | 'request_unsupported'
  | 'request_not_yet_valid'
  | 'request_expired'
  | 'client_id_mismatch'
  | 'nonce_invalid'
  | 'response_key_unusable'
  | 'verifier_unidentified'
  | 'registration_missing'
  | 'registration_malformed'
  | 'registration_signature_invalid'
  | 'registration_not_yet_valid'
  | 'registration_expired'
  | 'registration_revoked'
  | 'registration_status_unknown'
  | 'registration_of_other_party';

/** Why an answer cannot be made, opened or taken. */
type AnswerErrorCode =
  | 'no_matching_credential'
  | 'answer_too_large'
  | 'answer_unreadable'
  | 'request_unsatisfied';

/** Why an exchange between holder and verifier fails: a closed union over its layers. */
export type PresentationErrorCode =
  | FrameErrorCode
  | MessageErrorCode
  | RequestErrorCode
  | AnswerErrorCode;

/**
 * A refusal in the exchange between holder and verifier, with a stable `code`. Everything that goes
 * wrong below the cryptography of an answer has the one code `answer_unreadable`.
 */
export class PresentationError extends Refusal<PresentationErrorCode> {
  override readonly name = 'PresentationError';
}
