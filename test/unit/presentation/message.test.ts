import { randomBytes } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { packMessage, unpackMessage } from '@symbolon/presentation';
import type { JsonValue } from '@symbolon/schemas';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeCbor, Tagged } from '../../../presentation/packing/cbor.ts';
import { packJson } from '../../../presentation/packing/packed-json.ts';

const base64Url = (value: string | Uint8Array) => Buffer.from(value).toString('base64url');
const jws = (header: string, payload: string, signature = base64Url(Buffer.alloc(64, 7))) =>
  `${base64Url(header)}.${base64Url(payload)}.${signature}`;
const refusal = (code: string) => expect.objectContaining({ name: 'PresentationError', code });

/** What `JSON.parse` gave. */
function isJson(value: unknown): value is JsonValue {
  return value !== undefined;
}

function roundTrip(value: JsonValue): JsonValue {
  return unpackMessage(packMessage({ type: 'answer', value }), ['answer']).value;
}

/** A message around CBOR, or around any bytes in place of the deflated ones. */
function messageOf(packed: Uint8Array, { type = 2, id = [0, 0, 0, 0], deflate = true } = {}) {
  return Uint8Array.from([type, ...id, ...(deflate ? deflateRawSync(packed) : packed)]);
}

describe('a packed message', () => {
  test('is its type, dictionary 0 and raw deflate of CBOR', () => {
    const message = packMessage({ type: 'error', value: { error: 'access_denied' } });
    expect([...message.subarray(0, 5)]).toEqual([3, 0, 0, 0, 0]);
    const packed = inflateRawSync(message.subarray(5));
    expect(packed.toString('latin1')).toContain('access_denied');
    expect(unpackMessage(message, ['error'])).toEqual({
      type: 'error',
      value: { error: 'access_denied' },
    });
  });

  test('carries no base64 where it can be taken off', () => {
    const digest = base64Url(Buffer.alloc(32, 9));
    for (const [text, tag, bytes] of [
      [digest, 21, 32],
      [`x509_hash:${digest}`, 21, 32],
      [Buffer.alloc(300, 0xff).toString('base64'), 22, 300],
      [`data:image/avif;base64,${Buffer.alloc(40, 1).toString('base64')}`, 22, 40],
    ] as const) {
      const packed = packJson(text);
      expect(packed).toBeInstanceOf(Tagged);
      if (packed instanceof Tagged) expect(packed.tag).toBe(tag);
      expect(encodeCbor(packed).length).toBeLessThan(bytes + 30);
    }
  });

  test('holds a request inside a request, both taken apart', () => {
    const inner = jws('{"typ":"rc-wrp+jwt","alg":"ES256"}', '{"sub":"NTRCN-1","name":"Hôtel"}');
    const outer = jws('{"alg":"ES256"}', JSON.stringify({ verifier_info: [{ data: inner }] }));
    expect(roundTrip(outer)).toBe(outer);
    const packed = Buffer.from(encodeCbor(packJson(outer))).toString('latin1');
    expect(packed).toContain('NTRCN-1');
  });
});

