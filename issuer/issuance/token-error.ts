import { Refusal } from '@symbolon/schemas';

/** Error codes of the token endpoint (OpenID4VCI 1.0 section 6.3, RFC 6749 section 5.2). */
export type TokenErrorCode =
  | 'invalid_client'
  | 'invalid_grant'
  | 'invalid_request'
  | 'unsupported_grant_type';

/** A refused token request. */
export class TokenError extends Refusal<TokenErrorCode> {
  override readonly name = 'TokenError';
}
