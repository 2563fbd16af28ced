import { TrustError } from '../error.ts';

/*
 * A strict reader of DER (ITU-T X.690), run before the library sees the bytes: one encoding for each
 * value, nothing after the end, no deep nesting, no long names. What it lets pass, every parser reads
 * alike, and a part that is signed is taken from the bytes as they came.
 */

/** One value: `bytes.subarray(start, end)` is all of it, from `content` on without its header. */
export type DerElement = {
  readonly tag: number;
  readonly start: number;
  readonly content: number;
  readonly end: number;
};

const MAX_DEPTH = 16;
const MAX_IDENTIFIER_BYTES = 32;
const CONSTRUCTED = 0x20;

/**
 * Checks that `bytes` are one DER value and nothing else.
 *
 * @throws {@link TrustError} `certificate_malformed`.
 */
export function checkDer(bytes: Uint8Array): void {
  checkElement(bytes, readDer(bytes, 0, bytes.length), bytes.length, 1);
}

/**
 * The values inside a constructed value, in order.
 *
 * @throws {@link TrustError} `certificate_malformed`.
 */
export function derChildren(bytes: Uint8Array, parent: DerElement): DerElement[] {
  const children: DerElement[] = [];
  for (let at = parent.content; at < parent.end; at = children.at(-1)?.end ?? parent.end) {
    children.push(readDer(bytes, at, parent.end));
  }
  return children;
}

/** Reads the header of the value at `start`, which may not reach beyond `limit`. */
export function readDer(bytes: Uint8Array, start: number, limit: number): DerElement {
  const tag = bytes[start];
  const first = bytes[start + 1];
  if (tag === undefined || first === undefined) throw malformed('ends too early');
  if ((tag & 0x1f) === 0x1f) throw malformed('has a tag of more than one byte');
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  // 0x80 is the indefinite length, which DER does not have; four bytes are beyond every limit here.
  if (first === 0x80 || lengthBytes > 3) throw malformed('has a length that is not DER');
  let length = lengthBytes === 0 ? first : 0;
  for (let at = 0; at < lengthBytes; at += 1) length = length * 256 + (bytes[start + 2 + at] ?? 0);
  if (lengthBytes > 0 && (length < 0x80 || bytes[start + 2] === 0)) {
    throw malformed('has a length that is not DER');
  }
  const content = start + 2 + lengthBytes;
  if (content + length > limit) throw malformed('ends too early');
  return { tag, start, content, end: content + length };
}

function checkElement(bytes: Uint8Array, element: DerElement, end: number, depth: number): void {
  if (depth > MAX_DEPTH) throw malformed('is nested too deeply');
  if (depth === 1 && element.end !== end) throw malformed('has bytes after its end');
  if ((element.tag & CONSTRUCTED) !== 0) {
    for (const child of derChildren(bytes, element)) checkElement(bytes, child, end, depth + 1);
  } else {
    checkPrimitive(element.tag, bytes.subarray(element.content, element.end));
  }
}

function checkPrimitive(tag: number, content: Uint8Array): void {
  const isWellFormed = PRIMITIVES.get(tag);
  if (isWellFormed !== undefined && !isWellFormed(content)) {
    throw malformed('a primitive value has an encoding that is not DER');
  }
}

/** By tag; strings and times are judged where they are used. */
const PRIMITIVES: ReadonlyMap<number, (content: Uint8Array) => boolean> = new Map([
  [0x01, isBoolean],
  [0x02, isInteger],
  [0x03, isBitString],
  [0x05, isNull],
  [0x06, isIdentifier],
]);

function isBoolean([value, ...rest]: Uint8Array): boolean {
  return (value === 0 || value === 0xff) && rest.length === 0;
}

function isNull(content: Uint8Array): boolean {
  return content.length === 0;
}

/** In as few bytes as it needs. */
function isInteger([first, second]: Uint8Array): boolean {
  if (first === undefined || second === undefined) return first !== undefined;
  return !((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80));
}

/** The first byte counts the bits of the last that are not used. */
function isBitString([unused, ...bits]: Uint8Array): boolean {
  return unused !== undefined && unused <= 7 && (unused === 0 || bits.length > 0);
}

/** Each number in as few bytes as it needs, and the last one finished. */
function isIdentifier(content: Uint8Array): boolean {
  if (content.length === 0 || content.length > MAX_IDENTIFIER_BYTES) return false;
  if ((content.at(-1) ?? 0x80) >= 0x80) return false;
  return content.every((byte, at) => byte !== 0x80 || (content[at - 1] ?? 0) >= 0x80);
}

function malformed(finding: string): TrustError {
  return new TrustError('certificate_malformed', `the certificate is not DER: ${finding}`);
}
