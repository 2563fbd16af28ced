import { sha256 } from '@symbolon/credentials/crypto';
import { ENCAPSULATED_KEY_BYTES } from './hpke-open.ts';

const utf8 = new TextEncoder();

/**
 * What an answer is bound to: `QVP1`, then SHA-256 of the request's compact JWS. It is the `info` of
 * HPKE, so an answer to another request does not open.
 */
export async function requestBinding(requestCompact: string): Promise<Uint8Array<ArrayBuffer>> {
  return joinBytes(utf8.encode('QVP1'), await sha256(utf8.encode(requestCompact)));
}

/**
 * The code of two digits that both screens show: whether this answer belongs to this request.
 *
 * It catches mix-ups (two phones in view, an old animation) in 99 of 100 cases. It is no defence
 * against a relay: both inputs are public.
 *
 * @param wire - The sealed answer.
 */
export async function exchangeCode(requestCompact: string, wire: Uint8Array): Promise<string> {
  const request = await sha256(utf8.encode(requestCompact));
  const key = Uint8Array.from(wire.subarray(0, ENCAPSULATED_KEY_BYTES));
  const digest = await sha256(joinBytes(utf8.encode('QVP1 code'), request, key));
  return String(new DataView(digest.buffer).getUint32(0) % 100).padStart(2, '0');
}

function joinBytes(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
