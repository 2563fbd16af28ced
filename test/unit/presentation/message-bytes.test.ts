import { randomBytes } from 'node:crypto';
import { PADDING_CLASSES, packMessage, unpackMessage } from '@symbolon/presentation';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeCbor } from '../../../presentation/packing/cbor.ts';
import { padMessage, unpadMessage } from '../../../presentation/packing/padding.ts';

const LARGEST = PADDING_CLASSES.at(-1) ?? 0;

describe('a padded message, byte by byte', () => {
  test('is its length in two bytes, big endian, itself, and zeros', () => {
    const message = Uint8Array.from(randomBytes(0x0321)).fill(0xff, -1);
    const padded = padMessage(message, 0);
    expect(padded.length).toBe(1479 - 81);
    expect([...padded.subarray(0, 2)]).toEqual([0x03, 0x21]);
    expect(padded.subarray(2, 2 + 0x0321)).toEqual(message);
    expect(padded.subarray(2 + 0x0321).every((byte) => byte === 0)).toBe(true);
  });

  test('of any length gives the message back, zeros at its end too', async () => {
    await fc.assert(
      fc.property(
        fc.nat(LARGEST - 83),
        fc.constantFrom(0, 821, 2446, LARGEST),
        fc.constantFrom(0, 0xff),
        (size, smallestClass, last) => {
          const message = Uint8Array.from(randomBytes(size)).fill(last, -1);
          const padded = padMessage(message, smallestClass);
          expect(unpadMessage(padded)).toEqual(message);
          expect(PADDING_CLASSES).toContain(padded.length + 81);
          expect(padded.length + 81).toBeGreaterThanOrEqual(smallestClass);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('is refused when its length is one short of what it holds, and when it is one too many', () => {
    const padded = padMessage(Uint8Array.from(randomBytes(700)).fill(1, -1), 0);
    const withLength = (length: number) => {
      const changed = padded.slice();
      changed.set([length >> 8, length & 255]);
      return changed;
    };
    for (const length of [699, padded.length - 1]) {
      expect(() => unpadMessage(withLength(length))).toThrow(
        expect.objectContaining({ code: 'message_malformed' }),
      );
    }
    // A message that fills its class leaves nothing to be padding.
    expect(unpadMessage(withLength(padded.length - 2))).toHaveLength(padded.length - 2);
  });
});

describe('a message, byte by byte', () => {
  test('begins with 1 for a request, 2 for an answer, 3 for a refusal', () => {
    for (const [byte, type] of [
      [1, 'request'],
      [2, 'answer'],
      [3, 'error'],
    ] as const) {
      const message = packMessage({ type, value: {} });
      expect([...message.subarray(0, 5)]).toEqual([byte, 0, 0, 0, 0]);
      expect(unpackMessage(message, [type])).toEqual({ type, value: {} });
    }
  });

  test('may hold 64 KB of CBOR, to the byte', () => {
    const message = (size: number) => ({ type: 'request', value: ' '.repeat(size) }) as const;
    // A text of this length has a head of three bytes.
    const largest = message(65_536 - 3);
    expect(unpackMessage(packMessage(largest), ['request'])).toEqual(largest);
    expect(() => packMessage(message(65_536 - 2))).toThrow(
      expect.objectContaining({ code: 'message_too_large' }),
    );
  });

  test('may have 16 KB on the wire, to the byte', () => {
    // Message header, then one block of deflate that is stored as it is (RFC 1951 section 3.2.4).
    const messageOf = (wireBytes: number) => {
      const cbor = encodeCbor('x'.repeat(wireBytes - 10 - 3));
      const block = Buffer.alloc(5, 1);
      block.writeUInt16LE(cbor.length, 1);
      block.writeUInt16LE(0xffff - cbor.length, 3);
      return Uint8Array.from([2, 0, 0, 0, 0, ...block, ...cbor]);
    };
    expect(messageOf(16_384)).toHaveLength(16_384);
    expect(unpackMessage(messageOf(16_384), ['answer']).type).toBe('answer');
    expect(() => unpackMessage(messageOf(16_385), ['answer'])).toThrow(
      expect.objectContaining({ code: 'message_too_large' }),
    );
  });
});
