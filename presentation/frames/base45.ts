import { PresentationError } from '../error.ts';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
const VALUES: ReadonlyMap<string, number> = new Map(
  [...ALPHABET].map((character, value) => [character, value]),
);

/** The characters of a number below 45 ** `length`, least significant first. */
function digits(number: number, length: number): string {
  let text = '';
  for (let rest = number, at = 0; at < length; at += 1) {
    text += ALPHABET[rest % 45] ?? '';
    rest = Math.floor(rest / 45);
  }
  return text;
}

/**
 * Encodes bytes so that a QR symbol carries them in alphanumeric mode: two bytes in three characters.
 *
 * @see [RFC 9285 section 4](https://www.rfc-editor.org/rfc/rfc9285#section-4)
 */
export function encodeBase45(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 2) {
    const [first = 0, second] = bytes.subarray(at, at + 2);
    text += second === undefined ? digits(first, 2) : digits(first * 256 + second, 3);
  }
  return text;
}

/**
 * Decodes base45 strictly: each sequence of bytes has exactly one text.
 *
 * @throws {@link PresentationError} `frame_malformed` for a character outside the alphabet, a length
 *   of 3n + 1, or a group above 65535 (in pairs: above 255).
 */
export function decodeBase45(text: string): Uint8Array<ArrayBuffer> {
  if (text.length % 3 === 1) throw new PresentationError('frame_malformed', 'base45 is cut off');
  const bytes = new Uint8Array(Math.floor((text.length * 2) / 3));
  let at = 0;
  for (let start = 0; start < text.length; start += 3) {
    const group = text.slice(start, start + 3);
    let number = 0;
    for (let index = group.length - 1; index >= 0; index -= 1) {
      const value = VALUES.get(group[index] ?? '');
      if (value === undefined) {
        throw new PresentationError('frame_malformed', 'a character is not in the base45 alphabet');
      }
      number = number * 45 + value;
    }
    if (number > (group.length === 3 ? 0xffff : 0xff)) {
      throw new PresentationError('frame_malformed', 'a base45 group is out of range');
    }
    if (group.length === 3) bytes[at++] = number >> 8;
    bytes[at++] = number & 0xff;
  }
  return bytes;
}
