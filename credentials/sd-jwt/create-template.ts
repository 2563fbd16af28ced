import type { JsonObject, JsonValue } from '@symbolon/schemas';
import { encodeTextBase64Url } from '#crypto';
import { isJsonObject } from '../jose/parse-json.ts';
import { isReservedName } from './disclosure.ts';
import { checkAllFound, createPathTree, type PathTree, stepInto } from './path-tree.ts';
import type { DigestTemplate, Piece, SdJwtContents, SdJwtTemplate, Slot } from './template.ts';

/** As JSON.stringify writes them: inside a text, the quotes would be escaped. */
const RESERVED_MEMBER = /"(?:_sd|\.\.\.|_sd_alg|__proto__)":/;

/**
 * Lays out an SD-JWT once, so that each copy of it costs little more than its digests and its
 * signature.
 *
 * @throws RangeError for a reserved claim name, and for a path at which there is nothing.
 * @see RFC 9901 section 4.2
 */
export function createTemplate(contents: SdJwtContents): SdJwtTemplate {
  const places = createPathTree(contents);
  const digests: DigestTemplate[] = [];
  const layout = new Layout();
  layOutMembers(contents.claims, places, layout, digests);
  checkAllFound(places);
  layout.add(digests.length === 0 ? '}' : ',"_sd_alg":"sha-256"}');
  const payload = layout.finish();
  const rounds = roundsOf(digests, layout.rounds);
  return { header: contents.header, encodedHeaders: new Map(), payload, digests, rounds };
}

/** JSON on its way: constant text runs together until something else comes. */
class Layout {
  /** Rounds of hashing that come before the JSON is complete. */
  rounds = 0;
  readonly #pieces: Piece[] = [];
  #text = '';

  add(text: string): void {
    this.#text += text;
  }

  addSlot(slot: Slot): void {
    this.#pieces.push(this.#text, slot);
    this.#text = '';
  }

  comesAfter({ round }: DigestTemplate): void {
    this.rounds = Math.max(this.rounds, round + 1);
  }

  finish(): readonly Piece[] {
    return [...this.#pieces, this.#text];
  }
}

function layOut(
  value: JsonValue,
  place: PathTree | undefined,
  layout: Layout,
  digests: DigestTemplate[],
): void {
  if (place !== undefined) place.found = true;
  if (typeof value !== 'object' || value === null) {
    if (place !== undefined && (place.decoys > 0 || place.variables.length > 0)) {
      throw new RangeError('decoys and variables stand in objects and arrays');
    }
    layout.add(JSON.stringify(value));
  } else if (place === undefined || isConstant(place)) {
    layout.add(constantJson(value));
  } else if (isJsonObject(value)) {
    layOutMembers(value, place, layout, digests);
    layout.add('}');
  } else {
    layOutElements(value, place, layout, digests);
  }
}

/** An object up to its closing bracket. */
function layOutMembers(
  object: JsonObject,
  place: PathTree,
  layout: Layout,
  digests: DigestTemplate[],
): void {
  const numbers: number[] = [];
  const addDigest = (digest: DigestTemplate): void => {
    layout.comesAfter(digest);
    numbers.push(digests.push(digest) - 1);
  };
  let before = '{';
  for (const name of Object.keys(object)) {
    if (isReservedName(name)) throw new RangeError('a claim has a name that is reserved');
    const value = object[name] ?? null;
    const next = stepInto(place, name);
    if (next?.disclosable === true) {
      addDigest(layOutDisclosure(name, value, next, digests));
      continue;
    }
    layout.add(`${before}${JSON.stringify(name)}:`);
    layOut(value, next, layout, digests);
    before = ',';
  }
  for (let count = 0; count < place.decoys; count += 1) addDigest(DECOY);
  for (const { name, number } of place.variables) {
    if (Object.hasOwn(object, name)) throw new RangeError('a variable has the name of a claim');
    layout.add(`${before}${JSON.stringify(name)}:`);
    layout.addSlot({ kind: 'variable', number });
    before = ',';
  }
  // RFC 9901 section 4.2.4.1
  if (numbers.length > 0) {
    layout.add(`${before}"_sd":`);
    layout.addSlot({ kind: 'digests', numbers });
  } else if (before === '{') {
    layout.add('{');
  }
}

/** RFC 9901 section 4.2.4.2: the digest of an element stands in its place; decoys come last. */
function layOutElements(
  array: readonly JsonValue[],
  place: PathTree,
  layout: Layout,
  digests: DigestTemplate[],
): void {
  let before = '[';
  const addDigest = (digest: DigestTemplate): void => {
    layout.comesAfter(digest);
    layout.add(`${before}{"...":"`);
    layout.addSlot({ kind: 'digest', number: digests.push(digest) - 1 });
    layout.add('"}');
    before = ',';
  };
  for (const [index, value] of array.entries()) {
    const next = stepInto(place, index);
    if (next?.disclosable === true) {
      addDigest(layOutDisclosure(undefined, value, next, digests));
      continue;
    }
    layout.add(before);
    layOut(value, next, layout, digests);
    before = ',';
  }
  for (let count = 0; count < place.decoys; count += 1) addDigest(DECOY);
  layout.add(before === '[' ? '[]' : ']');
}

/** @param name - Of a property; nothing for an array element. */
function layOutDisclosure(
  name: string | undefined,
  value: JsonValue,
  place: PathTree,
  digests: DigestTemplate[],
): DigestTemplate {
  place.found = true;
  // The quote closes the salt.
  if (isConstant(place)) {
    const members = JSON.stringify(name === undefined ? [value] : [name, value]);
    if (typeof value === 'object') checkNames(members);
    return { round: 0, tail: encodeTextBase64Url(`",${members.slice(1)}`) };
  }
  const layout = new Layout();
  layout.add(name === undefined ? '",' : `",${JSON.stringify(name)},`);
  layOut(value, place, layout, digests);
  layout.add(']');
  return { round: layout.rounds, tail: layout.finish() };
}

/** RFC 9901 section 4.2.5. */
const DECOY: DigestTemplate = { round: 0, tail: undefined };

function roundsOf(
  digests: readonly DigestTemplate[],
  count: number,
): readonly (readonly number[])[] {
  const rounds: number[][] = Array.from({ length: count }, () => []);
  for (const [number, { round }] of digests.entries()) rounds[round]?.push(number);
  return rounds;
}

/** Nothing happens below this place. */
function isConstant({ steps, decoys, variables }: PathTree): boolean {
  return steps === undefined && decoys === 0 && variables.length === 0;
}

function constantJson(value: JsonValue): string {
  const json = JSON.stringify(value);
  checkNames(json);
  return json;
}

function checkNames(json: string): void {
  if (RESERVED_MEMBER.test(json)) throw new RangeError('a claim has a name that is reserved');
}
