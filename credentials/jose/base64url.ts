import { decodeBase64UrlLoosely, encodeBase64Url as encode } from '#crypto';
import { CredentialError } from '../error.ts';

/** base64url without padding (RFC 4648 section 5). */
export function encodeBase64Url(bytes: Uint8Array): string {
  return encode(bytes);
}

/**
 * Decodes base64url as RFC 7515 section 2 spells it: no padding, no white space, no other alphabet,
 * and no stray bits in the last character, so that one byte string has one spelling.
 *
 * @throws {@link CredentialError} `malformed`.
 */
export function decodeBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const bytes = decodeBase64UrlLoosely(text);
  if (encode(bytes) !== text) {
    throw new CredentialError('malformed', 'text is not canonical base64url without padding');
  }
  return bytes;
}
