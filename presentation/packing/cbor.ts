import { decode, encode, Token, Tokenizer, Type } from 'cborg';
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

/** Refuses, token by token, what a message never holds; counts how deep it goes. */
class StrictTokenizer extends Tokenizer {
  /** How many values are still missing in each open array, map or tag. */
  readonly #open: number[] = [];

  override next(): Token {
    const start = this.pos();
    const token = super.next();
    const { name } = token.type;
    const value: unknown = token.value;
    if (name === 'float' || name === 'undefined' || name === 'break') {
      throw malformed('a float or a simple value');
    }
    if ((name === 'uint' || name === 'negint') && !isSmallInteger(value)) {
      throw malformed('an integer of over 32 bits');
    }
    if (name === 'string') this.#checkText(start, value);
    this.#count(membersOf(name, value));
    return token;
  }

  /** Text that is not UTF-8 would come out mended: the bytes must be the text's own. */
  #checkText(start: number, value: unknown): void {
    const bytes = utf8.encode(String(value));
    const from = start + headBytes(bytes.length);
    const same =
      from + bytes.length === this.pos() &&
      bytes.every((byte, at) => byte === this.data[from + at]);
    if (!same) throw malformed('text that is not UTF-8');
  }

  #count(members: number): void {
    const depth = this.#open.length;
    if (depth > 0) this.#open[depth - 1] = (this.#open[depth - 1] ?? 0) - 1;
    if (members > 0) {
      if (depth >= MAX_DEPTH) throw malformed(`more than ${MAX_DEPTH} levels`);
      this.#open.push(members);
      return;
    }
    while (this.#open.at(-1) === 0) this.#open.pop();
  }
}

function malformed(found: string): PresentationError {
  return new PresentationError('message_malformed', `the message holds ${found}`);
}

function isSmallInteger(value: unknown): value is number {
  return (
    typeof value === 'number' &&
    Number.isInteger(value) &&
    value <= MAX_INTEGER &&
    value >= -1 - MAX_INTEGER
  );
}

function headBytes(length: number): number {
  if (length < 24) return 1;
  if (length < 0x100) return 2;
  return length < 0x1_0000 ? 3 : 5;
}

function membersOf(typeName: string, value: unknown): number {
  if (typeName === 'tag') return 1;
  if (typeof value !== 'number') return 0;
  if (typeName === 'array') return value;
  return typeName === 'map' ? 2 * value : 0;
}

/**
 * Decodes one CBOR item, strictly: definite lengths in their shortest form, UTF-8 text, no float, no
 * undefined, no repeated map key, no integer over 32 bits, no tag but 21 and 22, depth 32, nothing
 * behind it.
 *
 * @returns Text, bytes, integers, booleans, `null`, arrays, `Map`s and {@link Tagged} values.
 * @throws {@link PresentationError} `message_malformed`.
 */
export function decodeCbor(bytes: Uint8Array): unknown {
  const options = {
    strict: true,
    allowIndefinite: false,
    allowUndefined: false,
    allowInfinity: false,
    allowNaN: false,
    allowBigInt: false,
    useMaps: true,
    rejectDuplicateMapKeys: true,
  };
  const tags: ((value: unknown) => Tagged)[] = [];
  for (const tag of [TAG_BASE64URL, TAG_BASE64]) {
    tags[tag] = (value): Tagged => tagged(tag, value);
  }
  try {
    const tokenizer = new StrictTokenizer(bytes, options);
    const decoded: unknown = decode(bytes, { ...options, tags, tokenizer });
    return decoded;
  } catch (cause) {
    if (cause instanceof PresentationError) throw cause;
    throw new PresentationError('message_malformed', 'the message is not strict CBOR', { cause });
  }
}

/** The library marks an item that is missing at the end with a symbol, and lets a tag around it be. */
function tagged(tag: number, value: unknown): Tagged {
  if (typeof value === 'symbol') throw malformed('a tag around nothing');
  return new Tagged(tag, value);
}

type Tokens = Token | Tokens[];

/** A value already turned into tokens, in the order in which they are to be written. */
class Tokenized {
  readonly tokens: Tokens;

  constructor(tokens: Tokens) {
    this.tokens = tokens;
  }
}

/**
 * Encodes a value; {@link decodeCbor} gives it back alike, members in their order.
 *
 * @throws RangeError for a number that is not an integer of up to 32 bits.
 */
export function encodeCbor(value: CborValue): Uint8Array<ArrayBuffer> {
  const encoded = encode(new Tokenized(tokensOf(value)), {
    typeEncoders: {
      Object: (each: unknown) => (each instanceof Tokenized ? each.tokens : null),
    },
  });
  return Uint8Array.from(encoded);
}

function tokensOf(value: CborValue): Tokens {
  if (value === null) return new Token(Type.null, null);
  if (value instanceof Uint8Array) return new Token(Type.bytes, value);
  if (value instanceof Tagged) return [new Token(Type.tag, value.tag), tokensOf(value.value)];
  if (value instanceof Map) {
    const members = [...value].map(([key, member]) => [tokensOf(key), tokensOf(member)]);
    return [new Token(Type.map, value.size), ...members];
  }
  if (Array.isArray(value)) return [new Token(Type.array, value.length), ...value.map(tokensOf)];
  switch (typeof value) {
    case 'string':
      return new Token(Type.string, value);
    case 'boolean':
      return value ? new Token(Type.true, true) : new Token(Type.false, false);
    default:
      if (!isSmallInteger(value) || Object.is(value, -0)) {
        throw new RangeError('expected integers of up to 32 bits');
      }
      return new Token(value < 0 ? Type.negint : Type.uint, value);
  }
}
