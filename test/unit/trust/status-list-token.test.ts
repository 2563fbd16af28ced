import { createSigner } from '@symbolon/credentials/crypto';
import { encodeBase64Url, signCompactJws } from '@symbolon/credentials/jose';
import type { JsonObject } from '@symbolon/schemas';
import { createStatusListToken, statusAt, verifyStatusListToken } from '@symbolon/trust';
import { describe, expect, test } from 'vitest';
import {
  encodeList,
  HOUR,
  LIST,
  NOW,
  statusKeys,
  statusSigner,
  statusToken,
  strangerKeys,
} from './support/authority.ts';

const expectations = { expectedUri: LIST, key: statusKeys.publicJwk, now: NOW };
const PAYLOAD: JsonObject = {
  sub: LIST,
  iat: NOW - HOUR,
  exp: NOW + HOUR,
  ttl: 3600,
  status_list: { bits: 2, lst: encodeList(2, 64) },
};
const HEADER = { typ: 'statuslist+jwt', kid: 'status-1' };

const sign = (
  payload: JsonObject,
  header: JsonObject & { typ: string } = HEADER,
  keys = statusKeys,
) => signCompactJws({ header, payload, signer: createSigner(keys.privateJwk) });

const without = (member: string) =>
  Object.fromEntries(Object.entries(PAYLOAD).filter(([name]) => name !== member));

const encode = (value: unknown) => encodeBase64Url(new TextEncoder().encode(JSON.stringify(value)));

test('what is created verifies, and says what was put in', async () => {
  const list = await verifyStatusListToken(
    await statusToken({ set: { 7: 1, 9: 2 } }),
    expectations,
  );
  expect(list).toMatchObject({ uri: LIST, bits: 2, issuedAt: NOW - HOUR, ttlSeconds: 3600 });
  expect([6, 7, 8, 9].map((index) => statusAt(list.bytes, list.bits, index))).toEqual([0, 1, 0, 2]);
});

test('Token Status List 5.1: exp and ttl may be missing, other claims are ignored', async () => {
  const { exp, ttl, ...payload } = PAYLOAD;
  expect([exp, ttl]).not.toContain(undefined);
  const compact = await sign({ ...payload, iss: 'https://issuer.example', other: [1] });
  expect(await verifyStatusListToken(compact, expectations)).toMatchObject({
    expiresAt: undefined,
    ttlSeconds: undefined,
  });
});

test('ttl that has passed says nothing against a list at hand: the policy decides its age', async () => {
  const compact = await sign({ ...PAYLOAD, ttl: 1 });
  expect(await verifyStatusListToken(compact, expectations)).toMatchObject({ ttlSeconds: 1 });
});

