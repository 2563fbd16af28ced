import type { JsonObject, JsonValue } from '@symbolon/schemas';
import { encodeTextBase64Url } from '#crypto';
import { isJsonObject } from '../jose/parse-json.ts';
import { isReservedName } from './disclosure.ts';
import { checkAllFound, createPathTree, type PathTree, stepInto } from './path-tree.ts';
import type { DigestTemplate, Piece, SdJwtContents, SdJwtTemplate } from './template.ts';

/** As JSON.stringify writes them: in a text, the quotes would be escaped. */
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
  const { pieces, level } = layOutObject(contents.claims, places, digests);
  checkAllFound(places);
  const algorithm = digests.length === 0 ? [] : [',"_sd_alg":"sha-256"'];
  const payload = join([...pieces.slice(0, -1), ...algorithm, '}']);
  return { header: contents.header, payload, digests, levels: level };
}

/** JSON of a value, and how many rounds of hashing come before it is complete. */
type Layout = { readonly pieces: readonly Piece[]; readonly level: number };

function layOut(value: JsonValue, place: PathTree | undefined, digests: DigestTemplate[]): Layout {
  if (place === undefined) return { pieces: [constantJson(value)], level: 0 };
  place.found = true;
  if (isJsonObject(value)) return layOutObject(value, place, digests);
  if (typeof value === 'object' && value !== null) return layOutArray(value, place, digests);
  if (place.decoys > 0 || place.variables.length > 0) {
    throw new RangeError('decoys and variables stand in objects and arrays');
  }
  return { pieces: [constantJson(value)], level: 0 };
}

/** RFC 9901 section 4.2.4.1: digests of properties, whatever their order was, in `_sd`. */
function layOutObject(object: JsonObject, place: PathTree, digests: DigestTemplate[]): Layout {
  const numbers: number[] = [];
  const members: (readonly Piece[])[] = [];
  let level = 0;
  for (const [name, value] of Object.entries(object)) {
    if (isReservedName(name)) throw new RangeError('a claim has a name that is reserved');
    const next = stepInto(place, name);
    const inner = layOut(value, next, digests);
    if (next?.disclosable === true) {
      numbers.push(addDisclosure(`${JSON.stringify(name)},`, inner, digests));
      level = Math.max(level, inner.level + 1);
    } else {
      members.push([`${JSON.stringify(name)}:`, ...inner.pieces]);
      level = Math.max(level, inner.level);
    }
  }
  for (let count = 0; count < place.decoys; count += 1) numbers.push(addDecoy(digests));
  if (numbers.length > 0) members.unshift(['"_sd":', { kind: 'digests', numbers }]);
  for (const { name, number } of place.variables) {
    if (Object.hasOwn(object, name)) throw new RangeError('a variable has the name of a claim');
    members.push([`${JSON.stringify(name)}:`, { kind: 'variable', number }]);
  }
  const pieces = ['{', ...separate(members), '}'];
  return { pieces, level: place.decoys > 0 ? Math.max(level, 1) : level };
}

/** RFC 9901 section 4.2.4.2: the digest of an element stands in its place, decoys at the end. */
function layOutArray(
  array: readonly JsonValue[],
  place: PathTree,
  digests: DigestTemplate[],
): Layout {
  let level = 0;
  const elements = array.map((value, index): readonly Piece[] => {
    const next = stepInto(place, index);
    const inner = layOut(value, next, digests);
    if (next?.disclosable !== true) {
      level = Math.max(level, inner.level);
      return inner.pieces;
    }
    level = Math.max(level, inner.level + 1);
    return elementOf(addDisclosure('', inner, digests));
  });
  for (let count = 0; count < place.decoys; count += 1) elements.push(elementOf(addDecoy(digests)));
  const pieces = ['[', ...separate(elements), ']'];
  return { pieces, level: place.decoys > 0 ? Math.max(level, 1) : level };
}

function addDisclosure(name: string, inner: Layout, digests: DigestTemplate[]): number {
  // The quote closes the salt.
  const pieces = join([`",${name}`, ...inner.pieces, ']']);
  const [first, ...rest] = pieces;
  const tail = rest.length === 0 && typeof first === 'string' ? encodeTextBase64Url(first) : pieces;
  return digests.push({ kind: 'disclosure', level: inner.level, tail }) - 1;
}

/** RFC 9901 section 4.2.5. */
function addDecoy(digests: DigestTemplate[]): number {
  return digests.push({ kind: 'decoy', level: 0 }) - 1;
}

function elementOf(number: number): readonly Piece[] {
  return ['{"...":"', { kind: 'digest', number }, '"}'];
}

function constantJson(value: JsonValue): string {
  const json = JSON.stringify(value);
  if (RESERVED_MEMBER.test(json)) throw new RangeError('a claim has a name that is reserved');
  return json;
}

function separate(lists: readonly (readonly Piece[])[]): readonly Piece[] {
  return lists.flatMap((pieces, index) => (index === 0 ? pieces : [',', ...pieces]));
}

/** Joins neighbouring texts. */
function join(pieces: readonly Piece[]): readonly Piece[] {
  const joined: Piece[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (typeof piece === 'string' && typeof last === 'string')
      joined[joined.length - 1] = last + piece;
    else joined.push(piece);
  }
  return joined;
}
