import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { verifyJwtVc, verifySdJwt } from '@symbolon/credentials';
import {
  type JsonObject,
  type PublicJwk,
  parsePublicJwk,
  type SdJwtFormat,
} from '@symbolon/schemas';
import { describe, expect, test } from 'vitest';
import * as nodeZlib from '../../../credentials/zlib/node.ts';
import * as webZlib from '../../../credentials/zlib/web.ts';

const NOW = 1_795_600_000;
const DAY = 86_400;
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const issuerKey: PublicJwk = parsePublicJwk(publicKey.export({ format: 'jwk' }));

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

function signJws(header: JsonObject, payload: JsonObject, key: KeyObject = privateKey) {
  const input = `${encode({ alg: 'ES256', ...header })}.${encode(payload)}`;
  const signature = sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });
  return `${input}.${signature.toString('base64url')}`;
}

const CARDS: Readonly<Record<SdJwtFormat, JsonObject>> = {
  'dc+sd-jwt': { iss: 'https://id.example', vct: 'urn:x', iat: NOW - DAY, exp: NOW + DAY },
  'vc+sd-jwt': {
    '@context': ['https://www.w3.org/ns/credentials/v2'],
    type: ['VerifiableCredential', 'Card'],
    issuer: 'did:web:id.example',
    credentialSubject: { id: 'did:example:1' },
    validUntil: '2099-01-01T00:00:00Z',
  },
};

const disclosure = (name: string, value: unknown) =>
  encode(['c2FsdHNhbHRzYWx0c2FsdA', name, value]);

async function digestOf(text: string) {
  const { hash } = await import('node:crypto');
  return hash('sha256', text, 'base64url');
}

const verify = (compact: string, expectedFormat: SdJwtFormat) =>
  verifySdJwt(compact, { expectedFormat, issuerKey, now: NOW, keyBinding: 'not_required' });

describe('[attack 11] a coordinate has one spelling', () => {
  const { kty, crv, x, y } = { y: '', ...issuerKey };
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const others = (text: string) => {
    const last = alphabet.indexOf(text.at(-1) ?? '');
    return [1, 2, 3].map((bits) => `${text.slice(0, -1)}${alphabet[last + bits]}`);
  };
  test('as it was made, it is accepted', () => {
    expect(parsePublicJwk({ kty, crv, x, y })).toEqual({ kty, crv, x, y });
  });
  test('with other bits where no bits are, the key is refused: it would pass as another key', () => {
    for (const other of others(x)) {
      expect(() => parsePublicJwk({ kty, crv, x: other, y })).toThrow(
        expect.objectContaining({ code: 'malformed', path: 'x' }),
      );
    }
    for (const other of others(y)) {
      expect(() => parsePublicJwk({ kty, crv, x, y: other })).toThrow(
        expect.objectContaining({ code: 'malformed', path: 'y' }),
      );
    }
  });
});

describe('RFC 9901 7.1 step 6, RFC 7519 4.1.3: a credential for somebody else is refused', () => {
  for (const format of ['dc+sd-jwt', 'vc+sd-jwt'] as const) {
    test(`${format}: without 'aud' it is for everybody`, async () => {
      await expect(
        verify(`${signJws({ typ: format }, CARDS[format])}~`, format),
      ).resolves.toBeDefined();
    });
    for (const aud of ['https://elsewhere.example', ['a', 'b'], []]) {
      test(`${format}: 'aud' ${JSON.stringify(aud)}`, async () => {
        const card = signJws({ typ: format }, { ...CARDS[format], aud });
        await expect(verify(`${card}~`, format)).rejects.toMatchObject({
          code: 'audience_mismatch',
        });
      });
    }
  }
  test('jwt_vc_json too', async () => {
    const card = signJws({ typ: 'JWT' }, { ...jwtVc(), aud: 'https://elsewhere.example' });
    await expect(verifyJwtVc(card, { issuerKey, now: NOW })).rejects.toMatchObject({
      code: 'audience_mismatch',
    });
  });
});

function jwtVc(dates: JsonObject = {}, claims: JsonObject = {}): JsonObject {
  return {
    iss: 'did:web:id.example',
    sub: 'did:example:1',
    ...claims,
    vc: {
      '@context': ['https://www.w3.org/2018/credentials/v1'],
      type: ['VerifiableCredential', 'Card'],
      credentialSubject: { id: 'did:example:1', name: 'Ada' },
      ...dates,
    },
  };
}

