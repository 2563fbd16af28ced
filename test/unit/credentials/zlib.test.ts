import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import * as node from '../../../credentials/zlib/node.ts';
import * as web from '../../../credentials/zlib/web.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const own = (buffer: Buffer) => Uint8Array.from(buffer);
const text = 'Symbolon '.repeat(200);
const plain = bytes(text);
const refused = expect.objectContaining({ name: 'CredentialError', code: 'malformed' });

describe.each([
  ['node', node],
  ['web', web],
] as const)('#zlib %s', (_name, { inflate, inflateRaw, deflateRaw }) => {
  test.each([0, 1, 6, 9])('inflates what zlib deflates at level %d', (level) => {
    expect(inflate(own(deflateSync(plain, { level })), plain.length)).toEqual(plain);
    expect(inflateRaw(own(deflateRawSync(plain, { level })), plain.length)).toEqual(plain);
  });

  test('raw deflate comes back, with a dictionary and without', () => {
    const dictionary = bytes('Symbolon Symbolon');
    expect(inflateRaw(deflateRaw(plain), 10_000)).toEqual(plain);
    const short = bytes('Symbolon!');
    const packed = deflateRaw(short, dictionary);
    expect(packed.length).toBeLessThan(deflateRaw(short).length);
    expect(inflateRaw(packed, 100, dictionary)).toEqual(short);
    expect(inflateRaw(deflateRaw(bytes('')), 1)).toEqual(bytes(''));
  });

  test('output at the limit passes, one byte more is refused', () => {
    const zlib = own(deflateSync(plain));
    const raw = own(deflateRawSync(plain));
    expect(inflate(zlib, plain.length)).toHaveLength(plain.length);
    expect(() => inflate(zlib, plain.length - 1)).toThrow(refused);
    expect(() => inflateRaw(raw, plain.length - 1)).toThrow(refused);
  });

  test('[attack 91] 64 MB out of 64 kB is refused at its limit', () => {
    const bomb = own(deflateSync(new Uint8Array(64_000_000), { level: 9 }));
    expect(bomb.length).toBeLessThan(70_000);
    const before = performance.now();
    expect(() => inflate(bomb, 1_000_000)).toThrow(refused);
    expect(performance.now() - before).toBeLessThan(500);
  });

  const zlib = own(deflateSync(plain));
  const raw = own(deflateRawSync(plain));
  test.each([
    ['empty', new Uint8Array()],
    ['cut short', zlib.slice(0, -1)],
    ['without its checksum', zlib.slice(0, -4)],
    ['with a wrong checksum', zlib.with(-1, (zlib.at(-1) ?? 0) ^ 1)],
    ['followed by a byte', Uint8Array.from([...zlib, 0])],
    ['raw', raw],
    ['gzip', own(gzipSync(plain))],
    ['of another method', zlib.with(0, 0x79)],
  ])('refuses a zlib stream that is %s', (_fault, stream) => {
    expect(() => inflate(Uint8Array.from(stream), 10_000)).toThrow(refused);
  });

  test.each([
    ['empty', new Uint8Array()],
    ['cut short', raw.slice(0, -1)],
    ['followed by a byte', Uint8Array.from([...raw, 0])],
    ['of a reserved block type', Uint8Array.from([0x07])],
  ])('refuses a raw stream that is %s', (_fault, stream) => {
    expect(() => inflateRaw(stream, 10_000)).toThrow(refused);
  });
});

test('what one platform deflates, the other inflates', () => {
  expect(web.inflateRaw(node.deflateRaw(plain), 10_000)).toEqual(plain);
  expect(node.inflateRaw(web.deflateRaw(plain), 10_000)).toEqual(plain);
});
