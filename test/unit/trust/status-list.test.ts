import { readFileSync } from 'node:fs';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { CLOCK_SKEW_SECONDS as OF_CREDENTIALS } from '@symbolon/credentials';
import { decodeBase64Url, encodeBase64Url } from '@symbolon/credentials/jose';
import { CLOCK_SKEW_SECONDS, parseEncodedStatusList, parsePublicJwk } from '@symbolon/schemas';
import { decodeStatusList, setStatusAt, statusAt, verifyStatusListToken } from '@symbolon/trust';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';

const vectorSchema = v.object({
  id: v.string(),
  bits: v.optional(v.picklist([1, 2, 4, 8])),
  size: v.optional(v.number()),
  lst: v.optional(v.string()),
  lst_cbor: v.optional(v.string()),
  set: v.optional(v.record(v.string(), v.number())),
  raw: v.optional(v.string()),
});

const vectors = v.parse(
  v.array(vectorSchema),
  JSON.parse(readFileSync(new URL('../../vectors/tsl.json', import.meta.url), 'utf8')),
);

const VECTOR_KEY = parsePublicJwk({
  kty: 'EC',
  crv: 'P-256',
  x: 'I3HWm_0Ds1dPMI-IWmf4mBmH-YaeAVbPVu7vB27CxXo',
  y: '6N_d5Elj9bs1htgV3okJKIdbHEpkgTmAluYKJemzn1M',
});

describe('Token Status List vectors', () => {
  const run = { lists: 0, tokens: 0, skippedCwt: 0 };

  for (const { id, bits, size, lst, lst_cbor, set, raw } of vectors) {
    if (bits !== undefined && lst !== undefined && size !== undefined && set !== undefined) {
      run.lists += 1;
      test(`${id}: every one of ${size} entries has the stated value`, async () => {
        expect(Buffer.from(decodeBase64Url(lst)).toString('hex')).toBe(lst_cbor);
        const { bytes } = await decodeStatusList({ bits, lst });
        const wrong = Array.from({ length: size }, (_, index) => index).filter(
          (index) => statusAt(bytes, bits, index) !== (set[String(index)] ?? 0),
        );
        expect(wrong).toEqual([]);
        expect(() => statusAt(bytes, bits, size)).toThrow(
          expect.objectContaining({ code: 'status_index_out_of_range' }),
        );
      });
    } else if (raw !== undefined) {
      run.tokens += 1;
      test(`${id}: the token verifies, and one changed byte is seen`, async () => {
        const compact = raw.replace(/\s/g, '');
        const expectations = {
          expectedUri: 'https://example.com/statuslists/1',
          key: VECTOR_KEY,
          now: 1_686_920_170,
        };
        const list = await verifyStatusListToken(compact, expectations);
        expect(list).toMatchObject({
          bits: 1,
          issuedAt: 1_686_920_170,
          expiresAt: 2_291_720_170,
          ttlSeconds: 43_200,
          bytes: Uint8Array.of(0xb9, 0xa3),
        });
        const changed = compact.replace(/.(?=.{10}$)/, (last) => (last === 'A' ? 'B' : 'A'));
        await expect(verifyStatusListToken(changed, expectations)).rejects.toMatchObject({
          code: 'status_list_invalid',
        });
      });
    } else {
      run.skippedCwt += 1;
    }
  }

  test('all nine are accounted for: six lists, one JWT; the two CWT forms are not built yet', () => {
    expect(run).toEqual({ lists: 6, tokens: 1, skippedCwt: 2 });
  });
});

