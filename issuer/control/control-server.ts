import { chmod, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { parseJson } from '@symbolon/credentials/jose';
import { type JsonObject, Refusal } from '@symbolon/schemas';
import {
  type ControlRequest,
  type ControlResponse,
  parseControlRequest,
} from '@symbolon/schemas/issuer-control';
import { controlSocketPath, EXCHANGE_MILLISECONDS, MAX_REQUEST_BYTES } from './control-socket.ts';
import { readLine } from './read-line.ts';

/** What the authority does for a request; its refusals become answers. */
export type PerformControl = (request: ControlRequest) => Promise<JsonObject>;

/** A control socket that listens. */
export type ControlServer = {
  /** Takes no more requests, finishes those under way and removes the socket. */
  readonly close: () => Promise<void>;
};

/**
 * Opens the control socket of a data folder. Each connection is one request and one answer, a line
 * of JSON each. Whoever may open the socket is the operator: its mode is 0600, in a folder of 0700.
 *
 * @param folder - The caller has its lock, so a socket that is there is a dead one.
 * @param onFault - Told of faults of ours, of which the other side learns no more than that.
 */
export async function openControlServer(
  folder: string,
  perform: PerformControl,
  onFault: (error: unknown) => void,
): Promise<ControlServer> {
  const path = controlSocketPath(folder);
  await rm(path, { force: true });
  const underWay = new Set<Promise<void>>();
  const server = createServer((socket) => {
    const exchange = answer(socket, perform, onFault).finally(() => underWay.delete(exchange));
    underWay.add(exchange);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    // The socket is born with mode 0600: at no moment may another user connect.
    const mask = process.umask(0o177);
    server.listen(path, resolve);
    process.umask(mask);
  });
  await chmod(path, 0o600);
  return {
    close: async (): Promise<void> => {
      const closed = new Promise((resolve) => server.close(resolve));
      await Promise.allSettled(underWay);
      await closed;
      await rm(path, { force: true });
    },
  };
}

async function answer(
  socket: Socket,
  perform: PerformControl,
  onFault: (error: unknown) => void,
): Promise<void> {
  try {
    const limits = { maxBytes: MAX_REQUEST_BYTES, milliseconds: EXCHANGE_MILLISECONDS };
    const line = await readLine(socket, limits);
    if (line === undefined) return;
    await send(socket, await respond(line, perform, onFault));
  } catch (error) {
    if (error instanceof Refusal) await send(socket, errorResponse(error)).catch(() => undefined);
  } finally {
    socket.destroy();
  }
}

async function respond(
  line: string,
  perform: PerformControl,
  onFault: (error: unknown) => void,
): Promise<ControlResponse> {
  try {
    const json = parseJson(line, { maxBytes: MAX_REQUEST_BYTES, maxDepth: 32 });
    return { result: await perform(parseControlRequest(json)) };
  } catch (error) {
    if (error instanceof Refusal) return errorResponse(error);
    onFault(error);
    return { error: { code: 'internal_error', message: 'something went wrong inside' } };
  }
}

function errorResponse({ code, message, hint }: Refusal): ControlResponse {
  return { error: hint === undefined ? { code, message } : { code, message, hint } };
}

function send(socket: Socket, response: ControlResponse): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.end(`${JSON.stringify(response)}\n`, () => resolve());
  });
}
