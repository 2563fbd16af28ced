import { join } from 'node:path';
import { IssuerError } from '../error.ts';

/** Most bytes of a request line: a record with its pictures fits many times over. */
export const MAX_REQUEST_BYTES = 1_048_576;

/** Most bytes of an answer line: a trust bundle with every status list. */
export const MAX_RESPONSE_BYTES = 134_217_728;

/** How long one request may take from connection to answer, in milliseconds. */
export const EXCHANGE_MILLISECONDS = 60_000;

/** What fits in `sockaddr_un.sun_path` on every system we run on, with its closing zero. */
const MAX_PATH_BYTES = 103;

/**
 * The control socket of a data folder: there while `issuer serve` runs, mode 0600.
 *
 * @throws {@link IssuerError} `folder_unusable` when the path is too long for a Unix socket.
 */
export function controlSocketPath(folder: string): string {
  const path = join(folder, 'control.sock');
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) {
    throw new IssuerError(
      'folder_unusable',
      `the path of the data folder is too long for a Unix socket (at most ${MAX_PATH_BYTES} bytes with 'control.sock')`,
      { hint: 'set SYMBOLON_HOME to a shorter path' },
    );
  }
  return path;
}
