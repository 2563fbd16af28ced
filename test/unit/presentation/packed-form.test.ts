import { packMessage } from '@symbolon/presentation';
import { describe, expect, test } from 'vitest';
import { Tagged } from '../../../presentation/packing/cbor.ts';
import { packJson } from '../../../presentation/packing/packed-json.ts';

const bytes = (size: number): Uint8Array => Uint8Array.from({ length: size }, (_, at) => at * 7);
const text64 = (value: string | Uint8Array) => Buffer.from(value).toString('base64url');
const utf8 = (text: string) => new TextEncoder().encode(text);
const signature = bytes(64);
const jws = (payload: string) =>
  `${text64('{"alg":"ES256"}')}.${text64(payload)}.${text64(signature)}`;
const header = new Map([['alg', 'ES256']]);

describe('a text is packed to what it stands for', () => {
  for (const [why, text, packed] of [
    ['a salt of 128 bits', text64(bytes(16)), new Tagged(21, bytes(16))],
    ['a digest', text64(bytes(32)), new Tagged(21, bytes(32))],
    ['a signature', text64(signature), new Tagged(21, signature)],
    ['base64url of 120 characters', text64(bytes(90)), new Tagged(21, bytes(90))],
    [
      'a prefixed digest',
      `x509_hash:${text64(bytes(32))}`,
      new Tagged(21, ['x509_hash:', bytes(32)]),
    ],
    [
      'base64 of 200 characters',
      Buffer.alloc(150, 0xff).toString('base64'),
      new Tagged(22, Uint8Array.from(Buffer.alloc(150, 0xff))),
    ],
    [
      'a picture',
      'data:image/avif;base64,AAECAw==',
      new Tagged(22, ['data:image/avif;base64,', Uint8Array.of(0, 1, 2, 3)]),
    ],
    [
      'a JWS with every kind of JSON',
      jws('{"a":1,"b":[true,null,-1],"c":{"d":"e"},"f":4294967295}'),
      new Tagged(21, [
        header,
        new Map<string, unknown>([
          ['a', 1],
          ['b', [true, null, -1]],
          ['c', new Map([['d', 'e']])],
          ['f', 4_294_967_295],
        ]),
        signature,
      ]),
    ],
    [
      'an SD-JWT without a key binding',
      `${jws('{"a":1}')}~${text64('["s","n",1]')}~`,
      new Tagged(21, [[header, new Map([['a', 1]]), signature], ['s', 'n', 1], null]),
    ],
    [
      'an SD-JWT with one',
      `${jws('{"a":1}')}~${jws('{"b":2}')}`,
      new Tagged(21, [
        [header, new Map([['a', 1]]), signature],
        [header, new Map([['b', 2]]), signature],
      ]),
    ],
  ] as const) {
    test(why, () => {
      expect(packJson(text)).toEqual(packed);
    });
  }
});

describe('a part of a token that would not come back alike is carried as its bytes, alone', () => {
  for (const payload of [
    '{"a":1.5}',
    '{"a":1e21}',
    '{"a":-0}',
    '{"a":4294967296}',
    '{"a":-4294967297}',
    '{"a": 1}',
    '{"a":1,"a":1}',
    '{"a":"\\ud800"}',
    '{"a":"\ufeffb"}',
    '{"\ufeffa":1}',
    '{"__proto__":1}',
    '{"b":1,"1":2}',
  ]) {
    test(payload, () => {
      const packed = new Tagged(21, [header, utf8(payload), signature]);
      expect(packJson(jws(payload))).toEqual(packed);
      // The rest of the message is packed all the same.
      const message = packMessage({
        type: 'answer',
        value: { a: jws(payload), b: jws('{"a":1}') },
      });
      expect(message.length).toBeLessThan(5 + 64 + payload.length + 80);
    });
  }
});

describe('a text that only looks like base64 stays text', () => {
  for (const text of [
    'A'.repeat(21),
    'A'.repeat(42),
    `${'A'.repeat(42)}B`,
    `x509_hash:${'A'.repeat(42)}B`,
    `X509:${'A'.repeat(43)}`,
    `${'A'.repeat(198)}B=`,
    'data:image/avif;base64,AAB=',
    'data:image/avif,AAAA',
    `${jws('{"a":1}')}~a+b~`,
    `${text64('{"a":1}')}X.${text64('{"a":1}')}.AA`,
    'eyJhIjoxfQ.eyJhIjoxfQ.AB',
  ]) {
    test(text.length > 50 ? `${text.slice(0, 12)}…${text.slice(-6)}` : text, () => {
      expect(packJson(text)).toBe(text);
    });
  }
});
