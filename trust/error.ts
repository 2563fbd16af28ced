import { Refusal } from '@symbolon/schemas';

/** Why a trust bundle is not taken. */
export type TrustBundleErrorCode =
  | 'bundle_invalid'
  | 'bundle_signature_invalid'
  | 'bundle_expired'
  | 'bundle_from_future'
  | 'bundle_rollback'
  | 'bundle_of_other_authority';

/** Why an issuer's key is not to be believed. */
export type IssuerKeyErrorCode =
  | 'issuer_untrusted'
  | 'issuer_key_unknown'
  | 'issuer_key_not_yet_valid'
  | 'issuer_key_expired'
  | 'issuer_key_revoked'
  | 'issuer_certificate_mismatch'
  | 'credential_type_not_allowed';

/** Why a credential's status is not VALID, or cannot be told. */
export type StatusErrorCode =
  | 'status_reference_invalid'
  | 'status_list_missing'
  | 'status_list_invalid'
  | 'status_stale'
  | 'status_index_out_of_range'
  | 'status_value_unknown'
  | 'credential_revoked'
  | 'credential_suspended';

/** Why a DID does not lead to a key. */
export type DidErrorCode =
  | 'did_malformed'
  | 'did_method_unsupported'
  | 'did_not_found'
  | 'did_key_unsupported'
  | 'did_key_invalid'
  | 'did_method_not_authorized';

/** Why a certificate or a path of certificates is refused. */
export type CertificateErrorCode =
  | 'certificate_malformed'
  | 'certificate_chain_empty'
  | 'certificate_chain_too_long'
  | 'certificate_is_anchor'
  | 'certificate_self_signed'
  | 'certificate_chain_broken'
  | 'certificate_untrusted'
  | 'certificate_algorithm_unsupported'
  | 'certificate_signature_invalid'
  | 'certificate_not_yet_valid'
  | 'certificate_expired'
  | 'certificate_revoked'
  | 'certificate_not_authority'
  | 'certificate_is_authority'
  | 'certificate_path_too_long'
  | 'certificate_key_usage'
  | 'certificate_purpose'
  | 'certificate_name_constraints'
  | 'certificate_extension_unsupported'
  | 'certificate_subject_invalid'
  | 'signing_request_invalid';

/** Why something is not trusted: a closed union over the areas of this folder. */
export type TrustErrorCode =
  | TrustBundleErrorCode
  | IssuerKeyErrorCode
  | StatusErrorCode
  | DidErrorCode
  | CertificateErrorCode;

/** A refusal to trust, with a stable `code`; the message never repeats what was presented. */
export class TrustError extends Refusal<TrustErrorCode> {
  override readonly name = 'TrustError';
}

const UNDECIDED: ReadonlySet<string> = new Set<TrustErrorCode>([
  'bundle_expired',
  'status_list_missing',
  'status_list_invalid',
  'status_stale',
]);

/**
 * Whether a code says that the status cannot be told (the outcome is `undecided`, "ask staff"),
 * rather than that the credential is refused.
 */
export function isUndecidedCode(code: string): boolean {
  return UNDECIDED.has(code);
}
