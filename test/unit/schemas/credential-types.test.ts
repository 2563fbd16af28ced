import {
  CREDENTIAL_CONFIGURATIONS,
  CREDENTIAL_TYPES,
  claimPathOf,
  createTypeMetadata,
  getCredentialTypeByVct,
  getCredentialTypeByW3cTypes,
  getPolicy,
  IDENTITY_CARD,
  POLICIES,
  parsePublicJwk,
  parseTrustAnchor,
  reachesLevel,
} from '@symbolon/schemas';
import { expect, test } from 'vitest';

test('a claim has one name and one path', () => {
  for (const { claims } of CREDENTIAL_TYPES) {
    expect(new Set(claims.map(({ name }) => name)).size).toBe(claims.length);
    expect(new Set(claims.map(({ path }) => path.join('/'))).size).toBe(claims.length);
  }
});

test('the paths are those of the product: top-level in SD-JWT, below credentialSubject in W3C', () => {
  const age = 'age_equal_or_over_18';
  expect(claimPathOf(IDENTITY_CARD, age, 'dc+sd-jwt')).toEqual(['age_equal_or_over', '18']);
  expect(claimPathOf(IDENTITY_CARD, age, 'vc+sd-jwt')).toEqual([
    'credentialSubject',
    'age_equal_or_over',
    '18',
  ]);
  expect(() => claimPathOf(IDENTITY_CARD, 'id_number', 'dc+sd-jwt')).toThrow(RangeError);
});

test('no credential type has a claim for the ID number', () => {
  for (const { claims } of CREDENTIAL_TYPES) {
    expect(claims.filter(({ name }) => /number|personal_id/.test(name))).toEqual([]);
  }
});

test('the level is always visible, and with it the trust framework and the authority', () => {
  const visible = IDENTITY_CARD.claims.filter(({ sd }) => sd === 'never').map(({ name }) => name);
  expect(visible.sort()).toEqual([
    'assurance_level',
    'issuing_authority',
    'issuing_country',
    'trust_framework',
  ]);
});

test('a type is found by its vct or its W3C types, compared whole and in order', () => {
  expect(getCredentialTypeByVct('urn:symbolon:identity-card:1')).toBe(IDENTITY_CARD);
  expect(getCredentialTypeByVct('urn:symbolon:identity-card:10')).toBeUndefined();
  expect(getCredentialTypeByW3cTypes(['VerifiableCredential', 'SymbolonIdentityCard'])).toBe(
    IDENTITY_CARD,
  );
  expect(
    getCredentialTypeByW3cTypes(['SymbolonIdentityCard', 'VerifiableCredential']),
  ).toBeUndefined();
  expect(getCredentialTypeByW3cTypes(['VerifiableCredential'])).toBeUndefined();
  expect([...CREDENTIAL_CONFIGURATIONS.keys()]).toEqual([
    'identity-card_dc+sd-jwt',
    'identity-card_vc+sd-jwt',
    'identity-card_jwt_vc_json',
  ]);
});

test('no policy asks what it may never ask, or a claim that its type does not have', () => {
  for (const { asks, neverAsks, credentialType } of POLICIES) {
    const names = credentialType.claims.map(({ name }) => name);
    expect(asks.filter((name) => neverAsks.includes(name) || !names.includes(name))).toEqual([]);
    expect(neverAsks.filter((name) => !names.includes(name))).toEqual([]);
  }
  expect(getPolicy('hotel')?.neverAsks).toContain('birthdate');
  expect(getPolicy('age-gate')?.asks).toEqual(['age_equal_or_over_18']);
  expect(getPolicy('Hotel')).toBeUndefined();
});

test('advanced includes basic, and nothing else includes anything', () => {
  const cases = [
    ['basic', 'basic', true],
    ['basic', 'advanced', false],
    ['advanced', 'basic', true],
    ['advanced', 'advanced', true],
    ['high', 'basic', false],
    [undefined, 'basic', false],
    [['basic'], 'basic', false],
  ] as const;
  for (const [actual, asked, reached] of cases) expect(reachesLevel(actual, asked)).toBe(reached);
});

test('type metadata says of each claim whether it may be left out', () => {
  expect(createTypeMetadata(IDENTITY_CARD)).toMatchObject({
    vct: 'urn:symbolon:identity-card:1',
    claims: expect.arrayContaining([
      expect.objectContaining({ path: ['family_name'], sd: 'allowed', mandatory: true }),
      expect.objectContaining({
        path: ['verified_claims', 'verification', 'assurance_level'],
        sd: 'never',
      }),
    ]),
  });
});

const KEY = { kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'E'.repeat(43) };

const BAD_KEYS: readonly (readonly [why: string, key: unknown])[] = [
  ['no key at all', undefined],
  ['a private member', { ...KEY, d: 'C'.repeat(43) }],
  ['a curve that we do not take', { ...KEY, crv: 'secp256k1' }],
  ['a coordinate too short', { ...KEY, x: 'A'.repeat(42) }],
  ['padding', { ...KEY, x: `${'A'.repeat(42)}=` }],
  ['an RSA key', { kty: 'RSA', n: 'AQAB', e: 'AQAB' }],
  ['an array', [KEY]],
];

for (const [why, key] of BAD_KEYS) {
  test(`[attack 3] a public key is refused for ${why}, and the message repeats none of it`, () => {
    expect(() => parsePublicJwk(key)).toThrow(expect.objectContaining({ code: 'malformed' }));
    expect(() => parsePublicJwk(key)).not.toThrow(/AAAA|CCCC/);
  });
}

test('members of a key that are not needed are dropped', () => {
  expect(parsePublicJwk({ ...KEY, kid: 'x', use: 'sig' })).toEqual(KEY);
});

test('an anchor is strict: an unknown or missing member is refused by its path', () => {
  const anchor = {
    kind: 'symbolon-trust-anchor',
    version: 1,
    authority: 'Example',
    demo: true,
    key: KEY,
  };
  expect(parseTrustAnchor(anchor)).toEqual(anchor);
  const bad = [
    [{ ...anchor, extra: 1 }, 'extra'],
    [{ ...anchor, version: 2 }, 'version'],
    [{ ...anchor, authority: '' }, 'authority'],
    [{ ...anchor, key: { ...KEY, d: 'x' } }, 'key.d'],
  ] as const;
  for (const [input, path] of bad) {
    expect(() => parseTrustAnchor(input)).toThrow(expect.objectContaining({ path }));
  }
});
