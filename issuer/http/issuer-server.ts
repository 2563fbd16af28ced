import { createServer, type Server } from 'node:http';
import type { Logger } from 'pino';
import type { Issuer } from '../issuer.ts';
import { createAddressLimits } from './address-limits.ts';
import { createApp } from './app.ts';
import { clientAddress } from './client-address.ts';
import { endpointUrls } from './endpoint-urls.ts';
import { createHotLane } from './hot-lane.ts';
import { createLog } from './log.ts';
import { createMetrics } from './metrics.ts';
import type { ServerParts } from './server-parts.ts';

/** All headers of a request together; more is a 431. */
const MAX_HEADER_BYTES = 16_384;
const HEADERS_SECONDS = 10;
const KEEP_ALIVE_SECONDS = 5;
/** How often requests that have run out of time are looked for. */
const CHECK_MILLISECONDS = 500;

/**
 * The issuer as an HTTP server, not yet listening.
 *
 * A request that is not complete in time is answered with 408 by Node itself, one with too large a
 * head with 431.
 *
 * @param log - Where the lines about requests go; standard error unless a caller reads along.
 */
export function createIssuerServer(
  issuer: Issuer,
  log: Logger = createLog(issuer.config.logLevel),
): Server {
  const { baseUrl, limits, listen } = issuer.config;
  const parts: ServerParts = {
    issuer,
    urls: endpointUrls(baseUrl),
    limits: createAddressLimits({ ...limits, now: issuer.now }),
    addressOf: (request) => clientAddress(request, listen.behindProxy === true),
    log,
    metrics: createMetrics(),
  };
  const hotLane = createHotLane(parts);
  const app = createApp(parts);
  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: Math.min(HEADERS_SECONDS, limits.requestSeconds) * 1000,
      requestTimeout: limits.requestSeconds * 1000,
      keepAliveTimeout: KEEP_ALIVE_SECONDS * 1000,
      connectionsCheckingInterval: CHECK_MILLISECONDS,
    },
    (request, response) => {
      const url = request.url ?? '';
      const query = url.indexOf('?');
      const listener = hotLane.get(query === -1 ? url : url.slice(0, query));
      if (listener === undefined) app(request, response);
      else listener(request, response);
    },
  );
  server.maxConnections = limits.connections;
  return server;
}
