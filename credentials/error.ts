import { Refusal } from '@symbolon/schemas';

/** Why a credential, a presentation or a token is refused. */
export type CredentialErrorCode =
  /** Not base64url, not JSON, not a compact JWS, too long, or of the wrong shape. */
  | 'malformed'
  /** The format, `typ` or a member that the format requires is not the expected one. */
  | 'format_mismatch'
  /** `alg` is not one that is accepted here, or not the key's. */
  | 'algorithm_not_allowed'
  /** `crit` or `b64`: an extension that must be understood and is not. */
  | 'extension_not_supported'
  /** The header carries a key where another one decides. */
  | 'key_not_allowed'
  | 'signature_invalid'
  /** `_sd_alg` is not a digest algorithm that is accepted. */
  | 'digest_algorithm_not_allowed'
  | 'disclosure_malformed'
  | 'digest_malformed'
  | 'claim_name_reserved'
  | 'claim_name_collision'
  | 'digest_repeated'
  | 'disclosure_unreferenced'
  | 'disclosure_repeated'
  /** A claim that decides validity was disclosed selectively. */
  | 'claim_must_be_plain'
  | 'claim_missing'
  | 'credential_not_yet_valid'
  | 'credential_expired'
  /** A key binding is required and there is none. */
  | 'key_binding_missing'
  /** A key binding came where none may be. */
  | 'key_binding_unexpected'
  /** The credential names no key that could be bound. */
  | 'holder_key_missing'
  | 'key_binding_malformed'
  | 'key_binding_type_mismatch'
  | 'key_binding_algorithm_not_allowed'
  | 'key_binding_signature_invalid'
  | 'nonce_mismatch'
  | 'audience_mismatch'
  | 'sd_hash_mismatch'
  | 'key_binding_not_fresh'
  /** There is no such claim to disclose. */
  | 'claim_unknown';

/** A refusal of `credentials`: bad evidence, never our own fault. */
export class CredentialError extends Refusal<CredentialErrorCode> {
  override readonly name = 'CredentialError';
}
