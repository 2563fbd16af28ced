import {
  type JoseHeader,
  type JsonObject,
  type JsonValue,
  ParseError,
  parseJoseHeader,
} from '@symbolon/schemas';
import { decodeTextBase64Url, encodeTextBase64Url } from '#crypto';
import { BoundedCache } from '../crypto/bounded-cache.ts';
import { CredentialError } from '../error.ts';
import { decodeBase64Url } from './base64url.ts';
import { isJsonObject, parseJson } from './parse-json.ts';

const MAX_DEPTH = 32;

/** A JWS header that asks for nothing that we do not know. */
type CheckedHeader = {
  /** The protected header as it came; `alg` and `typ` are taken out of it. */
  readonly header: JsonObject;
  readonly alg: string;
  readonly typ: string | undefined;
  /** A key that the header offers; it is never believed. */
  readonly embeddedKey: JoseHeader['jwk'];
};

/** A compact JWS of which only the header was read. */
export type UnreadJws = CheckedHeader & {
  readonly encodedPayload: string;
  /** What is signed: the first two parts and the dot between them. */
  readonly signingInput: string;
  readonly signature: Uint8Array<ArrayBuffer>;
};

/** A compact JWS, taken apart and of the right shape; nobody has looked at its signature. */
export type UnverifiedJws = Omit<UnreadJws, 'encodedPayload'> & { readonly payload: JsonObject };

/** Limits of {@link splitCompactJws}, in characters. */
export type JwsLimits = {
  readonly maxLength: number;
  /** Of the header, and of the signature. */
  readonly maxOuterLength: number;
};

/**
 * Takes a compact JWS apart (RFC 7515 section 7.1) whose payload is a JSON object.
 *
 * @throws {@link CredentialError} `malformed`; `algorithm_not_allowed` for `none` in any spelling;
 *   `extension_not_supported` for `crit` and for an unencoded payload (RFC 7797).
 */
export function decodeCompactJws(compact: string, maxBytes: number): UnverifiedJws {
  const limits = { maxLength: maxBytes, maxOuterLength: maxBytes };
  const { encodedPayload, ...jws } = splitCompactJws(compact, limits);
  return { ...jws, payload: decodeObject(encodedPayload, maxBytes) };
}

/**
 * Takes a compact JWS apart and reads its header, but not its payload.
 *
 * @throws {@link CredentialError} as {@link decodeCompactJws}.
 */
export function splitCompactJws(
  compact: string,
  { maxLength, maxOuterLength }: JwsLimits,
): UnreadJws {
  if (compact.length > maxLength) throw malformed('is longer than allowed');
  const firstDot = compact.indexOf('.');
  const secondDot = compact.indexOf('.', firstDot + 1);
  if (firstDot < 1 || secondDot === -1 || compact.includes('.', secondDot + 1)) {
    throw malformed('does not have three parts');
  }
  if (firstDot > maxOuterLength || compact.length - secondDot - 1 > maxOuterLength) {
    throw malformed('has a header or signature that is longer than allowed');
  }
  return {
    ...decodeHeader(compact.slice(0, firstDot), maxOuterLength),
    encodedPayload: compact.slice(firstDot + 1, secondDot),
    signingInput: compact.slice(0, secondDot),
    signature: decodeBase64Url(compact.slice(secondDot + 1)),
  };
}

/**
 * Decodes base64url of JSON.
 *
 * @throws {@link CredentialError} `malformed`.
 */
export function decodeJson(encoded: string, maxBytes: number): JsonValue {
  const text = decodeTextBase64Url(encoded);
  if (text === undefined) throw malformed('is not canonical base64url of UTF-8');
  return parseJson(text, { maxDepth: MAX_DEPTH, maxBytes });
}

/** All credentials of one key have one header, and all key bindings another. */
const knownHeaders = new BoundedCache<CheckedHeader>(64);
const MAX_KNOWN_CHARACTERS = 8_192;

function decodeHeader(encoded: string, maxBytes: number): CheckedHeader {
  const known = knownHeaders.get(encoded);
  if (known !== undefined) return known;
  const header = decodeObject(encoded, maxBytes);
  const { alg, typ, jwk } = checkHeader(header);
  const checked = { header, alg, typ, embeddedKey: jwk };
  // A key in it is somebody's own, and will hardly come again.
  if (encoded.length <= MAX_KNOWN_CHARACTERS && jwk === undefined) {
    // Not the slice itself, which would keep the whole JWS alive.
    knownHeaders.set(encodeTextBase64Url(JSON.stringify(header)), checked);
  }
  return checked;
}

/**
 * Decodes base64url of a JSON object.
 *
 * @throws {@link CredentialError} `malformed`.
 */
export function decodeObject(encoded: string, maxBytes: number): JsonObject {
  const value = decodeJson(encoded, maxBytes);
  if (isJsonObject(value)) return value;
  throw malformed('has a header or payload that is not an object');
}

function checkHeader(header: JsonObject): JoseHeader {
  const parsed = parseHeader(header);
  if (parsed.alg === '' || parsed.alg.toLowerCase() === 'none') {
    throw new CredentialError('algorithm_not_allowed', 'a JWS must be signed');
  }
  if ('crit' in header || ('b64' in header && header['b64'] !== true)) {
    throw new CredentialError(
      'extension_not_supported',
      "'crit' and 'b64' of the JWS header name extensions, and none is understood",
    );
  }
  return parsed;
}

function parseHeader(header: JsonObject): JoseHeader {
  try {
    return parseJoseHeader(header);
  } catch (cause) {
    if (!(cause instanceof ParseError)) throw cause;
    throw new CredentialError('malformed', cause.message, { cause });
  }
}

function malformed(finding: string): CredentialError {
  return new CredentialError('malformed', `JWS ${finding}`);
}