describe('what goes in comes out, byte for byte', () => {
  const shortened = base64Url(Buffer.alloc(32, 9)).slice(0, -1);
  for (const [why, text] of [
    ['a JWS', jws('{"alg":"ES256"}', '{"a":1}')],
    ['a JWS whose JSON has white space', jws('{"alg": "ES256"}', '{"a": 1}')],
    ['a JWS whose JSON escapes what it need not', jws('{"alg":"ES256"}', '{"a":"\\u0061"}')],
    ['a number as 1e21', jws('{"alg":"ES256"}', '{"a":1e21}')],
    ['a number as 1E2', jws('{"alg":"ES256"}', '{"a":1E2}')],
    ['a number as 1.0', jws('{"alg":"ES256"}', '{"a":1.0}')],
    ['minus zero', jws('{"alg":"ES256"}', '{"a":-0}')],
    ['a fraction', jws('{"alg":"ES256"}', '{"a":1.5}')],
    ['an integer of 53 bits', jws('{"alg":"ES256"}', '{"a":9007199254740991}')],
    ['an integer beyond them', jws('{"alg":"ES256"}', '{"a":9007199254740993}')],
    ['__proto__', jws('{"alg":"ES256"}', '{"__proto__":{"a":1}}')],
    ['__proto__ below', jws('{"alg":"ES256"}', '{"a":[{"__proto__":null}]}')],
    ['constructor', jws('{"alg":"ES256"}', '{"constructor":{"prototype":1}}')],
    ['a repeated member', jws('{"alg":"ES256"}', '{"a":1,"a":2}')],
    [
      'members with names of numbers, which JavaScript would move',
      jws('{"alg":"x"}', '{"b":1,"2":2,"1":3}'),
    ],
    ['a lone surrogate, escaped', jws('{"alg":"ES256"}', '{"a":"\\ud800"}')],
    ['a lone surrogate in a name', jws('{"alg":"ES256"}', '{"\\udc00":1}')],
    ['a byte order mark in a value', jws('{"alg":"ES256"}', `{"a":"\ufeff${'x'.repeat(50)}"}`)],
    ['a payload that is not UTF-8', `${base64Url('{"a":1}')}.eyL_.${base64Url('s')}`],
    ['a payload that is an array', jws('{"alg":"ES256"}', '["a"]')],
    ['20 levels', jws('{"alg":"ES256"}', `{"a":${'['.repeat(20)}${']'.repeat(20)}}`)],
    ['200 levels', jws('{"alg":"ES256"}', `{"a":${'['.repeat(200)}${']'.repeat(200)}}`)],
    ['a signature that is not canonical', `${base64Url('{"a":1}')}.${base64Url('{"a":1}')}.AB`],
    ['a part that is not canonical', `${base64Url('{"a":1}')}X.${base64Url('{"a":1}')}.AA`],
    ['an empty signature', `${base64Url('{"a":1}')}.${base64Url('{"a":1}')}.`],
    ['four parts', `${jws('{"a":1}', '{"a":1}')}.AA`],
    ['something like a JWS', 'eyJ.eyJ.x'],
    ['an SD-JWT without disclosures', `${jws('{"a":1}', '{"a":1}')}~`],
    [
      'an SD-JWT with everything',
      `${jws('{"a":1}', '{"a":1}')}~${base64Url('["s","n",1]')}~${jws('{"b":1}', '{"c":1}')}`,
    ],
    [
      'an SD-JWT with an odd disclosure',
      `${jws('{"a":1}', '{"a":1}')}~${base64Url('["s", "n", 1e3]')}~`,
    ],
    ['an SD-JWT with an empty disclosure', `${jws('{"a":1}', '{"a":1}')}~~`],
    ['an SD-JWT with a disclosure that is not base64url', `${jws('{"a":1}', '{"a":1}')}~a+b~`],
    ['an SD-JWT with something else at its end', `${jws('{"a":1}', '{"a":1}')}~AAAA`],
    ['only tildes', '~~~'],
    ['43 characters that are not canonical base64url', `${shortened}B`],
    ['43 characters of text', 'the quick brown fox jumps over the lazy dog'],
    ['base64 with bits left over', `${'A'.repeat(201)}B==`],
    ['base64 with too much padding', `${'A'.repeat(200)}==`],
    ['base64url with padding', `${'-'.repeat(200)}=`],
    ['a data URL that is not canonical', 'data:image/png;base64,AAB='],
    ['a data URL with a charset', 'data:text/plain;charset=utf-8;base64,AAAA'],
    ['an empty data URL', 'data:image/png;base64,'],
    ['a digest behind something else', `http://${base64Url(Buffer.alloc(32, 3))}`],
    ['an emoji', '🪪'],
    ['NUL and controls', '\u0000\u001b[31m\u202e'],
    ['nothing', ''],
  ] as const) {
    test(why, () => {
      expect(roundTrip(text)).toBe(text);
      expect(roundTrip({ vp_token: { card: [text, text] } })).toEqual({
        vp_token: { card: [text, text] },
      });
    });
  }

  test('any token of any JSON, with any base64 around it', async () => {
    const part = fc.oneof(
      fc.json().map((json) => base64Url(json)),
      fc.json().map((json) => base64Url(`{"x":${json}}`)),
      fc.json().map((json) => base64Url(` ${json}`)),
      fc.uint8Array({ maxLength: 40 }).map((bytes) => base64Url(bytes)),
      fc.stringMatching(/^[\w-]{0,50}$/),
    );
    const token = fc.oneof(
      fc.tuple(part, part, part).map((parts) => parts.join('.')),
      fc.tuple(part, part, part, part, part).map(([a, b, c, d, e]) => `${a}.${b}.${c}~${d}~${e}~`),
      fc.tuple(part, part, part, part).map(([a, b, c, d]) => `${a}.${b}.${c}~${d}~${a}.${b}.${c}`),
      fc.stringMatching(/^data:[a-z]{1,5};base64,[A-Za-z0-9+/]{0,20}={0,2}$/),
      fc.stringMatching(/^[A-Za-z0-9+/]{198,210}={0,3}$/),
      fc.stringMatching(/^[a-z_]{0,3}:?[\w-]{42,44}$/),
      part,
    );
    await fc.assert(
      fc.property(fc.array(token, { maxLength: 3 }), (texts) => {
        expect(roundTrip({ texts })).toEqual({ texts });
      }),
      { numRuns: 1000 },
    );
  });

  test('any JSON at all comes back alike, or is not sent', async () => {
    await fc.assert(
      fc.property(fc.jsonValue(), (value: unknown) => {
        if (!isJson(value)) throw new TypeError('not JSON');
        let message: Uint8Array;
        try {
          message = packMessage({ type: 'answer', value });
        } catch (error) {
          expect(error).toMatchObject({ code: 'message_malformed' });
          return;
        }
        const { value: unpacked } = unpackMessage(message, ['answer']);
        expect(JSON.stringify(unpacked)).toBe(JSON.stringify(value));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a value that would not come back alike is not sent', () => {
  for (const [why, value] of [
    ['a fraction', { a: 1.5 }],
    ['1e21', { a: 1e21 }],
    ['an integer of 33 bits', { a: 4_294_967_296 }],
    ['minus zero', { a: -0 }],
    ['a lone surrogate', { a: '\ud800' }],
    ['a lone surrogate in a name', { '\udc00': 1 }],
    ['__proto__', JSON.parse('{"__proto__":{"a":1}}')],
    ['33 levels', JSON.parse(`${'['.repeat(33)}0${']'.repeat(33)}`)],
  ] as const) {
    test(why, () => {
      if (!isJson(value)) throw new TypeError('not JSON');
      expect(() => packMessage({ type: 'answer', value })).toThrow(refusal('message_malformed'));
    });
  }

  test('one that is too large, before and after deflating', () => {
    const noise = randomBytes(40_000).toString('base64');
    for (const text of [' '.repeat(65_537), noise]) {
      expect(() => packMessage({ type: 'request', value: text })).toThrow(
        refusal('message_too_large'),
      );
    }
  });
});

describe('unpacking refuses', () => {
  const good = packMessage({ type: 'answer', value: { a: 'b' } });

  for (const [why, bytes, code] of [
    ['nothing', new Uint8Array(), 'message_malformed'],
    ['a header alone', good.slice(0, 5), 'message_malformed'],
    ['16385 bytes', new Uint8Array(16_385), 'message_too_large'],
    [
      'another type than is meant here',
      messageOf(Uint8Array.of(0), { type: 1 }),
      'message_type_unexpected',
    ],
    [
      'a type that does not exist',
      messageOf(Uint8Array.of(0), { type: 9 }),
      'message_type_unexpected',
    ],
    [
      'a dictionary that is not here',
      messageOf(Uint8Array.of(0), { id: [0, 0, 0, 1] }),
      'dictionary_unknown',
    ],
    ['cut deflate', good.slice(0, -1), 'message_malformed'],
    ['bytes behind the deflate', Uint8Array.from([...good, 0]), 'message_malformed'],
    [
      'something that is not deflate',
      messageOf(Buffer.alloc(50, 0xff), { deflate: false }),
      'message_malformed',
    ],
    ['[attack 43] 16 MB of zeros', messageOf(Buffer.alloc(16_000_000)), 'message_malformed'],
    ['[attack 43] 65537 bytes', messageOf(Buffer.alloc(65_537)), 'message_malformed'],
    ['two CBOR items', messageOf(Uint8Array.of(0, 0)), 'message_malformed'],
    ['bytes that stand alone', messageOf(Uint8Array.of(0x41, 0)), 'message_malformed'],
    ['a key that is no text', messageOf(Uint8Array.of(0xa1, 0x01, 0x01)), 'message_malformed'],
    ['__proto__', messageOf(encodeCbor(new Map([['__proto__', 1]]))), 'message_malformed'],
    ['tag 21 around text', messageOf(encodeCbor(new Tagged(21, 'AAAA'))), 'message_malformed'],
    ['tag 21 around a map', messageOf(encodeCbor(new Tagged(21, new Map()))), 'message_malformed'],
    [
      'tag 22 around a JWS',
      messageOf(encodeCbor(new Tagged(22, [new Map(), new Map(), new Uint8Array(1)]))),
      'message_malformed',
    ],
    [
      'a JWS of two parts',
      messageOf(encodeCbor(new Tagged(21, [new Map(), new Uint8Array(1)]))),
      'message_malformed',
    ],
    [
      'a JWS of four parts',
      messageOf(encodeCbor(new Tagged(21, [new Map(), new Map(), new Uint8Array(1), 1]))),
      'message_malformed',
    ],
    [
      'a JWS with text as its signature',
      messageOf(encodeCbor(new Tagged(21, [new Map(), new Map(), 'AA']))),
      'message_malformed',
    ],
    ['an empty array in a tag', messageOf(encodeCbor(new Tagged(21, []))), 'message_malformed'],
    [
      'an SD-JWT whose binding is a number',
      messageOf(encodeCbor(new Tagged(21, [[new Map(), new Map(), new Uint8Array(1)], 1]))),
      'message_malformed',
    ],
  ] as const) {
    test(why, () => {
      expect(() => unpackMessage(bytes, ['answer', 'error'])).toThrow(refusal(code));
    });
  }

  test('[attack 43] tokens inside tokens, which grow by a third at each level', () => {
    let nested: Parameters<typeof encodeCbor>[0] = 'x'.repeat(60_000);
    for (let level = 0; level < 7; level += 1) {
      nested = new Tagged(21, [new Map(), new Map([['a', nested]]), new Uint8Array(1)]);
    }
    const started = performance.now();
    expect(() => unpackMessage(messageOf(encodeCbor(nested)), ['answer'])).toThrow(
      refusal('message_too_large'),
    );
    expect(performance.now() - started).toBeLessThan(500);
  });

  test('one changed byte of a message is a refusal or another value, never a fault', async () => {
    const text = jws('{"alg":"ES256"}', '{"a":1,"b":["c",true,null]}');
    const message = packMessage({ type: 'answer', value: { vp_token: { card: [text] } } });
    await fc.assert(
      fc.property(fc.nat(message.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = message.slice();
        changed[at] = (changed[at] ?? 0) ^ change;
        try {
          unpackMessage(changed, ['answer', 'error', 'request']);
        } catch (error) {
          expect(error).toMatchObject({ name: 'PresentationError' });
        }
      }),
      { numRuns: 2000 },
    );
  });
});
