import { Aes128Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from '@hpke/core';
import { generateP256KeyPair, randomBytes, sha256 } from '@symbolon/credentials/crypto';
import {
  type Answer,
  type AnswerableRequest,
  answerClass,
  exchangeCode,
  openAnswer,
  PADDING_CLASSES,
  packMessage,
  sealAnswer,
} from '@symbolon/presentation';
import type { JsonValue } from '@symbolon/schemas';
import { parseDcqlQuery } from '@symbolon/schemas/openid4vp';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { padMessage } from '../../../presentation/packing/padding.ts';
import { openHpke } from '../../../presentation/seal/hpke-open.ts';
import { sealHpke } from '../../../presentation/seal/hpke-seal.ts';
import { requestBinding } from '../../../presentation/seal/request-binding.ts';

const query = parseDcqlQuery({
  credentials: [
    {
      id: 'card',
      format: 'dc+sd-jwt',
      meta: { vct_values: ['urn:a'] },
      claims: [{ path: ['family_name'] }],
    },
  ],
});
const COMPACT = 'eyJhbGciOiJFUzI1NiJ9.eyJub25jZSI6IngifQ.AAAA';
const PRESENTATION = 'eyJhIjoxfQ.eyJiIjoxfQ.AAAA~WyJzIiwibiIsMV0~eyJhIjoxfQ.eyJiIjoxfQ.BBBB';
const PRESENTED: Answer = { kind: 'presented', vpToken: new Map([['card', PRESENTATION]]) };
const REFUSED: Answer = { kind: 'refused', error: 'access_denied', description: 'no' };

let key: Awaited<ReturnType<typeof generateP256KeyPair>>;
let otherKey: Awaited<ReturnType<typeof generateP256KeyPair>>;
let request: AnswerableRequest;

beforeAll(async () => {
  [key, otherKey] = await Promise.all([generateP256KeyPair(), generateP256KeyPair()]);
  request = { compact: COMPACT, query, responseKey: key.publicJwk };
});

const seal = (answer: Answer, to = request) =>
  sealAnswer({ request: to, answer, random: randomBytes });
const open = (wire: Uint8Array, { privateJwk = key.privateJwk, requestCompact = COMPACT } = {}) =>
  openAnswer(wire, { responsePrivateJwk: privateJwk, requestCompact });
const unreadable = { name: 'PresentationError', code: 'answer_unreadable' };

describe('a sealed answer', () => {
  test('opens to the presentations, text for text', async () => {
    expect(await open(await seal(PRESENTED))).toEqual(PRESENTED);
  });

  test('opens to the refusal', async () => {
    expect(await open(await seal(REFUSED))).toEqual(REFUSED);
  });

  test('is of the class that the question calls for, whatever the answer is', async () => {
    const answers: Answer[] = [
      PRESENTED,
      REFUSED,
      { ...REFUSED, description: '' },
      { ...REFUSED, description: 'x'.repeat(200) },
      { kind: 'presented', vpToken: new Map([['card', `${PRESENTATION}~${'A'.repeat(1500)}`]]) },
    ];
    for (const answer of answers) {
      expect((await seal(answer)).length).toBe(answerClass(query));
    }
    expect(PADDING_CLASSES).toContain(answerClass(query));
  });

  test('is another one each time: nothing in it can be recognised', async () => {
    const [one, other] = await Promise.all([seal(PRESENTED), seal(PRESENTED)]);
    expect(one.subarray(0, 65)).not.toEqual(other.subarray(0, 65));
    const same = [...one.subarray(65)].filter((byte, at) => byte === other[65 + at]).length;
    expect(same).toBeLessThan(one.length / 20);
  });

  test('that is too large for the largest class is not sent', async () => {
    for (const [size, code] of [
      [15_100, 'answer_too_large'],
      [16_500, 'message_too_large'],
    ] as const) {
      const vpToken = new Map([['card', Buffer.from(randomBytes(size)).toString('base64url')]]);
      await expect(seal({ kind: 'presented', vpToken })).rejects.toMatchObject({ code });
    }
  });

  test('[attack 87] cannot be made for a key off its curve', async () => {
    const responseKey = { ...key.publicJwk, x: otherKey.publicJwk.x };
    await expect(seal(PRESENTED, { ...request, responseKey })).rejects.toMatchObject({
      code: 'response_key_unusable',
    });
  });
});

describe('[attack 75] a sealed answer does not open', () => {
  let wire: Uint8Array<ArrayBuffer>;

  beforeAll(async () => {
    wire = await seal(PRESENTED);
  });

  test('with the key of another request', async () => {
    await expect(open(wire, { privateJwk: otherKey.privateJwk })).rejects.toMatchObject(unreadable);
  });

  test('as the answer to another request that has the same key', async () => {
    for (const requestCompact of [`${COMPACT}A`, COMPACT.slice(0, -1), COMPACT.toLowerCase(), '']) {
      await expect(open(wire, { requestCompact })).rejects.toMatchObject(unreadable);
    }
  });

  test('with any one byte changed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(wire.length - 1),
        fc.integer({ min: 1, max: 255 }),
        async (at, change) => {
          const changed = wire.slice();
          changed[at] = (changed[at] ?? 0) ^ change;
          await expect(open(changed)).rejects.toMatchObject(unreadable);
        },
      ),
      { numRuns: 300 },
    );
  });

  for (const [why, change] of [
    ['nothing at all', () => new Uint8Array()],
    ['its key alone', (bytes) => bytes.slice(0, 65)],
    ['its key and a cut tag', (bytes) => bytes.slice(0, 80)],
    ['its last byte missing', (bytes) => bytes.slice(0, -1)],
    ['a byte more', (bytes) => Uint8Array.from([...bytes, 0])],
    ['a compressed key', (bytes) => Uint8Array.from([2, ...bytes.slice(1)])],
    ['a key of zeros', (bytes) => Uint8Array.from(bytes).fill(0, 1, 65)],
    ['the point at infinity', (bytes) => Uint8Array.from(bytes).fill(0, 0, 65)],
    ['noise', (bytes) => randomBytes(bytes.length)],
  ] satisfies readonly (readonly [string, (bytes: Uint8Array) => Uint8Array])[]) {
    test(`with ${why}`, async () => {
      await expect(open(change(wire))).rejects.toMatchObject(unreadable);
    });
  }

  test('when it is over the limit, and is not even tried', async () => {
    await expect(open(new Uint8Array(16_385))).rejects.toMatchObject({ code: 'message_too_large' });
  });
});

