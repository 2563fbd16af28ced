import { hash } from 'node:crypto';
import {
  didJwkOf,
  issueSdJwt,
  prepareSdJwt,
  type SdJwtSubject,
  verifySdJwt,
} from '@symbolon/credentials';
import { randomBytes } from '@symbolon/credentials/crypto';
import { encodeBase64Url } from '@symbolon/credentials/jose';
import type { ClaimPath, JsonObject } from '@symbolon/schemas';
import { describe, expect, test } from 'vitest';
import { createTemplate } from '../../../credentials/sd-jwt/create-template.ts';
import { decodeDisclosure } from '../../../credentials/sd-jwt/disclosure.ts';
import { fillTemplate } from '../../../credentials/sd-jwt/fill-template.ts';
import { processPayload } from '../../../credentials/sd-jwt/process-payload.ts';
import { splitSdJwt } from '../../../credentials/sd-jwt/split-sd-jwt.ts';
import {
  holderKeys,
  issuerKeys,
  issuerSigner,
  jsonOf,
  NOW,
  VC_CLAIMS,
  W3C_CLAIMS,
} from './support/handmade.ts';

const PERSON: JsonObject = {
  family_name: 'Möbius',
  given_name: 'August Ferdinand',
  age_equal_or_over: { '18': true, '21': true, '65': false },
  nationalities: ['DE', 'FR'],
  address: { country: 'DE', locality: 'Leipzig' },
};
const PATHS: readonly ClaimPath[] = [
  ['family_name'],
  ['given_name'],
  ['age_equal_or_over', '18'],
  ['age_equal_or_over', '21'],
  ['age_equal_or_over', '65'],
  ['nationalities', null],
  ['address'],
  ['address', 'locality'],
];
const STATUS = { idx: 4711, uri: 'https://issuer.example/status/1' };
const HOLDER = { holderKey: holderKeys.publicJwk, status: STATUS };
const { cnf: _cnf, ...UNBOUND } = VC_CLAIMS;
const { cnf: _w3cCnf, credentialSubject: _subject, ...W3C_UNBOUND } = W3C_CLAIMS;

const subject = (change: Partial<SdJwtSubject> = {}): SdJwtSubject => ({
  format: 'dc+sd-jwt',
  header: { kid: 'did:web:issuer.example#1', x5c: ['MIIB'] },
  claims: { ...UNBOUND, iat: NOW, exp: NOW + 100, ...PERSON },
  selectivelyDisclosable: PATHS,
  ...change,
});

const issue = (change: Partial<SdJwtSubject> = {}) =>
  issueSdJwt(prepareSdJwt(subject(change)), HOLDER, issuerSigner, randomBytes);

const verify = (compact: string, expectedFormat: SdJwtSubject['format'] = 'dc+sd-jwt') =>
  verifySdJwt(compact, {
    expectedFormat,
    issuerKey: issuerKeys.publicJwk,
    now: NOW,
    keyBinding: 'refused',
  });

/** Salts, and all digests of the payload in their order. */
const inside = (compact: string) => {
  const { jws, disclosures } = splitSdJwt(compact);
  const salts = disclosures.map((text) => String(decodeDisclosure(text)[0]));
  return { payload: jws.payload, header: jws.header, disclosures, salts };
};

test('SD-JWT VC: bound to the key and the status entry, and every claim is there', async () => {
  const compact = await issue();
  const { claims } = await verify(compact);
  expect(claims).toEqual({
    ...UNBOUND,
    iat: NOW,
    exp: NOW + 100,
    ...PERSON,
    cnf: { jwk: holderKeys.publicJwk },
    status: { status_list: STATUS },
  });
  const { header, payload } = inside(compact);
  expect(header).toEqual({
    alg: 'ES256',
    typ: 'dc+sd-jwt',
    kid: 'did:web:issuer.example#1',
    x5c: ['MIIB'],
  });
  expect(payload).toMatchObject({ _sd_alg: 'sha-256', ...UNBOUND });
});

test('nothing disclosable stands in the payload in the clear', async () => {
  const [jwt = ''] = (await issue()).split('~');
  const payload = Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString();
  for (const secret of ['Möbius', 'August', 'Leipzig', '"FR"', 'family_name', 'locality', '"18"']) {
    expect(payload).not.toContain(secret);
  }
});