describe('an entry', () => {
  test('Token Status List 4.1: the first entry is in the least significant bits', () => {
    expect(statusAt(Uint8Array.of(0b0000_0001), 1, 0)).toBe(1);
    expect(statusAt(Uint8Array.of(0b1000_0000), 1, 7)).toBe(1);
    expect(statusAt(Uint8Array.of(0b0000_1001), 2, 0)).toBe(1);
    expect(statusAt(Uint8Array.of(0b0000_1001), 2, 1)).toBe(2);
    expect(statusAt(Uint8Array.of(0xa5), 4, 0)).toBe(5);
    expect(statusAt(Uint8Array.of(0xa5), 4, 1)).toBe(10);
    expect(statusAt(Uint8Array.of(0x00, 0xfe), 8, 1)).toBe(254);
  });

  for (const index of [32, 33, 2 ** 31, 2 ** 53, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    test(`[attack 93] Token Status List 8.3: index ${index} of 32 is an error, not VALID`, () => {
      const refusal = expect.objectContaining({ code: 'status_index_out_of_range' });
      expect(() => statusAt(new Uint8Array(8), 2, index)).toThrow(refusal);
      expect(() => setStatusAt(new Uint8Array(8), 2, index, 1)).toThrow(refusal);
    });
  }

  for (const [bits, value] of [
    [1, 2],
    [2, 4],
    [4, 16],
    [8, 256],
    [2, -1],
    [2, 0.5],
    [2, Number.NaN],
  ] as const) {
    test(`${bits} bits cannot hold ${value}`, () => {
      expect(() => setStatusAt(new Uint8Array(1), bits, 0, value)).toThrow(RangeError);
    });
  }

  test('a lookup in a list of a million entries costs less than a microsecond', () => {
    const bytes = new Uint8Array(131_072);
    const rounds = 200_000;
    const started = process.cpuUsage();
    let sum = 0;
    for (let at = 0; at < rounds; at += 1) sum += statusAt(bytes, 1, (at * 7919) % 1_048_576);
    const { user, system } = process.cpuUsage(started);
    expect(sum).toBe(0);
    expect((user + system) / rounds).toBeLessThan(1);
  });
});

describe('unpacking', () => {
  const MAX = 16 * 1024 * 1024;
  const pack = (bytes: Uint8Array) => encodeBase64Url(deflateSync(bytes));

  test('2^27 entries of one bit fit exactly', async () => {
    const { bytes } = await decodeStatusList({ bits: 1, lst: pack(new Uint8Array(MAX)) });
    expect(bytes.length * 8).toBe(2 ** 27);
    expect(statusAt(bytes, 1, 2 ** 27 - 1)).toBe(0);
  });

  const stream = deflateSync(new Uint8Array(64).fill(7));
  const damaged = Uint8Array.from(stream, (byte, at) =>
    at === stream.length - 1 ? byte ^ 1 : byte,
  );
  for (const [why, bytes] of [
    ['[attack 91] one byte more than 16 MiB', deflateSync(new Uint8Array(MAX + 1))],
    ['[attack 91] 256 MiB from 256 kB', deflateSync(new Uint8Array(16 * MAX))],
    ['[attack 91] gzip instead of zlib', gzipSync(new Uint8Array(64))],
    ['[attack 91] a gzip bomb inside gzip', gzipSync(gzipSync(new Uint8Array(MAX)))],
    ['raw deflate instead of zlib', deflateRawSync(new Uint8Array(64))],
    ['[threat 13] a truncated stream', stream.subarray(0, -5)],
    ['a wrong checksum', damaged],
    ['bytes after the end', Buffer.concat([stream, Buffer.from([0])])],
    ['no stream at all', Buffer.from('not zlib')],
  ] as const) {
    test(`refuses: ${why}`, async () => {
      const lst = encodeBase64Url(new Uint8Array(bytes));
      await expect(decodeStatusList({ bits: 1, lst })).rejects.toMatchObject({
        name: 'TrustError',
        code: 'status_list_invalid',
      });
    });
  }

  test('refuses: base64url that is not canonical', async () => {
    await expect(decodeStatusList({ bits: 1, lst: 'eNrbuRgAAhcBXR' })).rejects.toMatchObject({
      code: 'status_list_invalid',
    });
  });
});

describe('shape', () => {
  for (const [why, input] of [
    ['3 bits', { bits: 3, lst: 'eNo' }],
    ['bits as a string', { bits: '1', lst: 'eNo' }],
    ['16 bits', { bits: 16, lst: 'eNo' }],
    ['no list', { bits: 1 }],
    ['padding', { bits: 1, lst: 'eNo=' }],
    ['white space', { bits: 1, lst: 'e No' }],
    ['an empty list', { bits: 1, lst: '' }],
    ['an array', [1, 'eNo']],
    ['null', null],
  ] as const) {
    test(`Token Status List 4.2: refuses ${why}`, () => {
      expect(() => parseEncodedStatusList(input)).toThrow(
        expect.objectContaining({ name: 'ParseError', code: 'malformed' }),
      );
    });
  }
});

test('credentials and trust allow the same skew between clocks', () => {
  expect(CLOCK_SKEW_SECONDS).toBe(OF_CREDENTIALS);
});