describe('what is sealed well and is no answer is refused', () => {
  const sealPlain = async (plaintext: Uint8Array<ArrayBuffer>) =>
    sealHpke(key.publicJwk, {
      info: await requestBinding(COMPACT),
      plaintext,
      seed: randomBytes(32),
    });
  const padded = (value: Parameters<typeof packMessage>[0]) => padMessage(packMessage(value), 0);
  const presented = (vpToken: JsonValue) =>
    padded({ type: 'answer', value: { vp_token: vpToken } });

  for (const [why, make, code] of [
    [
      'a request in its place',
      () => padded({ type: 'request', value: COMPACT }),
      'message_type_unexpected',
    ],
    ['without padding', () => packMessage({ type: 'answer', value: {} }), 'message_malformed'],
    [
      'padded to no class',
      () => padded({ type: 'answer', value: {} }).slice(0, -1),
      'message_malformed',
    ],
    ['no vp_token', () => padded({ type: 'answer', value: {} }), 'message_malformed'],
    ['an empty vp_token', () => presented({}), 'message_malformed'],
    ['a vp_token that is a list', () => presented([['x']]), 'message_malformed'],
    ['no presentation for a query', () => presented({ card: [] }), 'message_malformed'],
    ['two presentations for a query', () => presented({ card: ['a', 'b'] }), 'message_malformed'],
    ['a presentation that is no text', () => presented({ card: [1] }), 'message_malformed'],
    ['a presentation outside a list', () => presented({ card: 'a' }), 'message_malformed'],
    ['an empty presentation', () => presented({ card: [''] }), 'message_malformed'],
    ['an id with a space', () => presented({ 'my card': ['a'] }), 'message_malformed'],
    [
      'a member beside vp_token',
      () => padded({ type: 'answer', value: { vp_token: { card: ['a'] }, state: 'x' } }),
      'message_malformed',
    ],
    [
      'an answer that calls itself an error',
      () => padded({ type: 'error', value: { vp_token: { card: ['a'] } } }),
      'message_malformed',
    ],
    [
      'an error that calls itself an answer',
      () => padded({ type: 'answer', value: { error: 'access_denied' } }),
      'message_malformed',
    ],
    [
      'an unknown error',
      () => padded({ type: 'error', value: { error: 'sorry' } }),
      'message_malformed',
    ],
    [
      'a description that would forge a log line',
      () => padded({ type: 'error', value: { error: 'access_denied', error_description: 'a\nb' } }),
      'message_malformed',
    ],
    [
      '33 presentations',
      () => presented(Object.fromEntries(Array.from({ length: 33 }, (_, at) => [`c${at}`, ['a']]))),
      'message_malformed',
    ],
  ] satisfies readonly (readonly [string, () => Uint8Array<ArrayBuffer>, string])[]) {
    test(why, async () => {
      await expect(open(await sealPlain(make()))).rejects.toMatchObject({
        name: 'PresentationError',
        code,
      });
    });
  }

  test('a refusal without a description is one', async () => {
    const wire = await sealPlain(padded({ type: 'error', value: { error: 'access_denied' } }));
    expect(await open(wire)).toEqual({ ...REFUSED, description: '' });
  });
});

