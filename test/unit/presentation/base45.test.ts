import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeBase45, encodeBase45 } from '../../../presentation/frames/base45.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);

describe('RFC 9285', () => {
  for (const [section, text, encoded] of [
    ['4.3', 'AB', 'BB8'],
    ['4.3', 'Hello!!', '%69 VD92EX0'],
    ['4.3', 'base-45', 'UJCLQE7W581'],
    ['4.4', 'ietf!', 'QED8WEX0'],
    ['3', '', ''],
  ] as const) {
    test(`section ${section}: '${text}' is '${encoded}', both ways`, () => {
      expect(encodeBase45(bytesOf(text))).toBe(encoded);
      expect(decodeBase45(encoded)).toEqual(bytesOf(text));
    });
  }

  for (const [why, text] of [
    ['the two values of section 6 that overflow: GGW is 65536', 'GGW'],
    [':::, the largest group', ':::'],
    ['a pair above 255', '::'],
    ['a pair of exactly 256', 'V5'],
    ['one character alone', 'A'],
    ['a length of 3n + 1', 'BB8B'],
    ['a small letter', 'bb8'],
    ['a character outside the alphabet', 'B#8'],
    ['a character that only looks right', 'ВВ8'],
    ['a line end', 'BB8\n\n'],
  ] as const) {
    test(`refuses ${why}`, () => {
      expect(() => decodeBase45(text)).toThrow(
        expect.objectContaining({ code: 'frame_malformed' }),
      );
    });
  }

  test('the largest groups that do not overflow are taken: FGW is 65535, U5 is 255', () => {
    expect(decodeBase45('FGW')).toEqual(Uint8Array.of(255, 255));
    expect(decodeBase45('U5')).toEqual(Uint8Array.of(255));
  });
});

test('decode after encode gives the same bytes, in characters of the alphanumeric set', async () => {
  await fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
      const text = encodeBase45(bytes);
      expect(text).toMatch(/^[0-9A-Z $%*+\-./:]*$/);
      expect(decodeBase45(text)).toEqual(Uint8Array.from(bytes));
    }),
  );
});

test('one sequence of bytes has one text: what decodes, encodes to itself', async () => {
  const characters = fc.constantFrom(...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:');
  await fc.assert(
    fc.property(fc.string({ unit: characters, maxLength: 60 }), (text) => {
      let bytes: Uint8Array;
      try {
        bytes = decodeBase45(text);
      } catch {
        return;
      }
      expect(encodeBase45(bytes)).toBe(text);
    }),
    { numRuns: 1000 },
  );
});