describe('[attack 93] [threat 13] Token Status List 8.3: refuses', () => {
  const table: readonly (readonly [why: string, token: () => Promise<string>, code?: string])[] = [
    ['sub of another list', () => sign({ ...PAYLOAD, sub: `${LIST}0` })],
    ['sub with another case', () => sign({ ...PAYLOAD, sub: LIST.toUpperCase() })],
    ['no sub', () => sign(without('sub'))],
    ['no iat', () => sign(without('iat'))],
    ['no status_list', () => sign(without('status_list'))],
    ['iat in the future', () => sign({ ...PAYLOAD, iat: NOW + 61 })],
    ['nbf in the future', () => sign({ ...PAYLOAD, nbf: NOW + 61 })],
    ['iat as text', () => sign({ ...PAYLOAD, iat: String(NOW) })],
    ['iat with a fraction', () => sign({ ...PAYLOAD, iat: NOW + 0.5 })],
    ['exp negative', () => sign({ ...PAYLOAD, exp: -1 })],
    ['expired', () => sign({ ...PAYLOAD, exp: NOW - 60 }), 'status_stale'],
    ['ttl 0', () => sign({ ...PAYLOAD, ttl: 0 })],
    ['ttl negative', () => sign({ ...PAYLOAD, ttl: -3600 })],
    ['ttl as text', () => sign({ ...PAYLOAD, ttl: '3600' })],
    ['typ JWT', () => sign(PAYLOAD, { typ: 'JWT' })],
    ['typ of the CWT form', () => sign(PAYLOAD, { typ: 'statuslist+cwt' })],
    ['typ in upper case', () => sign(PAYLOAD, { typ: 'STATUSLIST+JWT' })],
    ['signed with another key', () => sign(PAYLOAD, HEADER, strangerKeys)],
    [
      "[attack 3] an attacker's key in the header",
      () => sign(PAYLOAD, { ...HEADER, jwk: { ...strangerKeys.publicJwk } }, strangerKeys),
    ],
    [
      '[attack 1] alg none',
      async () => `${encode({ ...HEADER, alg: 'none' })}.${encode(PAYLOAD)}.`,
    ],
    [
      '[attack 1] alg nOnE with a signature of another token',
      async () =>
        `${encode({ ...HEADER, alg: 'nOnE' })}.${(await sign(PAYLOAD)).split('.').slice(1).join('.')}`,
    ],
    ['[attack 7] crit', () => sign(PAYLOAD, { ...HEADER, crit: ['exp'] })],
    ['[attack 11] two parts', async () => (await sign(PAYLOAD)).split('.').slice(0, 2).join('.')],
    ['[attack 11] a million dots', async () => '.'.repeat(1_000_000)],
    ['[attack 11] padding', async () => `${await sign(PAYLOAD)}==`],
    [
      '[attack 13] a payload that is no object',
      async () => {
        const [header = '', , signature = ''] = (await sign(PAYLOAD)).split('.');
        return `${header}.${encode([PAYLOAD])}.${signature}`;
      },
    ],
    ['nothing', async () => ''],
    ['17 MB', async () => 'A'.repeat(17_000_000)],
    ['3 bits', () => sign({ ...PAYLOAD, status_list: { bits: 3, lst: encodeList(2, 64) } })],
    ['no list', () => sign({ ...PAYLOAD, status_list: { bits: 2 } })],
    [
      'a list that is not packed',
      () => sign({ ...PAYLOAD, status_list: { bits: 2, lst: 'AAAA' } }),
    ],
  ];
  for (const [why, token, code = 'status_list_invalid'] of table) {
    test(why, async () => {
      await expect(verifyStatusListToken(await token(), expectations)).rejects.toMatchObject({
        name: 'TrustError',
        code,
      });
    });
  }

  test('[attack 13] a payload that nobody signed, before it is read', async () => {
    const [header = ''] = (await sign(PAYLOAD)).split('.');
    const compact = `${header}.${encode([PAYLOAD])}.${encodeBase64Url(new Uint8Array(64))}`;
    await expect(verifyStatusListToken(compact, expectations)).rejects.toMatchObject({
      code: 'status_list_invalid',
      cause: expect.objectContaining({ code: 'signature_invalid' }),
    });
  });

  test('any one byte changed', async () => {
    const compact = await statusToken();
    for (let at = 0; at < compact.length; at += 1) {
      const changed = `${compact.slice(0, at)}${compact[at] === 'A' ? 'B' : 'A'}${compact.slice(at + 1)}`;
      await expect(verifyStatusListToken(changed, expectations)).rejects.toMatchObject({
        code: 'status_list_invalid',
      });
    }
  });
});

test('clocks may be a minute apart, in either direction', async () => {
  const early = await sign({ ...PAYLOAD, iat: NOW + 60, exp: NOW + HOUR });
  await expect(verifyStatusListToken(early, expectations)).resolves.toBeDefined();
  const late = await sign({ ...PAYLOAD, exp: NOW - 59 });
  await expect(verifyStatusListToken(late, expectations)).resolves.toBeDefined();
});

test('no time at all is no proof of freshness', async () => {
  await expect(
    verifyStatusListToken(await statusToken(), { ...expectations, now: Number.NaN }),
  ).rejects.toMatchObject({ code: 'status_list_invalid' });
});

for (const [why, contents] of [
  ['a ttl of 0', { ttl: 0 }],
  ['a relative URI', { uri: '/status/1' }],
  ['a time with a fraction', { iat: 0.5 }],
] as const) {
  test(`does not create a token with ${why}`, async () => {
    const valid = {
      uri: LIST,
      bits: 2,
      lst: 'eNo',
      iat: NOW,
      exp: NOW + 1,
      ttl: 1,
      kid: 'k',
    } as const;
    await expect(
      createStatusListToken({ ...valid, ...contents }, statusSigner),
    ).rejects.toMatchObject({
      name: 'ParseError',
    });
  });
}