describe('RFC 9180: our recipient and a library agree', () => {
  const suite = new CipherSuite({
    kem: new DhkemP256HkdfSha256(),
    kdf: new HkdfSha256(),
    aead: new Aes128Gcm(),
  });

  test('on any message, info and key', async () => {
    const bytes = (maxLength: number) =>
      fc.uint8Array({ maxLength }).map((each) => Uint8Array.from(each));
    await fc.assert(
      fc.asyncProperty(bytes(300), bytes(80), async (plaintext, info) => {
        const own = await generateP256KeyPair();
        const { kty, crv, x, y } = own.publicJwk;
        const recipientPublicKey = await suite.kem.importKey('jwk', { kty, crv, x, y }, true);
        const sender = await suite.createSenderContext({ recipientPublicKey, info });
        const ciphertext = await sender.seal(plaintext);
        const wire = Uint8Array.from([
          ...new Uint8Array(sender.enc),
          ...new Uint8Array(ciphertext),
        ]);
        expect(await openHpke(own.privateJwk, { info, wire })).toEqual(plaintext);
        // Only the first message of a context, and only without additional data.
        const second = Uint8Array.from([
          ...new Uint8Array(sender.enc),
          ...new Uint8Array(await sender.seal(plaintext)),
        ]);
        expect(await openHpke(own.privateJwk, { info, wire: second })).toBeUndefined();
      }),
      { numRuns: 30 },
    );
  });
});

describe('the code of two digits', () => {
  test('is that of the profile: SHA-256 over the request and the encapsulated key', async () => {
    const wire = Uint8Array.from({ length: 821 }, (_, at) => at & 255);
    const utf8 = new TextEncoder();
    const digest = await sha256(
      Uint8Array.from([
        ...utf8.encode('QVP1 code'),
        ...(await sha256(utf8.encode(COMPACT))),
        ...wire.subarray(0, 65),
      ]),
    );
    const expected = Buffer.from(digest).readUInt32BE(0) % 100;
    expect(await exchangeCode(COMPACT, wire)).toBe(String(expected).padStart(2, '0'));
  });

  test('has two digits always, and differs with the request and with the answer', async () => {
    const codes = new Set<string>();
    for (let at = 0; at < 200; at += 1) {
      const code = await exchangeCode(`${COMPACT}${at}`, Uint8Array.of(at, ...new Uint8Array(70)));
      expect(code).toMatch(/^\d\d$/);
      codes.add(code);
    }
    expect(codes.size).toBeGreaterThan(60);
  });
});
