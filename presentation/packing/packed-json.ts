import { decodeBase64Url, encodeBase64Url } from '@symbolon/credentials/jose';
import type { JsonValue } from '@symbolon/schemas';
import { PresentationError } from '../error.ts';
import { MAX_UNPACKED_BYTES } from '../limits.ts';
import { type CborValue, TAG_BASE64, TAG_BASE64URL, Tagged } from './cbor.ts';

/*
 * JSON, with base64 taken off wherever it stands:
 *
 *   21(bytes)                            base64url text
 *   21([text, bytes])                    text, then base64url: `x509_hash:…`
 *   22(bytes)                            base64 text, with padding
 *   22([text, bytes])                    a `data:` URL
 *   21([header, payload, bytes])         a compact JWS; header and payload as JSON or as bytes
 *   21([[jws], disclosure…, [jws]|null]) an SD-JWT, with or without its key binding JWT
 *
 * Signatures are always checked on the text that comes out, so that text must be the one that went
 * in, byte for byte: what would not come back alike is left as it stands.
 */

const BASE64URL = /^[\w-]+$/;
/** Salts, digests, signatures and long values: a text of another length is seldom base64url. */
const BASE64URL_LENGTHS: ReadonlySet<number> = new Set([22, 43, 86]);
const LONG_BASE64URL = 120;
const LONG_BASE64 = 200;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const DATA_URL = /^data:[a-z0-9/+.-]{1,64};base64,/;
const PREFIXED_DIGEST = /^([a-z0-9_]{1,32}:)([\w-]{43})$/;
const COMPACT_JWS = /^ey[\w-]+\.ey[\w-]+\.[\w-]+$/;

/** Text that CBOR text, being UTF-8, does not give back alike: a lone surrogate, a byte order mark. */
const NOT_CARRIED = /^\ufeff|\p{Cs}/u;
const MAX_INTEGER = 0xffff_ffff;

/**
 * Packs a JSON value; {@link unpackJson} gives back exactly the same.
 *
 * @throws RangeError for what a message does not carry: a number that is not an integer of up to 32
 *   bits, a lone surrogate, a name `__proto__`. Inside a token this never throws: there the bytes
 *   are carried as they are.
 */
export function packJson(value: JsonValue): CborValue {
  if (typeof value === 'string') return packText(value);
  if (typeof value === 'number') return carriedNumber(value);
  if (isArray(value)) return value.map(packJson);
  if (typeof value !== 'object' || value === null) return value;
  return new Map(
    Object.entries(value).map(([name, member]) => [carriedName(name), packJson(member)]),
  );
}

/** The same value with nothing taken off, for what is too deep or too odd to be packed. */
export function packPlainly(value: JsonValue): CborValue {
  if (typeof value === 'number') return carriedNumber(value);
  if (isArray(value)) return value.map(packPlainly);
  if (typeof value !== 'object' || value === null) return value;
  return new Map(
    Object.entries(value).map(([name, member]) => [carriedName(name), packPlainly(member)]),
  );
}

function carriedNumber(value: number): number {
  const carried =
    Number.isInteger(value) &&
    !Object.is(value, -0) &&
    value <= MAX_INTEGER &&
    value >= -1 - MAX_INTEGER;
  if (!carried) throw new RangeError('a message carries integers of up to 32 bits only');
  return value;
}

function carriedName(name: string): string {
  if (name === '__proto__' || NOT_CARRIED.test(name)) {
    throw new RangeError('a message does not carry this name');
  }
  return name;
}

function isArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function packText(text: string): CborValue {
  if (NOT_CARRIED.test(text)) throw new RangeError('a message does not carry this text');
  const packed = tryPackText(text);
  return packed !== undefined && comesBack(packed, text) ? packed : text;
}

function comesBack(packed: CborValue, text: string): boolean {
  try {
    return unpackJson(packed) === text;
  } catch {
    return false;
  }
}

/** The packed form that the shape of a text suggests; it may turn out not to come back alike. */
function tryPackText(text: string): CborValue | undefined {
  try {
    if (COMPACT_JWS.test(text)) return new Tagged(TAG_BASE64URL, packJws(text));
    if (text.includes('~')) return packSdJwt(text);
    const dataUrl = DATA_URL.exec(text)?.[0];
    if (dataUrl !== undefined) {
      return new Tagged(TAG_BASE64, [dataUrl, decodeBase64(text.slice(dataUrl.length))]);
    }
    const [, prefix, digest] = PREFIXED_DIGEST.exec(text) ?? [];
    if (prefix !== undefined && digest !== undefined) {
      return new Tagged(TAG_BASE64URL, [prefix, decodeBase64Url(digest)]);
    }
    if (
      BASE64URL.test(text) &&
      (BASE64URL_LENGTHS.has(text.length) || text.length >= LONG_BASE64URL)
    ) {
      return new Tagged(TAG_BASE64URL, decodeBase64Url(text));
    }
    if (text.length >= LONG_BASE64 && BASE64.test(text)) {
      return new Tagged(TAG_BASE64, decodeBase64(text));
    }
  } catch {
    // Not what it looked like: it stays text.
  }
  return undefined;
}

