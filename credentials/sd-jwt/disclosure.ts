import type { JsonValue } from '@symbolon/schemas';
import { CredentialError } from '../error.ts';
import { decodeJson } from '../jose/compact-jws.ts';
import { MAX_SD_JWT_CHARACTERS } from './split-sd-jwt.ts';

/** Names that a claim cannot have: they carry digests, or name their algorithm (RFC 9901 section 4). */
const RESERVED_NAMES: ReadonlySet<string> = new Set(['_sd', '...', '_sd_alg', '__proto__']);

/** Whether a claim may not be called so. */
export function isReservedName(name: string): boolean {
  return RESERVED_NAMES.has(name);
}

/** A disclosure, decoded: two or three members, of which the first is the salt. */
export type Disclosure = readonly JsonValue[];

/** An object property that is disclosed. */
export type PropertyDisclosure = { readonly name: string; readonly value: JsonValue };

/**
 * Decodes a disclosure to its array; its length is judged where its digest stands.
 *
 * @throws {@link CredentialError} `disclosure_malformed`.
 */
export function decodeDisclosure(encoded: string): Disclosure {
  const value = decode(encoded);
  if (Array.isArray(value) && typeof value[0] === 'string') return value;
  throw malformed('a disclosure must be a JSON array that begins with its salt');
}

/**
 * Reads the disclosure of an object property.
 *
 * @throws {@link CredentialError} `disclosure_malformed`, `claim_name_reserved`.
 * @see RFC 9901 section 7.1 step 3.c.ii
 */
export function readProperty(disclosure: Disclosure): PropertyDisclosure {
  const [, name, value] = disclosure;
  if (disclosure.length !== 3 || typeof name !== 'string' || value === undefined) {
    throw malformed('the disclosure of a claim must be salt, name and value');
  }
  if (isReservedName(name)) {
    throw new CredentialError('claim_name_reserved', 'a disclosure has a reserved claim name');
  }
  return { name, value };
}

/**
 * Reads the disclosure of an array element.
 *
 * @throws {@link CredentialError} `disclosure_malformed`.
 * @see RFC 9901 section 7.1 step 3.c.iii
 */
export function readElement(disclosure: Disclosure): JsonValue {
  const [, value] = disclosure;
  if (disclosure.length === 2 && value !== undefined) return value;
  throw malformed('the disclosure of an array element must be salt and value');
}

function decode(encoded: string): JsonValue {
  try {
    return decodeJson(encoded, MAX_SD_JWT_CHARACTERS);
  } catch (cause) {
    if (!(cause instanceof CredentialError)) throw cause;
    throw new CredentialError('disclosure_malformed', `disclosure: ${cause.message}`, { cause });
  }
}

function malformed(message: string): CredentialError {
  return new CredentialError('disclosure_malformed', message);
}
