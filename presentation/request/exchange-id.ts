import { decodeBase64Url, encodeBase64Url } from '@symbolon/credentials/jose';
import { SID_BYTES } from '../frames/frame.ts';

/** 128 bits. */
const MIN_NONCE_BYTES = 16;

/**
 * The exchange identifier of a request: the first four bytes of its nonce.
 *
 * @param nonce - base64url of at least 16 random bytes.
 * @returns `undefined` for a nonce that is shorter, or not base64url.
 */
export function exchangeIdOf(nonce: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    const bytes = decodeBase64Url(nonce);
    return bytes.length < MIN_NONCE_BYTES ? undefined : bytes.slice(0, SID_BYTES);
  } catch {
    return undefined;
  }
}

/** The exchange identifier as the request's `state`. */
export function stateOf(sid: Uint8Array<ArrayBuffer>): string {
  return encodeBase64Url(sid);
}
