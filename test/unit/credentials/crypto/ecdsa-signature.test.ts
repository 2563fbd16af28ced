import { describe, expect, test } from 'vitest';
import { decodeEcdsaDer, encodeEcdsaDer } from '../../../../credentials/crypto/ecdsa-signature.ts';

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const toHex = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString('hex');
const number = (bytes: string, size = 32) => bytes.padStart(2 * size, '0');

/** Raw, and the only DER of it. */
const PAIRS: readonly (readonly [string, string, string])[] = [
  ['one and two', number('01') + number('02'), '3006 0201 01 0201 02'],
  [
    'the sign bit asks for a zero before it',
    number('80') + number('ff'),
    '3008 0202 0080 0202 00ff',
  ],
  ['leading zeros are left out', number('0102') + number('7f'), '3007 0202 0102 0201 7f'],
  [
    'both of full length with the sign bit',
    'ff'.repeat(32) + '80'.repeat(32),
    `3046 0221 00${'ff'.repeat(32)} 0221 00${'80'.repeat(32)}`,
  ],
  [
    'one byte short, and the next has the sign bit',
    number('ff'.repeat(31)) + number('7f'.repeat(31)),
    `3043 0220 00${'ff'.repeat(31)} 021f ${'7f'.repeat(31)}`,
  ],
  [
    'P-384 at its longest',
    'ff'.repeat(48) + 'ff'.repeat(48),
    `3066 0231 00${'ff'.repeat(48)} 0231 00${'ff'.repeat(48)}`,
  ],
];

describe.each(PAIRS)('%s', (_rule, raw, der) => {
  test('raw to DER and back', () => {
    expect(toHex(encodeEcdsaDer(hex(raw)))).toBe(der.replaceAll(' ', ''));
    expect(toHex(decodeEcdsaDer(hex(der), raw.length === 192 ? 96 : 64))).toBe(raw);
  });
});

test('random values of every length come back', () => {
  for (let round = 0; round < 5_000; round += 1) {
    const raw = crypto.getRandomValues(new Uint8Array(64));
    raw.fill(0, 0, round % 32);
    raw.fill(0, 32, 32 + ((round >> 5) % 32));
    if (raw[31] === 0 || raw[63] === 0) continue;
    const der = encodeEcdsaDer(raw);
    expect(der && decodeEcdsaDer(der, 64)).toEqual(raw);
  }
});

test.each([
  ['r zero', number('00') + number('01')],
  ['s zero', number('01') + number('00')],
  ['both zero', number('00') + number('00')],
  ['63 bytes', '01'.repeat(63)],
  ['65 bytes', '01'.repeat(65)],
  ['nothing', ''],
])('[attack 9] raw to DER refuses: %s', (_fault, raw) => {
  expect(encodeEcdsaDer(hex(raw))).toBeUndefined();
});

test.each([
  ['another tag than SEQUENCE', '3106 0201 01 0201 02'],
  ['another tag than INTEGER', '3006 0401 01 0201 02'],
  ['a sequence longer than the bytes', '3007 0201 01 0201 02'],
  ['a sequence shorter than the bytes', '3005 0201 01 0201 02'],
  ['bytes after the second integer', '3007 0201 01 0201 02 00'],
  ['bytes after the sequence', '3006 0201 01 0201 02 00'],
  ['one integer only', '3003 0201 01'],
  ['three integers', '3009 0201 01 0201 02 0201 03'],
  ['an empty integer', '3005 0200 0201 02'],
  ['a negative integer', '3006 0201 81 0201 02'],
  ['r zero', '3006 0201 00 0201 02'],
  ['s zero', '3006 0201 01 0201 00'],
  ['a needless zero before r', '3007 0202 0001 0201 02'],
  ['a needless zero before s', '3007 0201 01 0202 007f'],
  ['two zeros before r', '3008 0203 000080 0201 02'],
  ['an integer beyond its size', `3026 0221 01${'00'.repeat(32)} 0201 02`],
  ['an integer that runs over the end', '3006 0201 01 0205 02'],
  ['a long form of the length', '308106 0201 01 0201 02'],
  ['an indefinite length', '3080 0201 01 0201 02 0000'],
  ['nothing', ''],
])('[attack 9] DER to raw refuses: %s', (_fault, der) => {
  expect(decodeEcdsaDer(hex(der), 64)).toBeUndefined();
});
