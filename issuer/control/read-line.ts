import type { Socket } from 'node:net';
import { IssuerError } from '../error.ts';

/** How much, and until when, is read. */
export type LineLimits = { readonly maxBytes: number; readonly milliseconds: number };

/**
 * Reads one line of UTF-8 from a socket, without its newline.
 *
 * @returns `undefined` when the other side closed without sending anything.
 * @throws {@link IssuerError} `request_invalid` for more than `maxBytes`, an end before the
 *   newline, anything after it, bytes that are not UTF-8, and when the time is up.
 */
export function readLine(
  socket: Socket,
  { maxBytes, milliseconds }: LineLimits,
): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const refuse = (rule: string): void => {
      reject(new IssuerError('request_invalid', `control socket: ${rule}`));
    };
    const timer = setTimeout(() => refuse('no whole line in time'), milliseconds);
    socket.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > maxBytes) return refuse(`a line of more than ${maxBytes} bytes`);
      chunks.push(chunk);
      const at = chunk.indexOf(10);
      if (at === -1) return;
      if (at !== chunk.length - 1) return refuse('more than one line');
      clearTimeout(timer);
      const line = decode(Buffer.concat(chunks).subarray(0, length - 1));
      if (line === undefined) refuse('a line that is not UTF-8');
      else resolve(line);
    });
    socket.on('error', reject);
    socket.on('close', () => {
      clearTimeout(timer);
      if (length === 0) resolve(undefined);
      else refuse('the line has no end');
    });
  });
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