describe('W3C data model 1.1: the dates of the credential count as those of the JWT do', () => {
  const cases: readonly (readonly [JsonObject, JsonObject, string])[] = [
    [{ expirationDate: '2020-01-01T00:00:00Z' }, {}, 'credential_expired'],
    [{ expirationDate: '2020-01-01T00:00:00Z' }, { exp: NOW + DAY }, 'credential_expired'],
    [{ issuanceDate: '2099-01-01T00:00:00Z' }, {}, 'credential_not_yet_valid'],
    [{ expirationDate: '2099-01-01T00:00:00Z' }, { exp: NOW - DAY }, 'credential_expired'],
    [{ expirationDate: 'rubbish' }, {}, 'malformed'],
  ];
  for (const [dates, claims, code] of cases) {
    test(`${JSON.stringify([dates, claims])} is ${code}`, async () => {
      const card = signJws({ typ: 'JWT' }, jwtVc(dates, claims));
      await expect(verifyJwtVc(card, { issuerKey, now: NOW })).rejects.toMatchObject({ code });
    });
  }
  test('dates that hold are accepted', async () => {
    const dates = { issuanceDate: '2020-01-01T00:00:00Z', expirationDate: '2099-01-01T00:00:00Z' };
    const card = signJws({ typ: 'JWT' }, jwtVc(dates, { exp: NOW + DAY }));
    await expect(verifyJwtVc(card, { issuerKey, now: NOW })).resolves.toBeDefined();
  });
});

describe("RFC 9901 4: what follows the last '~' is a key binding JWT or nothing", () => {
  const card = () => signJws({ typ: 'dc+sd-jwt' }, CARDS['dc+sd-jwt']);
  for (const tail of ['garbage', disclosure('a', 1), 'a.b', 'a.b.c.d', 'a..c', ' ']) {
    test(`'${tail.slice(0, 12)}' is malformed, also where no key binding is required`, async () => {
      await expect(verify(`${card()}~${tail}`, 'dc+sd-jwt')).rejects.toMatchObject({
        code: 'malformed',
      });
    });
  }
});

describe('[attack 27] what decides about a credential is not brought in by a disclosure', () => {
  const cases: readonly (readonly [SdJwtFormat, string, unknown])[] = [
    ['dc+sd-jwt', 'aud', 'https://elsewhere.example'],
    ['dc+sd-jwt', 'credentialStatus', { type: 'X' }],
    ['vc+sd-jwt', 'aud', 'https://elsewhere.example'],
    ['vc+sd-jwt', 'vc', {}],
    ['vc+sd-jwt', 'vp', {}],
    ['vc+sd-jwt', 'sub', 'did:example:2'],
    ['vc+sd-jwt', 'jti', 'urn:x'],
  ];
  for (const [format, name, value] of cases) {
    test(`${format}: '${name}'`, async () => {
      const disclosed = disclosure(name, value);
      const payload = { ...CARDS[format], _sd: [await digestOf(disclosed)] };
      const card = `${signJws({ typ: format }, payload)}~${disclosed}~`;
      await expect(verify(card, format)).rejects.toMatchObject({ code: 'claim_must_be_plain' });
    });
  }
});

describe('[attack 91] a zlib stream ends where it ends', () => {
  const stream = deflateSync(Buffer.from('status list'));
  const checksum = stream.subarray(-4);
  const tails = [checksum, Buffer.concat([Buffer.from('xyzw'), checksum]), stream];
  for (const [name, { inflate }] of Object.entries({ node: nodeZlib, web: webZlib })) {
    test(`${name}: as it is, it is inflated`, () => {
      expect(Buffer.from(inflate(new Uint8Array(stream), 100)).toString()).toBe('status list');
    });
    for (const tail of tails) {
      test(`${name}: with ${tail.length} more bytes that end in the checksum, it is refused`, () => {
        const bytes = new Uint8Array(Buffer.concat([stream, tail]));
        expect(() => inflate(bytes, 100)).toThrow(expect.objectContaining({ code: 'malformed' }));
      });
    }
  }
});
