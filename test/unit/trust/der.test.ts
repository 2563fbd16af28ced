import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkDer } from '../../../trust/certificates/der.ts';

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

for (const [what, hex] of [
  ['a sequence of an integer and an identifier', '30 08 02 01 05 06 03 55 1d 0f'],
  ['a negative integer', '02 01 ff'],
  ['an integer whose sign needs a byte', '02 02 00 80'],
  ['booleans', '30 06 01 01 00 01 01 ff'],
  ['an empty sequence', '30 00'],
  ['a length of two bytes', `04 82 01 00 ${'00'.repeat(256)}`],
  ['a length of one byte above 127', `04 81 80 ${'00'.repeat(128)}`],
] as const) {
  test(`${what} is DER`, () => {
    expect(() => checkDer(bytes(hex))).not.toThrow();
  });
}

const nested = (depth: number): string => {
  let hex = '';
  for (let at = 0; at < depth; at += 1) {
    const length = hex.length / 2;
    hex = `30${length < 128 ? length.toString(16).padStart(2, '0') : `82${length.toString(16).padStart(4, '0')}`}${hex}`;
  }
  return hex;
};

for (const [why, hex] of [
  ['nothing', ''],
  ['a tag alone', '30'],
  ['a value that ends too early', '04 05 01 02'],
  ['a child that reaches beyond its parent', '30 04 04 05 01 02 03 04 05'],
  ['bytes after the end', '30 00 00'],
  ['an indefinite length', '30 80 02 01 01 00 00'],
  ['a length in more bytes than it needs', '04 81 01 00'],
  ['a length with a leading zero', `04 82 00 80 ${'00'.repeat(128)}`],
  ['a length of four bytes', '04 84 00 00 00 01 00'],
  ['a length of 4 GiB', '04 84 ff ff ff ff'],
  ['a tag of two bytes', '1f 81 01 00'],
  ['an empty integer', '02 00'],
  ['a padded integer', '02 02 00 01'],
  ['a padded negative integer', '02 02 ff ff'],
  ['a boolean of another value', '01 01 01'],
  ['a boolean of two bytes', '01 02 00 00'],
  ['a NULL with contents', '05 01 00'],
  ['an empty bit string', '03 00'],
  ['eight unused bits', '03 02 08 00'],
  ['unused bits of nothing', '03 01 01'],
  ['an empty identifier', '06 00'],
  ['an identifier that does not end', '06 02 55 9d'],
  ['an identifier with a padded number', '06 03 55 80 01'],
  ['[attack 121] an identifier of 33 bytes', `06 21 ${'55'.repeat(33)}`],
  ['seventeen levels', nested(17)],
  ['[attack 43] two thousand levels', nested(2000)],
] as const) {
  test(`[attack 121] refuses ${why}`, () => {
    expect(() => checkDer(bytes(hex))).toThrow(
      expect.objectContaining({ name: 'TrustError', code: 'certificate_malformed' }),
    );
  });
}

test('any bytes are read to an end, and refused only by name', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (input) => {
      try {
        checkDer(Uint8Array.from(input));
      } catch (error) {
        expect(error).toMatchObject({ code: 'certificate_malformed' });
      }
    }),
    { numRuns: 2000 },
  );
});