function packSdJwt(text: string): CborValue | undefined {
  const [jws = '', ...rest] = text.split('~');
  const keyBinding = rest.pop() ?? '';
  if (!COMPACT_JWS.test(jws) || (keyBinding !== '' && !COMPACT_JWS.test(keyBinding)))
    return undefined;
  const binding = keyBinding === '' ? null : packJws(keyBinding);
  return new Tagged(TAG_BASE64URL, [packJws(jws), ...rest.map(packPart), binding]);
}

function packJws(compact: string): CborValue {
  const [header = '', payload = '', signature = ''] = compact.split('.');
  return [packPart(header), packPart(payload), decodeBase64Url(signature)];
}

/** A base64url part: as JSON when writing that JSON again gives the same bytes, else as bytes. */
function packPart(encoded: string): CborValue {
  const bytes = decodeBase64Url(encoded);
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const parsed = JSON.parse(text);
    if (isContainer(parsed) && JSON.stringify(parsed) === text) {
      const packed = packJson(parsed);
      if (JSON.stringify(unpackJson(packed)) === text) return packed;
    }
  } catch {
    // Not JSON, or not JSON that can be packed: bytes.
  }
  return bytes;
}

/** `JSON.parse` gave it, so all inside is JSON too. */
function isContainer(value: unknown): value is JsonValue {
  return typeof value === 'object' && value !== null;
}

/**
 * Unpacks what {@link packJson} made.
 *
 * @param value - From {@link decodeCbor}; anything at all.
 * @throws {@link PresentationError} `message_malformed` for a shape that packing does not make;
 *   `message_too_large` when a text in it grows beyond 64 KB.
 */
export function unpackJson(value: unknown): JsonValue {
  if (value instanceof Tagged) return limited(unpackTagged(value));
  if (Array.isArray(value)) return value.map((member: unknown) => unpackJson(member));
  if (value instanceof Map) return unpackMembers(value);
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw malformed('a value that is not JSON');
}

function unpackMembers(map: ReadonlyMap<unknown, unknown>): JsonValue {
  const members: [string, JsonValue][] = [];
  for (const [name, member] of map) {
    if (typeof name !== 'string' || name === '__proto__') throw malformed('a name that is refused');
    members.push([name, unpackJson(member)]);
  }
  return Object.fromEntries(members);
}

function unpackTagged({ tag, value }: Tagged): string {
  const encodeText = tag === TAG_BASE64 ? encodeBase64 : encodeBase64Url;
  if (value instanceof Uint8Array) return encodeText(Uint8Array.from(value));
  if (!Array.isArray(value)) throw malformed('a tag around something that has none');
  const parts: readonly unknown[] = value;
  const [first, second] = parts;
  if (parts.length === 2 && typeof first === 'string' && second instanceof Uint8Array) {
    return first + encodeText(Uint8Array.from(second));
  }
  if (tag !== TAG_BASE64URL) throw malformed('a tag around something that has none');
  return Array.isArray(first) && parts.length >= 2 ? unpackSdJwt(first, parts) : unpackJws(parts);
}

function unpackSdJwt(jws: readonly unknown[], parts: readonly unknown[]): string {
  const binding = parts.at(-1);
  const disclosures = parts.slice(1, -1).map(unpackPart);
  const keyBinding = binding === null ? '' : unpackJws(binding);
  return [unpackJws(jws), ...disclosures, keyBinding].join('~');
}

function unpackJws(value: unknown): string {
  if (!Array.isArray(value) || value.length !== 3) throw malformed('a JWS without its three parts');
  const [header, payload, signature]: readonly unknown[] = value;
  if (!(signature instanceof Uint8Array)) throw malformed('a JWS without its signature');
  return `${unpackPart(header)}.${unpackPart(payload)}.${encodeBase64Url(Uint8Array.from(signature))}`;
}

function unpackPart(value: unknown): string {
  if (value instanceof Uint8Array) return encodeBase64Url(Uint8Array.from(value));
  // A part is limited before it is coded again: nested tokens would grow by a third at each level.
  const text = limited(JSON.stringify(unpackJson(value)));
  return encodeBase64Url(new TextEncoder().encode(text));
}

function limited(text: string): string {
  if (text.length > MAX_UNPACKED_BYTES) {
    throw new PresentationError('message_too_large', 'a text of the message grows beyond 64 KB');
  }
  return text;
}

function malformed(found: string): PresentationError {
  return new PresentationError('message_malformed', `the message holds ${found}`);
}

function encodeBase64(bytes: Uint8Array<ArrayBuffer>): string {
  const text = encodeBase64Url(bytes).replaceAll('-', '+').replaceAll('_', '/');
  return text.padEnd(Math.ceil(text.length / 4) * 4, '=');
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  return decodeBase64Url(text.replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_'));
}
