import type { IncomingMessage, ServerResponse } from 'node:http';
import { credentialEndpoint } from './credential-endpoint.ts';
import { type Endpoint, type ErrorAnswer, errorAnswer, isGuess } from './error-answer.ts';
import type { HotEndpoint } from './hot-endpoint.ts';
import { nonceEndpoint } from './nonce-endpoint.ts';
import { RequestError } from './request-error.ts';
import { logFault } from './request-log.ts';
import type { ServerParts } from './server-parts.ts';
import { tokenEndpoint } from './token-endpoint.ts';

/** No status of HTTP, but what proxies log for a request whose client did not wait. */
const CLIENT_CLOSED_REQUEST = 499;

/** A request listener that never fails. */
export type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * The three endpoints that every wallet calls, on the server ahead of Express: on messages this
 * small its router and body parser cost as much as the work itself.
 *
 * @returns By path.
 */
export function createHotLane(parts: ServerParts): ReadonlyMap<string, Listener> {
  const lane = (endpoint: Endpoint, answer: HotEndpoint, route: string): [string, Listener] => [
    route,
    createListener(parts, endpoint, answer, route),
  ];
  return new Map([
    lane('token', tokenEndpoint(parts), '/token'),
    lane('other', nonceEndpoint(parts), '/nonce'),
    lane('credential', credentialEndpoint(parts), '/credential'),
  ]);
}

function createListener(
  parts: ServerParts,
  endpoint: Endpoint,
  answer: HotEndpoint,
  route: string,
): Listener {
  const { addressOf, limits, log, metrics } = parts;
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const startedAt = performance.now();
    const address = addressOf(request);
    try {
      limits.admit(address);
      if (request.method !== 'POST') {
        throw new RequestError('method_not_allowed', 'this endpoint takes POST', 'POST');
      }
      send(response, { status: 200, headers: {}, json: await answer(request) });
    } catch (error) {
      if (isGuess(error)) limits.countFailure(address);
      const refusal = errorAnswer(error, endpoint);
      if (refusal.status >= 500) logFault(log, route, error);
      sendError(response, refusal);
    }
    const milliseconds = performance.now() - startedAt;
    // Where nothing could be sent, the client has gone or was too slow.
    const status = response.headersSent ? response.statusCode : CLIENT_CLOSED_REQUEST;
    metrics.countRequest(route, status, milliseconds / 1000);
    log.info({ route, status, ms: Math.round(milliseconds * 10) / 10 });
  };
  return (request, response) => {
    serve(request, response).catch((error: unknown) => {
      logFault(log, route, error);
      response.destroy();
    });
  };
}

function sendError(response: ServerResponse, { status, headers, body }: ErrorAnswer): void {
  send(response, { status, headers, json: JSON.stringify(body) });
}

function send(
  response: ServerResponse,
  answer: { status: number; headers: ErrorAnswer['headers']; json: string },
): void {
  if (response.destroyed) return;
  response.writeHead(answer.status, {
    'Content-Type': 'application/json',
    'Cache-Control': 'no-store',
    Pragma: 'no-cache',
    'X-Content-Type-Options': 'nosniff',
    'Content-Length': Buffer.byteLength(answer.json),
    ...answer.headers,
  });
  response.end(answer.json);
}
