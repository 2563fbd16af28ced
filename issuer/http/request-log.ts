import type { Logger } from 'pino';

/**
 * Writes a fault of ours to the log: the kind of error and where it happened, but not its message,
 * which may repeat what somebody sent.
 */
export function logFault(log: Logger, route: string, error: unknown): void {
  const isError = error instanceof Error;
  const frames = isError
    ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
    : [];
  log.error(
    { route, error: isError ? error.name : typeof error, at: frames.map((line) => line.trim()) },
    'a request failed through our own fault',
  );
}
