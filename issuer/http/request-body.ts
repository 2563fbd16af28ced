import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { RequestError } from './request-error.ts';

/**
 * How much of an over-long body is read and thrown away before the refusal is sent: a connection
 * that is closed while the other side still writes loses the answer.
 */
const MAX_DISCARDED_BYTES = 33_554_432;

/**
 * Reads the body of a request as UTF-8 text.
 *
 * Time is limited by the server (`requestTimeout`), size here. Compressed bodies are refused: no
 * message of this protocol needs one, and they are how a small request becomes a large one.
 *
 * @throws {@link RequestError} `body_too_large`, `unsupported_encoding`, or `bad_request` when the
 *   body is not UTF-8 or ends before it should.
 */
export async function readBodyText(request: IncomingMessage, maxBytes: number): Promise<string> {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw new RequestError('unsupported_encoding', 'a request body must not be compressed');
  }
  const body = await readBytes(request, maxBytes);
  if (!isUtf8(body)) throw new RequestError('bad_request', 'the body is not UTF-8');
  return body.toString('utf8');
}

function readBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    const tooLarge = (): void => {
      reject(new RequestError('body_too_large', `a body must not exceed ${maxBytes} bytes`));
    };
    request.on('data', (chunk: Buffer) => {
      sizeBytes += chunk.length;
      if (sizeBytes <= maxBytes) chunks.push(chunk);
      else {
        chunks.length = 0;
        if (sizeBytes > MAX_DISCARDED_BYTES) tooLarge();
      }
    });
    request.on('end', () => {
      if (sizeBytes > maxBytes) tooLarge();
      else
        resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks));
    });
    request.on('error', () => {
      reject(new RequestError('bad_request', 'the request ended before its body did'));
    });
  });
}

/**
 * Whether the media type of a request is this one; parameters such as `charset` do not matter.
 *
 * @param mediaType - In lower case.
 */
export function hasMediaType(request: IncomingMessage, mediaType: string): boolean {
  const header = request.headers['content-type'];
  if (header === undefined) return false;
  const end = header.indexOf(';');
  return (end === -1 ? header : header.slice(0, end)).trim().toLowerCase() === mediaType;
}
