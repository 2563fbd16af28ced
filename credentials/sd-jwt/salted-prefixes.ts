import { encodeBase64Url, encodeTextBase64Url } from '#crypto';
import type { Random } from '../crypto/contract.ts';

const SALT_BYTES = 16;
/** Two bytes of zero after each salt, so that it fills whole groups of base64. */
const PADDED_BYTES = 18;
const PADDED_CHARACTERS = 24;
const SALT_CHARACTERS = 22;
const PREFIX_CHARACTERS = 32;

/**
 * The first 32 characters of each of `count` disclosures, base64url of `["` and a fresh salt of 128
 * bits (RFC 9901 section 9.3). They are 24 bytes, so what follows is encoded by itself, and all of
 * them together by two calls.
 */
export function createSaltedPrefixes(count: number, random: Random): readonly string[] {
  const bytes = random(SALT_BYTES * count);
  const padded = new Uint8Array(PADDED_BYTES * count);
  for (let index = 0; index < count; index += 1) {
    const salt = bytes.subarray(SALT_BYTES * index, SALT_BYTES * (index + 1));
    padded.set(salt, PADDED_BYTES * index);
  }
  const salts = encodeBase64Url(padded);
  let beginnings = '';
  for (let index = 0; index < count; index += 1) {
    const start = PADDED_CHARACTERS * index;
    beginnings += `["${salts.slice(start, start + SALT_CHARACTERS)}`;
  }
  const encoded = encodeTextBase64Url(beginnings);
  return Array.from({ length: count }, (_, index) =>
    encoded.slice(PREFIX_CHARACTERS * index, PREFIX_CHARACTERS * (index + 1)),
  );
}
