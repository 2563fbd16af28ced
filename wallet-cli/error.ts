import { Refusal } from '@symbolon/schemas';

/** What is wrong with the wallet's own files. */
type StoreErrorCode =
  | 'wallet_missing'
  | 'wallet_exists'
  | 'wallet_damaged'
  | 'wallet_too_large'
  | 'wallet_locked'
  | 'wrong_passphrase'
  | 'backup_exists'
  | 'card_unknown'
  | 'bundle_missing'
  | 'fingerprint_mismatch';

/** Why nothing is fetched, or what was fetched is not used. */
type NetworkErrorCode =
  | 'location_refused'
  | 'unreachable'
  | 'too_slow'
  | 'response_too_large'
  | 'redirect_refused'
  | 'response_unexpected';

/** Why an offer is not accepted. Answers of the issuer keep the issuer's code. */
type IssuanceErrorCode =
  | 'offer_malformed'
  | 'offer_unsupported'
  | 'issuer_mismatch'
  | 'issuer_not_in_bundle'
  | 'credential_configuration_unsupported'
  | 'tx_code_malformed'
  | 'token_not_bound'
  | 'credential_count'
  | 'credential_not_mine'
  | 'credential_other_type'
  | 'credential_refused'
  | 'credentials_linkable'
  | 'issuer_error';

/** Error codes that an issuer may answer with (OpenID4VCI 1.0, RFC 6749, RFC 9449). */
export const ISSUER_ERROR_CODES = [
  'invalid_request',
  'invalid_grant',
  'invalid_client',
  'unsupported_grant_type',
  'invalid_dpop_proof',
  'invalid_token',
  'invalid_credential_request',
  'unknown_credential_configuration',
  'unknown_credential_identifier',
  'invalid_proof',
  'invalid_nonce',
  'invalid_encryption_parameters',
  'credential_request_denied',
] as const;

/** Why a request is not answered. */
type PresentationErrorCode =
  | 'request_malformed'
  | 'request_over_asks'
  | 'request_not_matched'
  | 'presentation_declined'
  | 'no_fresh_copy'
  | 'output_exists';

/** Every code of {@link WalletError}. */
export type WalletErrorCode =
  | StoreErrorCode
  | NetworkErrorCode
  | IssuanceErrorCode
  | PresentationErrorCode
  | (typeof ISSUER_ERROR_CODES)[number];

/** The wallet refuses, or was refused by the issuer; `code` is stable. */
export class WalletError extends Refusal<WalletErrorCode> {
  override readonly name = 'WalletError';
}