test('data model 2.0: the subject is the did:jwk of the key', async () => {
  const compact = await issue({
    format: 'vc+sd-jwt',
    header: { kid: 'did:web:issuer.example#1' },
    claims: { ...W3C_UNBOUND, credentialSubject: PERSON },
    selectivelyDisclosable: PATHS.map((path) => ['credentialSubject', ...path]),
  });
  const { claims } = await verify(compact, 'vc+sd-jwt');
  expect(claims).toMatchObject({
    credentialSubject: { ...PERSON, id: didJwkOf(holderKeys.publicJwk) },
    cnf: { jwk: holderKeys.publicJwk },
    status: { status_list: STATUS },
  });
  const did = didJwkOf(holderKeys.publicJwk);
  expect(jsonOf(did.slice('did:jwk:'.length))).toEqual(holderKeys.publicJwk);
});

test('SD-JWT VC 3.2.2.4: without selectively disclosable claims there is no _sd and no disclosure', async () => {
  const compact = await issue({ selectivelyDisclosable: [] });
  const { payload, disclosures } = inside(compact);
  expect(disclosures).toEqual([]);
  expect(JSON.stringify(payload)).not.toContain('_sd');
  expect((await verify(compact)).claims).toMatchObject(PERSON);
});

describe('[attack 31] RFC 9901 9.3 and 9.4: salts and digests', () => {
  test('salts are 128 bits, base64url, and never come twice, in one card or in many', async () => {
    const prepared = prepareSdJwt(subject());
    const seen = new Set<string>();
    let count = 0;
    for (let copy = 0; copy < 300; copy += 1) {
      const { salts } = inside(await issueSdJwt(prepared, HOLDER, issuerSigner, randomBytes));
      for (const salt of salts) {
        expect(Buffer.from(salt, 'base64url')).toHaveLength(16);
        expect(encodeBase64Url(Buffer.from(salt, 'base64url'))).toBe(salt);
        seen.add(salt);
        count += 1;
      }
    }
    expect(count).toBe(300 * 9);
    expect(seen.size).toBe(count);
  });

  test('a salt is 16 of the random bytes that were given, and no byte serves two', async () => {
    const given: number[] = [];
    const recorder = (sizeBytes: number) => {
      const bytes = randomBytes(sizeBytes);
      given.push(...bytes);
      return bytes;
    };
    const compact = await issueSdJwt(prepareSdJwt(subject()), HOLDER, issuerSigner, recorder);
    const places = inside(compact).salts.map((salt) => {
      const bytes = [...Buffer.from(salt, 'base64url')];
      return given.findIndex((_, at) => bytes.every((byte, index) => given[at + index] === byte));
    });
    expect(places).toHaveLength(9);
    expect(places).not.toContain(-1);
    const sorted = places.toSorted((a, b) => a - b);
    for (const [at, place] of sorted.slice(1).entries()) {
      expect(place - (sorted[at] ?? 0)).toBeGreaterThanOrEqual(16);
    }
  });

  test('two copies of a card have no salt, digest, disclosure or signature in common', async () => {
    const prepared = prepareSdJwt(subject());
    const copies = await Promise.all(
      [0, 1].map(() => issueSdJwt(prepared, HOLDER, issuerSigner, randomBytes)),
    );
    const [first, second] = copies.map((compact) => {
      const { disclosures, payload, salts } = inside(compact);
      const digests = JSON.stringify({ ...payload, cnf: null }).match(/[\w-]{43}/g) ?? [];
      expect(digests).toHaveLength(8);
      return new Set([...disclosures, ...salts, ...digests, compact.split('~')[0]]);
    });
    expect([...(first ?? [])].filter((each) => second?.has(each))).toEqual([]);
  });

  test('RFC 9901 4.2.4.1: the order of digests says nothing of the order of claims', async () => {
    const prepared = prepareSdJwt(subject());
    const places = new Map<string, Set<number>>();
    for (let copy = 0; copy < 100; copy += 1) {
      const compact = await issueSdJwt(prepared, HOLDER, issuerSigner, randomBytes);
      const { payload, disclosures } = inside(compact);
      const digests = payload['_sd'];
      expect(digests).toEqual(Array.isArray(digests) ? digests.toSorted() : []);
      for (const text of disclosures) {
        const at = Array.isArray(digests) ? digests.indexOf(hash('sha256', text, 'base64url')) : -1;
        if (at === -1) continue;
        const claim = String(decodeDisclosure(text)[1]);
        places.set(claim, (places.get(claim) ?? new Set()).add(at));
      }
    }
    expect([...places.keys()].toSorted()).toEqual(['address', 'family_name', 'given_name']);
    for (const seen of places.values()) expect(seen.size).toBe(3);
  });
});

