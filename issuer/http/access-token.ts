import type { IncomingMessage } from 'node:http';
import { AuthorizationError, type AuthorizationScheme } from './authorization-error.ts';
import { RequestError } from './request-error.ts';

const MAX_TOKEN_LENGTH = 512;
const TOKEN = /^[\w.~+/-]+=*$/;

/** An access token as it was presented. */
export type PresentedToken = {
  readonly scheme: AuthorizationScheme;
  readonly token: string;
};

/**
 * Takes the access token from the `Authorization` header, the only place where it may be.
 *
 * @throws {@link AuthorizationError} `token_missing` without that header, with another scheme, and
 *   for a token that is in the query or the body; `invalid_token` for one of the wrong shape.
 *   {@link RequestError} `bad_request` for two of them (RFC 6750 section 3.1).
 * @see [RFC 6750 section 2.1](https://www.rfc-editor.org/rfc/rfc6750#section-2.1)
 * @see [RFC 9449 section 7.1](https://www.rfc-editor.org/rfc/rfc9449#section-7.1)
 */
export function presentedToken(request: IncomingMessage): PresentedToken {
  const header = singleHeader(request, 'authorization');
  if (header === undefined) {
    throw new AuthorizationError('token_missing', 'Bearer', 'an access token is required');
  }
  const at = header.indexOf(' ');
  const scheme = schemeOf(header.slice(0, at === -1 ? undefined : at));
  if (scheme === undefined) {
    throw new AuthorizationError('token_missing', 'Bearer', 'the scheme must be Bearer or DPoP');
  }
  const token = at === -1 ? '' : header.slice(at + 1).trim();
  if (token.length > MAX_TOKEN_LENGTH || !TOKEN.test(token)) {
    throw new AuthorizationError('invalid_token', scheme, 'the access token is malformed');
  }
  return { scheme, token };
}

/**
 * A header that may occur once. Node keeps the first of several and drops the others silently.
 *
 * @param name - In lower case.
 * @throws {@link RequestError} `bad_request` when it occurs twice.
 */
export function singleHeader(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  if (value === undefined) return undefined;
  const { rawHeaders } = request;
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (rawHeaders[at]?.toLowerCase() === name) count += 1;
  }
  if (count > 1) throw new RequestError('bad_request', `header '${name}' occurs ${count} times`);
  return typeof value === 'string' ? value : value[0];
}

function schemeOf(text: string): AuthorizationScheme | undefined {
  const scheme = text.toLowerCase();
  if (scheme === 'bearer') return 'Bearer';
  return scheme === 'dpop' ? 'DPoP' : undefined;
}
