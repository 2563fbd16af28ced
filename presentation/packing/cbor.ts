import { PresentationError } from '../error.ts';

/** A CBOR tag around a value (RFC 8949 section 3.4). */
export class Tagged<Value = unknown> {
  readonly tag: number;
  readonly value: Value;

  constructor(tag: number, value: Value) {
    this.tag = tag;
    this.value = value;
  }
}

/** What a message is made of, before it is CBOR. */
export type CborValue =
  | string
  | number
  | boolean
  | null
  | Uint8Array
  | readonly CborValue[]
  | ReadonlyMap<string, CborValue>
  | Tagged<CborValue>;

/** Tag 21: the bytes stand for base64url text (RFC 8949 section 3.4.5.2). */
export const TAG_BASE64URL = 21;

/** Tag 22: the bytes stand for base64 text. */
export const TAG_BASE64 = 22;

const MAX_DEPTH = 32;
const MAX_INTEGER = 0xffff_ffff;
const utf8 = new TextEncoder();
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** RFC 8949 section 3.1. */
const MAJOR = { unsigned: 0, negative: 1, bytes: 2, text: 3, array: 4, map: 5, tag: 6, simple: 7 };
const FALSE = 0xf4;
const TRUE = 0xf5;
const NULL = 0xf6;

function malformed(found: string): PresentationError {
  return new PresentationError('message_malformed', `the message holds ${found}`);
}

/**
 * Decodes one CBOR item, strictly: definite lengths in their shortest form, UTF-8 text, no float, no
 * undefined, no repeated map key, no integer over 32 bits, no tag but 21 and 22, depth 32, nothing
 * behind it. Map keys are text.
 *
 * @returns Text, bytes, integers, booleans, `null`, arrays, `Map`s and {@link Tagged} values.
 * @throws {@link PresentationError} `message_malformed`.
 */
export function decodeCbor(bytes: Uint8Array): CborValue {
  const reader = new Reader(bytes);
  const value = reader.item(0);
  if (!reader.isAtEnd) throw malformed('bytes behind its end');
  return value;
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** `depth` is the number of arrays, maps and tags around the item. */
  item(depth: number): CborValue {
    const [initial = 0] = this.#take(1);
    const major = initial >> 5;
    if (major === MAJOR.simple) return simpleValue(initial);
    const argument = this.#argument(initial & 31);
    switch (major) {
      case MAJOR.unsigned:
        return argument;
      case MAJOR.negative:
        return -1 - argument;
      case MAJOR.bytes:
        return this.#take(argument).slice();
      case MAJOR.text:
        return this.#text(argument);
      default:
        return this.#container(major, argument, depth);
    }
  }

  #container(major: number, argument: number, depth: number): CborValue {
    const isEmpty = major !== MAJOR.tag && argument === 0;
    if (depth >= MAX_DEPTH && !isEmpty) throw malformed(`more than ${MAX_DEPTH} levels`);
    if (major === MAJOR.array) return this.#array(argument, depth + 1);
    if (major === MAJOR.map) return this.#map(argument, depth + 1);
    if (argument !== TAG_BASE64URL && argument !== TAG_BASE64) throw malformed('an unknown tag');
    return new Tagged(argument, this.item(depth + 1));
  }

  /** Ends at the first member that is missing, so a length that promises too much costs nothing. */
  #array(length: number, depth: number): CborValue[] {
    const items: CborValue[] = [];
    while (items.length < length) items.push(this.item(depth));
    return items;
  }

  #map(size: number, depth: number): Map<string, CborValue> {
    const members = new Map<string, CborValue>();
    while (members.size < size) {
      const key = this.item(depth);
      if (typeof key !== 'string') throw malformed('a map key that is no text');
      if (members.has(key)) throw malformed('a map key twice');
      members.set(key, this.item(depth));
    }
    return members;
  }

  #text(length: number): string {
    try {
      return strictUtf8.decode(this.#take(length));
    } catch (cause) {
      if (cause instanceof PresentationError) throw cause;
      throw malformed('text that is not UTF-8');
    }
  }

  #argument(info: number): number {
    if (info < 24) return info;
    if (info > 26) throw malformed('an integer of over 32 bits or an indefinite length');
    const size = 1 << (info - 24);
    const argument = this.#take(size).reduce((number, byte) => number * 256 + byte, 0);
    const smallest = size === 1 ? 24 : 256 ** (size / 2);
    if (argument < smallest) throw malformed('an integer or a length not in its shortest form');
    return argument;
  }

  #take(size: number): Uint8Array {
    const end = this.#at + size;
    if (end > this.#bytes.length) throw malformed('an item that is cut off');
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}

function simpleValue(initial: number): boolean | null {
  if (initial === NULL) return null;
  if (initial !== TRUE && initial !== FALSE) throw malformed('a float or a simple value');
  return initial === TRUE;
}

/**
 * Encodes a value; {@link decodeCbor} gives it back alike, members in their order.
 *
 * @throws RangeError for a number that is not an integer of up to 32 bits.
 */
export function encodeCbor(value: CborValue): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  writeItem(value, parts);
  const encoded = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    encoded.set(part, at);
    at += part.length;
  }
  return encoded;
}

function writeItem(value: CborValue, parts: Uint8Array[]): void {
  if (value === null) parts.push(Uint8Array.of(NULL));
  else if (typeof value === 'boolean') parts.push(Uint8Array.of(value ? TRUE : FALSE));
  else if (typeof value === 'number') parts.push(integerOf(value));
  else if (typeof value === 'string') writeBytes(MAJOR.text, utf8.encode(value), parts);
  else if (value instanceof Uint8Array) writeBytes(MAJOR.bytes, value, parts);
  else if (value instanceof Tagged) {
    parts.push(headOf(MAJOR.tag, value.tag));
    writeItem(value.value, parts);
  } else if (value instanceof Map) {
    parts.push(headOf(MAJOR.map, value.size));
    for (const [key, member] of value) {
      writeItem(key, parts);
      writeItem(member, parts);
    }
  } else if (Array.isArray(value)) {
    parts.push(headOf(MAJOR.array, value.length));
    for (const member of value) writeItem(member, parts);
  }
}

function writeBytes(major: number, bytes: Uint8Array, parts: Uint8Array[]): void {
  parts.push(headOf(major, bytes.length), bytes);
}

function integerOf(value: number): Uint8Array {
  const isSmall = Number.isInteger(value) && value <= MAX_INTEGER && value >= -1 - MAX_INTEGER;
  if (!isSmall || Object.is(value, -0)) {
    throw new RangeError('expected integers of up to 32 bits');
  }
  return value < 0 ? headOf(MAJOR.negative, -1 - value) : headOf(MAJOR.unsigned, value);
}

/** The shortest form of RFC 8949 section 4.2.1. */
function headOf(major: number, argument: number): Uint8Array {
  const type = major << 5;
  if (argument < 24) return Uint8Array.of(type | argument);
  if (argument < 0x100) return Uint8Array.of(type | 24, argument);
  const head = new DataView(new ArrayBuffer(argument < 0x1_0000 ? 3 : 5));
  if (head.byteLength === 3) head.setUint16(1, argument);
  else head.setUint32(1, argument);
  head.setUint8(0, type | (head.byteLength === 3 ? 25 : 26));
  return new Uint8Array(head.buffer);
}
