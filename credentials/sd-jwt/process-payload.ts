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
  const walk = startWalk(disclosures, digests);
  const processed = placeInObject(payload, walk);
  return { payload: processed, disclosedPaths: finish(walk) };
}

/** One walk through a payload, in which every digest is met once, at its only place. */
type Walk = {
  readonly decoded: readonly Disclosure[];
  /** By digest: the number of its disclosure, or {@link MET} once the walk has met it. */
  readonly digests: Map<string, number>;
  /** Where the walk is. */
  readonly path: (string | number)[];
  /** Where each disclosure was placed. */
  readonly places: (DisclosedPath | undefined)[];
};

const MET = -1;

function startWalk(disclosures: readonly string[], hashed: readonly string[]): Walk {
  const digests = new Map<string, number>();
  for (const [index, digest] of hashed.entries()) digests.set(digest, index);
  if (digests.size !== disclosures.length) {
    throw new CredentialError('disclosure_repeated', 'a disclosure was sent more than once');
  }
  return {
    decoded: disclosures.map(decodeDisclosure),
    digests,
    path: [],
    places: disclosures.map(() => undefined),
  };
}

/** Step 5: every disclosure must have found its place. */
function finish({ places }: Walk): readonly DisclosedPath[] {
  return places.map((place) => {
    if (place !== undefined) return place;
    throw new CredentialError('disclosure_unreferenced', 'a disclosure has no digest to it');
  });
}

function placeInValue(value: JsonValue, step: string | number, walk: Walk): JsonValue {
  if (typeof value !== 'object' || value === null) return value;
  if (walk.path.length > MAX_DEPTH) {
    throw new CredentialError('malformed', 'SD-JWT payload is nested deeper than allowed');
  }
  walk.path.push(step);
  const placed = isJsonObject(value) ? placeInObject(value, walk) : placeInArray(value, walk);
  walk.path.pop();
  return placed;
}

function placeInObject(object: JsonObject, walk: Walk): JsonObject {
  const placed: Record<string, JsonValue> = {};
  const isTop = walk.path.length === 0;
  for (const name of Object.keys(object)) {
    // Steps 3.e and 3.f.
    if (name === '_sd' || (isTop && name === '_sd_alg')) continue;
    if (isReservedName(name)) {
      throw new CredentialError('claim_name_reserved', 'a claim has a name that is reserved');
    }
    placed[name] = placeInValue(object[name] ?? null, name, walk);
  }
  for (const digest of digestsOf(object)) placeProperty(placed, digest, walk);
  return placed;
}

/** Step 3.c.ii. */
function placeProperty(placed: Record<string, JsonValue>, digest: string, walk: Walk): void {
  const index = take(digest, walk);
  if (index === undefined) return;
  const { name, value } = readProperty(walk.decoded[index] ?? []);
  if (Object.hasOwn(placed, name)) {
    throw new CredentialError(
      'claim_name_collision',
      'a disclosed claim has the name of another one beside it',
    );
  }
  walk.places[index] = [...walk.path, name];
  placed[name] = placeInValue(value, name, walk);
}

function placeInArray(array: readonly JsonValue[], walk: Walk): JsonValue[] {
  const placed: JsonValue[] = [];
  for (const element of array) {
    const digest = elementDigestOf(element);
    if (digest === undefined) {
      placed.push(placeInValue(element, placed.length, walk));
      continue;
    }
    // Step 3.c.iii; step 3.d: an element that was not disclosed is left out.
    const index = take(digest, walk);
    if (index === undefined) continue;
    walk.places[index] = [...walk.path, placed.length];
    placed.push(placeInValue(readElement(walk.decoded[index] ?? []), placed.length, walk));
  }
  return placed;
}

/** Step 4 and step 3.c.i: the disclosure of a digest, `undefined` when it was not sent. */
function take(digest: string, { digests }: Walk): number | undefined {
  const index = digests.get(digest);
  if (index === MET) {
    throw new CredentialError('digest_repeated', 'a digest occurs more than once');
  }
  digests.set(digest, MET);
  return index;
}

/** Step 3.b: `_sd` is an array of digests and nothing else. */
function digestsOf(object: JsonObject): readonly string[] {
  const digests = object['_sd'];
  if (digests === undefined) return [];
  if (Array.isArray(digests) && digests.every((digest) => typeof digest === 'string')) {
    return digests;
  }
  throw new CredentialError('digest_malformed', "'_sd' must be an array of strings");
}

/** Step 3.b: `{"...": digest}` in an array; `undefined` for any other element. */
function elementDigestOf(element: JsonValue): string | undefined {
  if (!isJsonObject(element)) return undefined;
  const digest = element['...'];
  if (digest === undefined) return undefined;
  if (typeof digest === 'string' && Object.keys(element).length === 1) return digest;
  throw new CredentialError('digest_malformed', "'...' must be alone, and refer to a string");
}
