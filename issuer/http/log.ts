import pino, { type DestinationStream, type Logger } from 'pino';
import type { IssuerConfig } from '../config.ts';

/** Never written, wherever they should turn up; the request line itself carries none of them. */
const REDACTED = [
  'authorization',
  'dpop',
  'cookie',
  'access_token',
  'pre_authorized_code',
  'tx_code',
  'c_nonce',
  'credential',
  'proofs',
  'claims',
];

/**
 * The service's log: one JSON object a line.
 *
 * A line about a request names the route it matched, never its path as sent, its query, headers or
 * body: an offer's reference is a secret, and anything sent may be one.
 *
 * @param destination - Standard error, buffered, unless a test wants to read along.
 */
export function createLog(
  level: IssuerConfig['logLevel'],
  destination: DestinationStream = pino.destination({
    dest: 2,
    sync: false,
    minLength: 4096,
    periodicFlush: 500,
  }),
): Logger {
  return pino(
    {
      level,
      base: null,
      redact: { paths: REDACTED.flatMap((name) => [name, `*.${name}`]), censor: '[redacted]' },
    },
    destination,
  );
}
