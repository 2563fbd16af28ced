import type { JsonObject, JsonValue } from '@symbolon/schemas';
import { CredentialError } from '../error.ts';

declare global {
  interface String {
    /** ECMAScript 2024 section 22.1.3.10; everywhere that we run, but not yet in our `lib`. */
    isWellFormed(): boolean;
  }
}

/** Limits of {@link parseJson}. */
export type JsonLimits = {
  /** Objects and arrays within one another; 1 allows a flat object. */
  readonly maxDepth: number;
  /** Of the UTF-8 form. */
  readonly maxBytes: number;
};

/**
 * Parses JSON of a stranger. Beyond what `JSON.parse` refuses: text above the limits, a member that
 * occurs twice in one object, a member named `__proto__`, lone surrogates, numbers beyond a double.
 *
 * Text that is exactly what `JSON.stringify` would make of its value has no member twice; that is
 * the quick way, and most of what programs write takes it. Other text is read once more.
 *
 * @throws {@link CredentialError} `malformed`.
 */
export function parseJson(text: string, limits: JsonLimits): JsonValue {
  if (exceeds(text, limits.maxBytes)) throw malformed('is longer than allowed');
  const value = parse(text);
  if (isFlat(text, value)) return value;
  if (isPlain(text, limits.maxDepth) && JSON.stringify(value) === text) return value;
  checkText(text, limits.maxDepth);
  return value;
}

function parse(text: string): JsonValue {
  try {
    const value = JSON.parse(text);
    if (isJsonValue(value)) return value;
  } catch {
    // Its message would repeat part of the text.
  }
  throw malformed('is not well-formed');
}

/** `JSON.parse` gives nothing else. */
function isJsonValue(value: unknown): value is JsonValue {
  return value !== undefined;
}

function exceeds(text: string, maxBytes: number): boolean {
  if (text.length > maxBytes) return true;
  return text.length * 3 > maxBytes && new TextEncoder().encode(text).length > maxBytes;
}

/** A list of texts, as most disclosures are: no members, no numbers, no escapes. */
function isFlat(text: string, value: JsonValue): boolean {
  if (text.includes('{') || text.includes('\\') || !Array.isArray(value)) return false;
  return value.every((each) => (typeof each === 'string' ? each.isWellFormed() : each === true));
}

/** Nothing in it needs a closer look: no escape, no `__proto__`, and too few brackets to be deep. */
function isPlain(text: string, maxDepth: number): boolean {
  if (text.includes('\\') || text.includes('__proto__')) return false;
  let brackets = 0;
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) {
      brackets += 1;
      if (brackets > maxDepth) return false;
    }
  }
  return true;
}

/** Only a name has one. */
const beforeColon = /\s*:/y;

/** A string's quote, a bracket, or a number. */
const TOKEN = /["{}[\]]|-?\d[\d.eE+-]*/g;

/** Walks text that `JSON.parse` has accepted. */
function checkText(text: string, maxDepth: number): void {
  /** The member names of each open object; arrays have none. */
  const open: (Set<string> | undefined)[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    const [found] = match;
    if (found === '"') {
      TOKEN.lastIndex = checkString(text, match.index, open.at(-1));
      continue;
    }
    checkToken(found, open);
    if (open.length > maxDepth) throw malformed('is nested deeper than allowed');
  }
}

function checkToken(found: string, open: (Set<string> | undefined)[]): void {
  if (found === '{' || found === '[') open.push(found === '{' ? new Set() : undefined);
  else if (found === '}' || found === ']') open.pop();
  else if (!Number.isFinite(Number(found))) throw malformed('holds a number that is too large');
}

/** Index after the closing quote of the string that opens at `at`. */
function endOfString(text: string, at: number): number {
  for (let quote = text.indexOf('"', at + 1); ; quote = text.indexOf('"', quote + 1)) {
    if (quote === -1) throw malformed('is not well-formed');
    let backslashes = 0;
    while (text[quote - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return quote + 1;
  }
}

/** @returns Index after the string; a name is noted among those of its object. */
function checkString(text: string, start: number, names: Set<string> | undefined): number {
  const end = endOfString(text, start);
  const string = String(JSON.parse(text.slice(start, end)));
  if (!string.isWellFormed()) throw malformed('holds half a surrogate pair');
  beforeColon.lastIndex = end;
  if (names === undefined || !beforeColon.test(text)) return end;
  if (string === '__proto__') throw malformed("has a member named '__proto__'");
  if (names.has(string)) throw malformed('has a member twice in one object');
  names.add(string);
  return end;
}

function malformed(finding: string): CredentialError {
  return new CredentialError('malformed', `JSON ${finding}`);
}

/** Whether a JSON value is an object. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
