import { CredentialError } from '@symbolon/credentials';
import { decodeCompactJws } from '@symbolon/credentials/jose';
import { PresentationError } from '../error.ts';
import { encodeFrames } from '../frames/encode-frames.ts';
import { FRAME_PREFIX } from '../frames/frame.ts';
import { decodeFrames } from '../frames/frame-assembler.ts';
import { MAX_UNPACKED_BYTES } from '../limits.ts';
import { packMessage, unpackMessage } from '../packing/message.ts';
import type { CreatedRequest } from './create-request-object.ts';

const SCHEME = 'openid4vp://';

/** A request as a URI that carries the whole signed object: for a file, a link or the clipboard. */
export function encodeRequestUri({ clientId, compact }: CreatedRequest): string {
  return `${SCHEME}?${new URLSearchParams({ client_id: clientId, request: compact })}`;
}

/**
 * A request as frames, each the text of one QR symbol; one a line, they are its text form.
 *
 * @throws {@link PresentationError} `message_too_large`; RangeError when it needs over 64 frames.
 */
export function encodeRequestFrames(
  { compact, sid }: Pick<CreatedRequest, 'compact' | 'sid'>,
  { blockBytes }: { readonly blockBytes: number },
): string[] {
  return encodeFrames(packMessage({ type: 'request', value: compact }), { sid, blockBytes });
}

/**
 * Reads a request in any of its forms: frames, `openid4vp://?client_id=…&request=<JWS>`, or the bare
 * JWS. It says nothing about who signed it: see {@link openRequestObject}.
 *
 * @param texts - One text, or the texts of several QR symbols.
 * @returns The compact request object.
 * @throws {@link PresentationError} `request_malformed`; `request_unsupported` for a request by
 *   reference, which cannot be fetched offline; `client_id_mismatch` when the URI names another
 *   client than the signed object; `frame…` and `message_…` for frames.
 */
export function readRequest(texts: readonly string[]): string {
  const [first = ''] = texts;
  const text = first.trim();
  if (text.startsWith(FRAME_PREFIX)) return readFrames(texts);
  if (texts.length > 1) throw malformed('expected one text, or frames');
  if (text.length > 4 * MAX_UNPACKED_BYTES) throw malformed('the request is too long');
  if (text.toLowerCase().startsWith('openid4vp:')) return readUri(text);
  if (text.startsWith('ey')) return text;
  throw malformed(`expected frames, or a URI that begins '${SCHEME}'`);
}

function readFrames(texts: readonly string[]): string {
  const { message } = decodeFrames(texts, undefined);
  const { value } = unpackMessage(message, ['request']);
  if (typeof value !== 'string') throw malformed('the frames do not hold a request object');
  return value;
}

function readUri(text: string): string {
  const start = text.indexOf('?');
  const parameters = new URLSearchParams(start < 0 ? '' : text.slice(start + 1));
  if (parameters.has('request_uri')) {
    throw new PresentationError(
      'request_unsupported',
      'the request is to be fetched from a network',
      {
        hint: 'ask for the request itself, as frames, a file or a URI that carries it',
      },
    );
  }
  const [compact, ...otherRequests] = parameters.getAll('request');
  const [clientId, ...otherClients] = parameters.getAll('client_id');
  if (
    compact === undefined ||
    clientId === undefined ||
    otherRequests.length + otherClients.length > 0
  ) {
    throw malformed("expected 'client_id' and 'request' once each");
  }
  // Everything outside the signed object is ignored but this, which must say the same.
  if (clientIdOf(compact) !== clientId) {
    const message = "'client_id' of the URI is not that of the request object";
    throw new PresentationError('client_id_mismatch', message);
  }
  return compact;
}

function clientIdOf(compact: string): unknown {
  try {
    return decodeCompactJws(compact, MAX_UNPACKED_BYTES).payload['client_id'];
  } catch (cause) {
    if (!(cause instanceof CredentialError)) throw cause;
    throw new PresentationError('request_malformed', "'request' is not a compact JWS", { cause });
  }
}

function malformed(found: string): PresentationError {
  return new PresentationError('request_malformed', found);
}
