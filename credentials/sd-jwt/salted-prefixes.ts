import { encodeBase64Url, encodeTextBase64Url } from '#crypto';
import type { Random } from '../crypto/contract.ts';

/** 16 bytes of salt, and two of zero so that it fills whole groups of base64. */
const GROUP_BYTES = 18;
const GROUP_CHARACTERS = 24;
const SALT_CHARACTERS = 22;
const PREFIX_CHARACTERS = 32;

/**
 * The first 32 characters of each of `count` disclosures, base64url of `["` and a fresh salt of 128
 * bits (RFC 9901 section 9.3). They are 24 bytes, so what follows is encoded by itself, and all of
 * them together by two calls.
 */
export function createSaltedPrefixes(count: number, random: Random): readonly string[] {
  const bytes = random(GROUP_BYTES * count);
  for (let end = GROUP_BYTES; end <= bytes.length; end += GROUP_BYTES) {
    bytes[end - 1] = 0;
    bytes[end - 2] = 0;
  }
  const salts = encodeBase64Url(bytes);
  let beginnings = '';
  for (let at = 0; at < salts.length; at += GROUP_CHARACTERS) {
    beginnings += `["${salts.slice(at, at + SALT_CHARACTERS)}`;
  }
  const encoded = encodeTextBase64Url(beginnings);
  const prefixes: string[] = [];
  for (let at = 0; at < encoded.length; at += PREFIX_CHARACTERS) {
    prefixes.push(encoded.slice(at, at + PREFIX_CHARACTERS));
  }
  return prefixes;
}
