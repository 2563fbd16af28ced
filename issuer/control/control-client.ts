import { createConnection, type Socket } from 'node:net';
import { Refusal } from '@symbolon/schemas';
import { type ControlRequest, parseControlResponse } from '@symbolon/schemas/issuer-control';
import { IssuerError } from '../error.ts';
import { controlSocketPath, EXCHANGE_MILLISECONDS, MAX_RESPONSE_BYTES } from './control-socket.ts';
import { readLine } from './read-line.ts';

/** A refusal of the running authority, as it would have been made here. */
class RemoteRefusal extends Refusal {
  override readonly name = 'RemoteRefusal';
}

/**
 * Asks the `issuer serve` that runs on this data folder.
 *
 * @returns The result, not yet parsed; `undefined` when none runs there.
 * @throws Refusal with the code that the other side refused with; {@link IssuerError}
 *   `response_invalid`; Error when the other side had a fault of its own.
 */
export async function askRunningIssuer(
  folder: string,
  request: ControlRequest,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const socket = await connect(controlSocketPath(folder));
  if (socket === undefined) return undefined;
  try {
    // Not `end`: a half-closed socket would be closed by the other side before it answers.
    socket.write(`${JSON.stringify(request)}\n`);
    const limits = { maxBytes: MAX_RESPONSE_BYTES, milliseconds: EXCHANGE_MILLISECONDS };
    const line = await readLine(socket, limits);
    const response = parseControlResponse(parse(line));
    if ('result' in response) return response.result;
    const { code, message, hint } = response.error;
    if (code === 'internal_error') throw new Error(message);
    throw new RemoteRefusal(code, message, hint === undefined ? {} : { hint });
  } finally {
    socket.destroy();
  }
}

function connect(path: string): Promise<Socket | undefined> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path);
    socket.once('connect', () => {
      socket.removeAllListeners('error');
      resolve(socket);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      // Nobody there: no socket, or a dead one that a killed process left behind.
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') resolve(undefined);
      else reject(error);
    });
  });
}

function parse(line: string | undefined): unknown {
  try {
    return JSON.parse(line ?? '');
  } catch (cause) {
    throw new IssuerError('response_invalid', 'the running issuer broke off its answer', {
      cause,
      hint: "see the log of 'issuer serve', then try again",
    });
  }
}
