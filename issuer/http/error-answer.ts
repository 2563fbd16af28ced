import { ParseError } from '@symbolon/schemas';
import { DPOP_ALGORITHMS } from '@symbolon/schemas/openid4vci';
import { CredentialRequestError } from '../issuance/credential-request-error.ts';
import { DpopError } from '../issuance/dpop-error.ts';
import { TokenError } from '../issuance/token-error.ts';
import { AuthorizationError, type AuthorizationScheme } from './authorization-error.ts';
import { RequestError, type RequestErrorCode } from './request-error.ts';

/** Which endpoint's words an error is put in. */
export type Endpoint = 'token' | 'credential' | 'other';

/** An error as it is sent. */
export type ErrorAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: { readonly error: string; readonly error_description: string };
};

const SCHEMES: readonly AuthorizationScheme[] = ['Bearer', 'DPoP'];
const DPOP_PARAMETER = `algs="${DPOP_ALGORITHMS.join(' ')}"`;

const REQUEST_STATUS: Readonly<Record<RequestErrorCode, number>> = {
  bad_request: 400,
  not_found: 404,
  method_not_allowed: 405,
  not_acceptable: 406,
  body_too_large: 413,
  unsupported_media_type: 415,
  unsupported_encoding: 415,
  too_many_requests: 429,
  not_ready: 503,
};

/**
 * The only place that turns an error into HTTP; anything that it does not know is ours, and a 500
 * that says nothing else.
 *
 * @see [OpenID4VCI 1.0 section 8.3.1](https://openid.net/specs/openid-4-verifiable-credential-issuance-1_0.html#section-8.3.1)
 */
export function errorAnswer(error: unknown, endpoint: Endpoint): ErrorAnswer {
  if (error instanceof AuthorizationError) return authorizationAnswer(error);
  if (error instanceof RequestError) return requestAnswer(error, endpoint);
  if (error instanceof ParseError)
    return answer(400, parseErrorCode(error, endpoint), error.message);
  if (error instanceof TokenError && error.code === 'invalid_client') {
    // RFC 6749 section 5.2
    return answer(401, error.code, error.message, { 'WWW-Authenticate': 'Basic realm="token"' });
  }
  if (
    error instanceof TokenError ||
    error instanceof CredentialRequestError ||
    error instanceof DpopError
  ) {
    return answer(400, error.code, error.message);
  }
  return answer(500, 'server_error', 'the issuer failed');
}

/** Whether an error counts against the address it came from: what guessing looks like. */
export function isGuess(error: unknown): boolean {
  if (error instanceof TokenError) return error.code === 'invalid_grant';
  if (error instanceof CredentialRequestError) return error.code === 'invalid_proof';
  if (error instanceof AuthorizationError) return error.code !== 'token_missing';
  return error instanceof DpopError;
}

/** RFC 6750 section 3: no error code in the challenges when there was no token at all. */
function authorizationAnswer({ code, scheme, message }: AuthorizationError): ErrorAnswer {
  const missing = code === 'token_missing';
  const challenges = SCHEMES.map((each) => {
    const found = missing || each !== scheme ? [] : [`error="${code}"`];
    const parameters = each === 'DPoP' ? [...found, DPOP_PARAMETER] : found;
    return [each, parameters.join(', ')].join(' ').trim();
  });
  return answer(
    code === 'insufficient_scope' ? 403 : 401,
    missing ? 'invalid_token' : code,
    message,
    { 'WWW-Authenticate': challenges },
  );
}

function requestAnswer(error: RequestError, endpoint: Endpoint): ErrorAnswer {
  const headers: Record<string, string> = {};
  if (error.detail !== undefined) {
    headers[error.code === 'too_many_requests' ? 'Retry-After' : 'Allow'] = error.detail;
  }
  const inWordsOf: Readonly<Record<Endpoint, string>> = {
    token: 'invalid_request',
    credential: 'invalid_credential_request',
    other: error.code,
  };
  const status = REQUEST_STATUS[error.code];
  // OAuth and OpenID4VCI name the error only of what they answer with 400.
  return answer(status, status === 400 ? inWordsOf[endpoint] : error.code, error.message, headers);
}

function parseErrorCode(error: ParseError, endpoint: Endpoint): string {
  if (endpoint === 'token') return 'invalid_request';
  if (endpoint === 'other') return 'bad_request';
  if (/^proofs?(?:\.|$)/.test(error.path)) return 'invalid_proof';
  if (error.path.startsWith('credential_response_encryption')) {
    return 'invalid_encryption_parameters';
  }
  return 'invalid_credential_request';
}

function answer(
  status: number,
  error: string,
  message: string,
  headers: ErrorAnswer['headers'] = {},
): ErrorAnswer {
  return { status, headers, body: { error, error_description: describe(message) } };
}

/** OpenID4VCI 1.0 section 8.3.1.2: printable ASCII without `"` and `\`. */
function describe(message: string): string {
  return message.replaceAll('"', "'").replaceAll(/[^\x20-\x5b\x5d-\x7e]/g, '?');
}
