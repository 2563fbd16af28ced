import { parseJson } from '@symbolon/credentials/jose';
import type { JsonValue } from '@symbolon/schemas';
import { parseErrorResponse } from '@symbolon/schemas/openid4vci';
import { ISSUER_ERROR_CODES, WalletError } from '../error.ts';
import type { IncomingResponse, Request } from './request.ts';

const MAX_DEPTH = 32;

const HINTS: Partial<Record<(typeof ISSUER_ERROR_CODES)[number], string>> = {
  invalid_grant:
    'the transaction code is wrong, or the offer is spent or too old: after five wrong codes ask for a new offer',
  invalid_token: 'this took too long: ask for a new offer',
  invalid_nonce: 'try again with a new offer',
  credential_request_denied: 'ask the authority why',
};

/**
 * Fetches a JSON document.
 *
 * @returns Parsed, but of any shape.
 * @throws {@link WalletError} `response_unexpected` unless the answer is 200 with
 *   `application/json`, and what `request` throws; ParseError or CredentialError for what is not
 *   acceptable JSON.
 */
export async function fetchJson(
  request: Request,
  url: string,
  maxBytes: number,
): Promise<JsonValue> {
  const headers = { accept: 'application/json' };
  const response = await request({ method: 'GET', url, headers, maxBytes });
  if (response.status !== 200) {
    throw new WalletError(
      'response_unexpected',
      `expected status 200 from ${hostOf(url)}, got ${response.status}`,
      response.status === 404
        ? { hint: 'the offer may be spent or too old: ask for a new one' }
        : {},
    );
  }
  return parseJsonAnswer(response, maxBytes);
}

/**
 * Parses the body of an answer that must be JSON.
 *
 * @throws {@link WalletError} `response_unexpected` for another media type.
 */
export function parseJsonAnswer(response: IncomingResponse, maxBytes: number): JsonValue {
  if (response.mediaType !== 'application/json') {
    throw new WalletError('response_unexpected', 'expected an answer of type application/json');
  }
  return parseJson(response.body, { maxBytes, maxDepth: MAX_DEPTH });
}

/** The `error` of an OAuth error answer, or `undefined` when it is not one. */
export function errorCodeOf(response: IncomingResponse): string | undefined {
  try {
    return parseErrorResponse(parseJsonAnswer(response, response.body.length)).error;
  } catch {
    return undefined;
  }
}

/** What an issuer's refusal becomes: its own code where the specifications name it. */
export function refusedByIssuer(response: IncomingResponse): WalletError {
  const error = errorCodeOf(response);
  const code = ISSUER_ERROR_CODES.find((each) => each === error);
  if (code !== undefined) {
    const hint = HINTS[code];
    return new WalletError(code, `the issuer refuses: ${code}`, hint === undefined ? {} : { hint });
  }
  const hint =
    response.status === 429
      ? 'too many attempts: wait a few minutes'
      : 'try again later; if it goes on, tell the authority';
  return new WalletError('issuer_error', `the issuer answers with status ${response.status}`, {
    hint,
  });
}

function hostOf(url: string): string {
  return new URL(url).host;
}
