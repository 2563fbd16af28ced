import { decode, encode } from 'cborg';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type CborValue,
  decodeCbor,
  encodeCbor,
  Tagged,
} from '../../../presentation/packing/cbor.ts';

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));

describe('strict CBOR takes', () => {
  for (const [why, bytes, value] of [
    ['an integer', '00', 0],
    ['the largest integer', '1a ffffffff', 0xffff_ffff],
    ['the smallest integer', '3a ffffffff', -4_294_967_296],
    ['text', '63 e6b0b4', '水'],
    [
      'text behind a byte order mark, which it keeps',
      `78 28 efbbbf ${'61'.repeat(37)}`,
      `\ufeff${'a'.repeat(37)}`,
    ],
    ['bytes', '42 0102', Uint8Array.of(1, 2)],
    ['true, false, null', '83 f5 f4 f6', [true, false, null]],
    ['an empty map', 'a0', new Map()],
    [
      'a map in any order of keys',
      'a2 6162 01 6161 02',
      new Map([
        ['b', 1],
        ['a', 2],
      ]),
    ],
    ['tag 21', 'd5 41 00', new Tagged(21, Uint8Array.of(0))],
    ['tag 22', 'd6 41 00', new Tagged(22, Uint8Array.of(0))],
    ['32 levels', `${'81'.repeat(32)} 00`, undefined],
  ] as const) {
    test(why, () => {
      const decoded = decodeCbor(hex(bytes));
      if (value !== undefined) expect(decoded).toEqual(value);
      else expect(JSON.stringify(decoded)).toBe(`${'['.repeat(32)}0${']'.repeat(32)}`);
    });
  }
});

describe('[attack 43] strict CBOR refuses', () => {
  for (const [why, bytes] of [
    ['nothing', ''],
    ['a float of 16 bits', 'f9 3c00'],
    ['a float of 64 bits', 'fb 3ff199999999999a'],
    ['infinity', 'f9 7c00'],
    ['not a number', 'f9 7e00'],
    ['undefined', 'f7'],
    ['another simple value', 'f8 ff'],
    ['an integer of 64 bits', '1b 0000000100000000'],
    ['a big negative integer', '3b 0000000100000000'],
    ['a big number (tag 2)', 'c2 41 01'],
    ['shared references (tags 28 and 29)', 'd8 1c 81 d8 1d 00'],
    ['an embedded item (tag 24)', 'd8 18 41 00'],
    ['a date (tag 0)', 'c0 60'],
    ['an integer that is not in its shortest form', '18 01'],
    ['a length that is not in its shortest form', '58 01 00'],
    ['a tag that is not in its shortest form', 'd8 15 41 00'],
    ['a text that is not in its shortest form', '78 01 61'],
    ['text that is not UTF-8', '61 ff'],
    ['long text that is not UTF-8', `78 28 ${'61'.repeat(39)} ff`],
    ['a surrogate in UTF-8', '63 eda080'],
    ['a map key that is no text', 'a1 00 00'],
    ['an integer of 32 bits that would do with 16', '1a 0000ffff'],
    ['an integer of 16 bits that would do with 8', '19 00ff'],
    ['a repeated key', 'a2 6161 01 6161 02'],
    ['a map without its last value', 'a1 6161'],
    ['a map that is cut off', 'a2 6161 01'],
    ['an array that is cut off', '82 01'],
    ['text that is cut off', '65 616263'],
    ['a tag around nothing', 'd5'],
    ['an array of indefinite length', '9f 01 ff'],
    ['a map of indefinite length', 'bf 6161 01 ff'],
    ['text of indefinite length', '7f 6161 ff'],
    ['bytes of indefinite length', '5f 4100 ff'],
    ['a break alone', 'ff'],
    ['a reserved length', '1c'],
    ['bytes behind the item', '00 00'],
    ['33 levels', `${'81'.repeat(33)} 00`],
    ['33 levels of maps', `${'a16161'.repeat(33)} 00`],
    ['33 levels of tags', `${'d5'.repeat(33)} 4100`],
    ['100,000 levels', '81'.repeat(100_000)],
    ['100,000 tags', 'd5'.repeat(100_000)],
    ['100,000 arrays of indefinite length', '9f'.repeat(100_000)],
    ['an array of 2^32 - 1 members', '9a ffffffff 00'],
    ['a map of 2^32 - 1 members', 'ba ffffffff 6161 00'],
    ['bytes of 2^32 - 1', '5a ffffffff 00'],
    ['text of 2^32 - 1', '7a ffffffff 61'],
    ['an array of 2^63 members', '9b 8000000000000000 00'],
  ] as const) {
    test(why, () => {
      const started = performance.now();
      expect(() => decodeCbor(hex(bytes))).toThrow(
        expect.objectContaining({ name: 'PresentationError', code: 'message_malformed' }),
      );
      expect(performance.now() - started).toBeLessThan(500);
    });
  }

  test('any bytes whatever end in a value or in this refusal', async () => {
    await fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          decodeCbor(bytes);
        } catch (error) {
          expect(error).toMatchObject({ code: 'message_malformed' });
        }
      }),
      { numRuns: 2000 },
    );
  });
});

const cborValues = fc.letrec<{ value: CborValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: 'grapheme' }),
    fc.integer({ min: -4_294_967_296, max: 4_294_967_295 }),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array().map((bytes) => Uint8Array.from(bytes)),
    fc.array(tie('value'), { maxLength: 5 }),
    fc
      .array(fc.tuple(fc.string({ unit: 'grapheme' }), tie('value')), { maxLength: 5 })
      .map((members) => new Map(members)),
    fc.tuple(fc.constantFrom(21, 22), tie('value')).map(([tag, value]) => new Tagged(tag, value)),
  ),
})).value;

test('decode after encode gives the same value, members in the same order', async () => {
  await fc.assert(
    fc.property(cborValues, (value) => {
      const decoded = decodeCbor(encodeCbor(value));
      expect(decoded).toEqual(value);
      if (value instanceof Map && decoded instanceof Map) {
        expect([...decoded.keys()]).toEqual([...value.keys()]);
      }
    }),
    { numRuns: 500 },
  );
});

test('a library reads what we write, and we what it writes', async () => {
  const plain = fc.dictionary(
    fc.stringMatching(/^[a-z]{1,8}$/),
    fc.oneof(fc.string(), fc.nat(), fc.boolean(), fc.constant(null), fc.array(fc.nat())),
  );
  await fc.assert(
    fc.property(plain, (value) => {
      const map = new Map(Object.entries(value));
      expect({ ...decode(encodeCbor(map)) }).toEqual({ ...value });
      expect(decodeCbor(encode(map))).toEqual(map);
    }),
  );
});

test('what a message does not carry is a fault of the caller', () => {
  for (const value of [1.5, 1e21, Number.NaN, -0, 4_294_967_296]) {
    expect(() => encodeCbor(value)).toThrow(RangeError);
  }
});
