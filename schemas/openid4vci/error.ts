import * as v from 'valibot';
import { parseWith } from '../parse-error.ts';

/** Error codes of the token endpoint (RFC 6749 section 5.2, RFC 9449 section 5). */
export type TokenErrorCode =
  | 'invalid_request'
  | 'invalid_grant'
  | 'invalid_client'
  | 'unsupported_grant_type'
  | 'invalid_dpop_proof';

/** Error codes of the credential endpoint (OpenID4VCI 1.0 section 8.3.1.2). */
export type CredentialErrorCode =
  | 'invalid_credential_request'
  | 'unknown_credential_configuration'
  | 'unknown_credential_identifier'
  | 'invalid_proof'
  | 'invalid_nonce'
  | 'invalid_encryption_parameters'
  | 'credential_request_denied';

/** What RFC 6749 section 5.2 and OpenID4VCI 1.0 section 8.3.1.2 allow in `error_description`. */
const DESCRIPTION = /^[\x20-\x21\x23-\x5b\x5d-\x7e]*$/;

/** An `error_description` that breaks this rule is dropped, never shown. */
const errorResponseSchema = v.object({
  error: v.pipe(v.string(), v.maxLength(100), v.regex(/^[a-z_]+$/)),
  error_description: v.optional(
    v.fallback(v.optional(v.pipe(v.string(), v.maxLength(500), v.regex(DESCRIPTION))), undefined),
  ),
});

/** An error response of the token or credential endpoint, with the names of the wire. */
export type ErrorResponse = v.InferOutput<typeof errorResponseSchema>;

/** Parses an error response. */
export function parseErrorResponse(input: unknown): ErrorResponse {
  return parseWith('error response', errorResponseSchema, input);
}
