import { ParseError } from '../parse-error.ts';

const MAX_PARAMETERS = 32;

/**
 * Parses an `application/x-www-form-urlencoded` body.
 *
 * A parameter without a value counts as left out, and one that occurs twice makes the request
 * unacceptable (RFC 6749 sections 3.1 and 3.2).
 *
 * @param text - The body; its size is limited by whoever read it.
 * @returns Names and decoded values, in a map that inherits nothing.
 * @throws {@link ParseError} for a repeated parameter, more than 32 of them, or a malformed escape.
 * @see [RFC 6749 appendix B](https://www.rfc-editor.org/rfc/rfc6749#appendix-B)
 */
export function parseFormParameters(text: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  const seen = new Set<string>();
  const pairs = text === '' ? [] : text.split('&', MAX_PARAMETERS + 1);
  if (pairs.length > MAX_PARAMETERS) throw new ParseError('form', '', 'too many parameters');
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    const name = decode(at === -1 ? pair : pair.slice(0, at));
    const value = at === -1 ? '' : decode(pair.slice(at + 1));
    if (seen.has(name)) throw new ParseError('form', stepName(name), 'repeated parameter');
    seen.add(name);
    if (value !== '') parameters.set(name, value);
  }
  return parameters;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (cause) {
    if (cause instanceof URIError) throw new ParseError('form', '', 'malformed percent-encoding');
    throw cause;
  }
}

function stepName(name: string): string {
  return /^[\w-]{1,64}$/.test(name) ? name : '*';
}
