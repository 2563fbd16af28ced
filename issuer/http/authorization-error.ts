import { Refusal } from '@symbolon/schemas';

/** Why a request to a protected endpoint is not authorized (RFC 6750 section 3.1, RFC 9449). */
export type AuthorizationErrorCode =
  | 'token_missing'
  | 'invalid_token'
  | 'invalid_dpop_proof'
  | 'insufficient_scope';

/** The scheme that the request used, or the one that it should have used. */
export type AuthorizationScheme = 'Bearer' | 'DPoP';

/** A request without an acceptable access token. */
export class AuthorizationError extends Refusal<AuthorizationErrorCode> {
  override readonly name = 'AuthorizationError';
  readonly scheme: AuthorizationScheme;

  constructor(code: AuthorizationErrorCode, scheme: AuthorizationScheme, message: string) {
    super(code, message);
    this.scheme = scheme;
  }
}
