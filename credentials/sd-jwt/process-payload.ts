import type { JsonObject, JsonValue } from '@symbolon/schemas';
import { hashTexts } from '#crypto';
import { CredentialError } from '../error.ts';
import { isJsonObject } from '../jose/parse-json.ts';
import {
  type Disclosure,
  decodeDisclosure,
  isReservedName,
  readElement,
  readProperty,
} from './disclosure.ts';
import { hashAlgorithmOf } from './hash-algorithm.ts';

const MAX_DEPTH = 64;

/** Where a disclosed value stands in the processed payload. */
export type DisclosedPath = readonly (string | number)[];

/** A payload with its disclosures in their places, and nothing of digests left in it. */
export type ProcessedPayload = {
  readonly payload: JsonObject;
  /** One path for each disclosure, in their order. */
  readonly disclosedPaths: readonly DisclosedPath[];
};

/**
 * Puts the disclosures into the places of their digests.
 *
 * @throws {@link CredentialError} `digest_algorithm_not_allowed`, `disclosure_malformed`,
 *   `disclosure_repeated`, `disclosure_unreferenced`, `digest_malformed`, `digest_repeated`,
 *   `claim_name_reserved`, `claim_name_collision`, `malformed`.
 * @see RFC 9901 section 7.1 steps 2.e to 5
 */
export async function processPayload(
  payload: JsonObject,
  disclosures: readonly string[],
): Promise<ProcessedPayload> {
  // Step 3.a: the digest of each disclosure, over its text as transmitted.
  const digests = await hashTexts(hashAlgorithmOf(payload), disclosures);
  const placement = new Placement(disclosures, digests);
  const { _sd_alg: _, ...claims } = payload;
  return { payload: placement.placeInObject(claims, []), disclosedPaths: placement.finish() };
}

type Path = (string | number)[];

/** One walk through a payload; every digest is met once, at its only place. */
class Placement {
  readonly #decoded: readonly Disclosure[];
  readonly #indexes: ReadonlyMap<string, number>;
  readonly #paths: (DisclosedPath | undefined)[];
  readonly #seen = new Set<string>();

  constructor(disclosures: readonly string[], digests: readonly string[]) {
    this.#decoded = disclosures.map(decodeDisclosure);
    this.#indexes = new Map(digests.map((digest, index) => [digest, index]));
    this.#paths = disclosures.map(() => undefined);
    if (this.#indexes.size !== disclosures.length) {
      throw new CredentialError('disclosure_repeated', 'a disclosure was sent more than once');
    }
  }

  /** Step 5: every disclosure must have found its place. */
  finish(): readonly DisclosedPath[] {
    const paths = this.#paths.filter((path) => path !== undefined);
    if (paths.length === this.#paths.length) return paths;
    throw new CredentialError('disclosure_unreferenced', 'a disclosure has no digest to it');
  }

  placeInObject(object: JsonObject, path: Path): JsonObject {
    const placed: Record<string, JsonValue> = {};
    for (const [name, value] of Object.entries(object)) {
      if (name === '_sd') continue;
      if (isReservedName(name)) throw reserved();
      placed[name] = this.#placeInValue(value, [...path, name]);
    }
    for (const digest of digestsOf(object)) this.#placeProperty(placed, digest, path);
    return placed;
  }

  #placeProperty(placed: Record<string, JsonValue>, digest: string, path: Path): void {
    const index = this.#take(digest);
    if (index === undefined) return;
    const { name, value } = readProperty(this.#decoded[index] ?? []);
    if (Object.hasOwn(placed, name)) {
      throw new CredentialError(
        'claim_name_collision',
        'a disclosed claim has the name of another one beside it',
      );
    }
    const claimPath = [...path, name];
    this.#paths[index] = claimPath;
    placed[name] = this.#placeInValue(value, claimPath);
  }

  #placeInArray(array: readonly JsonValue[], path: Path): JsonValue[] {
    const placed: JsonValue[] = [];
    for (const element of array) {
      const elementPath = [...path, placed.length];
      const digest = elementDigestOf(element);
      if (digest === undefined) {
        placed.push(this.#placeInValue(element, elementPath));
        continue;
      }
      const index = this.#take(digest);
      // Step 3.d: an element that was not disclosed is left out.
      if (index === undefined) continue;
      this.#paths[index] = elementPath;
      const value = readElement(this.#decoded[index] ?? []);
      placed.push(this.#placeInValue(value, elementPath));
    }
    return placed;
  }

  #placeInValue(value: JsonValue, path: Path): JsonValue {
    if (typeof value !== 'object' || value === null) return value;
    if (path.length > MAX_DEPTH) {
      throw new CredentialError('malformed', 'SD-JWT payload is nested deeper than allowed');
    }
    return isJsonObject(value) ? this.placeInObject(value, path) : this.#placeInArray(value, path);
  }

  /** Step 4 and step 3.c.i: the disclosure of a digest, `undefined` when it was not sent. */
  #take(digest: string): number | undefined {
    if (this.#seen.has(digest)) {
      throw new CredentialError('digest_repeated', 'a digest occurs more than once');
    }
    this.#seen.add(digest);
    return this.#indexes.get(digest);
  }
}

/** Step 3.b: `_sd` is an array of digests and nothing else. */
function digestsOf(object: JsonObject): readonly string[] {
  if (!('_sd' in object)) return [];
  const digests = object['_sd'];
  if (Array.isArray(digests) && digests.every((digest) => typeof digest === 'string')) {
    return digests;
  }
  throw new CredentialError('digest_malformed', "'_sd' must be an array of strings");
}

/** Step 3.b: `{"...": digest}` in an array; `undefined` for any other element. */
function elementDigestOf(element: JsonValue): string | undefined {
  if (!isJsonObject(element) || !('...' in element)) return undefined;
  const digest = element['...'];
  if (typeof digest === 'string' && Object.keys(element).length === 1) return digest;
  throw new CredentialError('digest_malformed', "'...' must be alone, and refer to a string");
}

function reserved(): CredentialError {
  return new CredentialError('claim_name_reserved', 'a claim has a name that is reserved');
}
