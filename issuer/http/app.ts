import express, { type ErrorRequestHandler, type RequestHandler, type Response } from 'express';
import { rateLimit } from 'express-rate-limit';
import helmet from 'helmet';
import { pinoHttp } from 'pino-http';
import type { Document } from './documents.ts';
import { type ErrorAnswer, errorAnswer } from './error-answer.ts';
import { RequestError } from './request-error.ts';
import { logFault } from './request-log.ts';
import { ROUTES, type Route } from './routes.ts';
import type { ServerParts } from './server-parts.ts';

/** Everything but the three hot endpoints, as an Express application. */
export function createApp(parts: ServerParts): express.Express {
  const app = express();
  app.disable('x-powered-by');
  app.enable('case sensitive routing');
  app.enable('strict routing');
  app.use(requestLog(parts), count(parts), securityHeaders(), admit(parts));
  for (const route of ROUTES) {
    const source = route.source(parts);
    app
      .route(route.path)
      .all(nameRoute(route), ...(route.secret ? [guessLimit(parts)] : []))
      .get(async (request, response) => {
        const { name } = request.params;
        sendDocument(response, await source(request, typeof name === 'string' ? name : ''));
      })
      .all(() => {
        throw new RequestError('method_not_allowed', 'this is read with GET', 'GET, HEAD');
      });
  }
  app.use(() => {
    throw new RequestError('not_found', 'there is nothing here');
  });
  app.use(sendError(parts));
  return app;
}

/** One line a request: the route it matched, and nothing that was sent. */
function requestLog({ log }: ServerParts): RequestHandler {
  const line = (response: Response, ms: unknown): object => ({
    route: routeOf(response),
    status: response.statusCode,
    ms,
  });
  return pinoHttp<express.Request, Response>({
    logger: log,
    quietReqLogger: true,
    quietResLogger: true,
    customSuccessObject: (_request, response, found) => line(response, found['responseTime']),
    customErrorObject: (_request, response, _error, found) => line(response, found['responseTime']),
    customSuccessMessage: () => 'request',
    customErrorMessage: () => 'request',
  });
}

function count({ metrics }: ServerParts): RequestHandler {
  return (_request, response, next) => {
    const startedAt = performance.now();
    response.on('finish', () => {
      const seconds = (performance.now() - startedAt) / 1000;
      metrics.countRequest(routeOf(response), response.statusCode, seconds);
    });
    next();
  };
}

/** No page is served here, so nothing may be loaded by what is. Documents are for any origin. */
function securityHeaders(): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    crossOriginResourcePolicy: { policy: 'cross-origin' },
  });
}

function admit({ addressOf, limits }: ServerParts): RequestHandler {
  return (request, _response, next) => {
    limits.admit(addressOf(request));
    next();
  };
}

/** Counts what is not found at a place where finding something means having guessed a secret. */
function guessLimit({ addressOf, issuer }: ServerParts): RequestHandler {
  return rateLimit({
    windowMs: 60_000,
    limit: issuer.config.limits.failuresPerMinute,
    skipSuccessfulRequests: true,
    legacyHeaders: false,
    keyGenerator: addressOf,
    handler: () => {
      throw new RequestError('too_many_requests', 'too many unknown references', '60');
    },
  });
}

function nameRoute({ path }: Route): RequestHandler {
  return (_request, response, next) => {
    response.locals['route'] = path;
    next();
  };
}

function routeOf(response: Response): string {
  const route: unknown = response.locals['route'];
  return typeof route === 'string' ? route : 'unmatched';
}

function sendDocument(response: Response, document: Document): void {
  const { maxAgeSeconds, mediaType, body } = document;
  setHeaders(response, {
    'Content-Type': mediaType,
    'Access-Control-Allow-Origin': '*',
    'Cache-Control': maxAgeSeconds === 0 ? 'no-store' : `public, max-age=${maxAgeSeconds}`,
    Vary: 'Accept',
  });
  response.send(Buffer.from(body));
}

/** Express would add a `charset` to the media type, which JSON does not have. */
function setHeaders(response: Response, headers: ErrorAnswer['headers']): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}

function sendError({ log }: ServerParts): ErrorRequestHandler {
  return (error: unknown, _request, response, _next) => {
    // The router throws this for an escape that is no UTF-8, before any of our code has run.
    const refused =
      error instanceof URIError ? new RequestError('bad_request', 'the path is malformed') : error;
    const { status, headers, body } = errorAnswer(refused, 'other');
    if (status >= 500 && !(refused instanceof RequestError)) {
      logFault(log, routeOf(response), error);
    }
    setHeaders(response, {
      'Content-Type': 'application/json',
      'Cache-Control': 'no-store',
      ...headers,
    });
    response.status(status).send(Buffer.from(JSON.stringify(body)));
  };
}