describe('a fault of the issuer is thrown, not signed', () => {
  test.each<[string, Partial<SdJwtSubject>]>([
    ['a path that leads to nothing', { selectivelyDisclosable: [['famly_name']] }],
    ['a path into a text', { selectivelyDisclosable: [['family_name', 'first']] }],
    ['an element that there is not', { selectivelyDisclosable: [['nationalities', 2]] }],
    ['the payload itself', { selectivelyDisclosable: [[]] }],
    ['a reserved name', { claims: { ...UNBOUND, _sd: [] }, selectivelyDisclosable: [] }],
    [
      'a reserved name deep inside',
      { claims: { ...UNBOUND, a: [{ '...': 'x' }] }, selectivelyDisclosable: [] },
    ],
    ['cnf among the claims', { claims: { ...UNBOUND, cnf: {} }, selectivelyDisclosable: [] }],
    ['no vct', { claims: { iss: 'https://issuer.example' }, selectivelyDisclosable: [] }],
    ['claims of the other format', { format: 'vc+sd-jwt' }],
    ...['iss', 'exp', 'vct'].map((member): [string, Partial<SdJwtSubject>] => [
      `[attack 27] ${member} to be disclosed selectively`,
      { selectivelyDisclosable: [[member]] },
    ]),
  ])('%s', (_fault, change) => {
    expect(() => prepareSdJwt(subject(change))).toThrow(RangeError);
  });
});

describe('the core beneath', () => {
  const fill = async (contents: Parameters<typeof createTemplate>[0], variables: string[] = []) => {
    const copy = { variables, signer: issuerSigner, random: randomBytes };
    const compact = await fillTemplate(createTemplate(contents), copy);
    const { jws, disclosures } = splitSdJwt(compact);
    return { jws, disclosures, ...(await processPayload(jws.payload, disclosures)) };
  };
  const header = { typ: 'example+sd-jwt' };

  test('RFC 9901 4.2.5: decoys look like digests, in objects and in arrays', async () => {
    const { jws, disclosures, payload } = await fill({
      header,
      claims: { a: 1, list: ['x'], object: {} },
      selectivelyDisclosable: [['a']],
      decoys: [
        { path: [], count: 3 },
        { path: ['list'], count: 2 },
        { path: ['object'], count: 1 },
      ],
    });
    expect(payload).toEqual({ a: 1, list: ['x'], object: {} });
    expect(disclosures).toHaveLength(1);
    const digests = jws.payload['_sd'];
    expect(digests).toHaveLength(4);
    expect(digests).toEqual(Array.isArray(digests) ? digests.toSorted() : []);
    for (const digest of JSON.stringify(jws.payload).match(/[\w-]{43}/g) ?? []) {
      expect(Buffer.from(digest, 'base64url')).toHaveLength(32);
    }
    expect(jws.payload['list']).toHaveLength(3);
  });

  test('RFC 9901 4.2.6: disclosures in disclosures, as deep as one likes', async () => {
    const claims = { a: { b: [{ c: { d: [1, 2] } }, 'x'], e: 'y' } };
    const { payload, disclosures } = await fill({
      header,
      claims,
      selectivelyDisclosable: [
        ['a'],
        ['a', 'b'],
        ['a', 'b', 0],
        ['a', 'b', 0, 'c'],
        ['a', 'b', 0, 'c', 'd'],
        ['a', 'b', 0, 'c', 'd', null],
        ['a', 'e'],
      ],
      decoys: [{ path: ['a', 'b', 0, 'c'], count: 2 }],
    });
    expect(payload).toEqual(claims);
    expect(disclosures).toHaveLength(8);
  });

  test('variables come into their objects, also inside a disclosure', async () => {
    const { payload } = await fill(
      {
        header,
        claims: { a: { b: 1 }, c: {} },
        selectivelyDisclosable: [['a']],
        variables: [['a', 'id'], ['c', 'id'], ['top']],
      },
      ['"x"', '"y"', '{"z":1}'],
    );
    expect(payload).toEqual({ a: { b: 1, id: 'x' }, c: { id: 'y' }, top: { z: 1 } });
  });

  test('texts that look like reserved members are ordinary texts', async () => {
    const claims = { a: '"_sd":', b: ['"...":'], c: { d: '{"_sd":[]}' } };
    const { payload } = await fill({ header, claims, selectivelyDisclosable: [['a']] });
    expect(payload).toEqual(claims);
  });

  test('null as a step means every element, also when there is none', async () => {
    const claims = { list: [], objects: [{ a: 1 }, { a: 2 }] };
    const { payload, disclosures } = await fill({
      header,
      claims,
      selectivelyDisclosable: [
        ['list', null],
        ['objects', null, 'a'],
      ],
    });
    expect(payload).toEqual(claims);
    expect(disclosures).toHaveLength(2);
  });
});
