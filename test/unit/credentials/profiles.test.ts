import { parseSdJwt, processDisclosures, verifySdJwt } from '@symbolon/credentials';
import type { JsonObject, JsonValue, SdJwtFormat } from '@symbolon/schemas';
import { describe, expect, test } from 'vitest';
import { disclose, issuerKeys, NOW, sign, VC_CLAIMS, W3C_CLAIMS } from './support/handmade.ts';

const verifyAs = (expectedFormat: SdJwtFormat) => (compact: string) =>
  verifySdJwt(compact, {
    expectedFormat,
    issuerKey: issuerKeys.publicJwk,
    now: NOW,
    keyBinding: 'not_required',
  });
const verifyVc = verifyAs('dc+sd-jwt');
const verifyW3c = verifyAs('vc+sd-jwt');
const signW3c = (claims: JsonObject, disclosures: readonly { text: string }[] = [], header = {}) =>
  sign(claims, disclosures, { header: { typ: 'vc+sd-jwt', ...header } });
const code = (expected: string) =>
  expect.objectContaining({ name: 'CredentialError', code: expected });
const without = (claims: JsonObject, name: string): JsonObject =>
  Object.fromEntries(Object.entries(claims).filter(([each]) => each !== name));

test.each(['vc+sd-jwt', 'example+sd-jwt', 'JWT', 'DC+SD-JWT', 'application/dc+sd-jwt'])(
  'RFC 9901 9.11: refuses typ %s where dc+sd-jwt is expected',
  async (typ) => {
    const compact = await sign(VC_CLAIMS, [], { header: { typ } });
    await expect(verifyVc(compact)).rejects.toThrow(code('format_mismatch'));
  },
);

describe('SD-JWT VC', () => {
  test('what is read before trust: issuer, type, names of the key', async () => {
    const header = { kid: 'did:web:a#b', x5c: ['MIIB', 'MIIC'] };
    const parsed = parseSdJwt(await sign(VC_CLAIMS, [], { header }), 'dc+sd-jwt');
    expect(parsed).toMatchObject({
      format: 'dc+sd-jwt',
      issuer: 'https://issuer.example',
      typeNames: ['urn:example:card:1'],
      kid: 'did:web:a#b',
      x5c: ['MIIB', 'MIIC'],
      keyBindingJwt: undefined,
    });
  });

  test.each<[string, JsonObject]>([
    ['no vct', without(VC_CLAIMS, 'vct')],
    ['vct that is an array', { ...VC_CLAIMS, vct: ['urn:example:card:1'] }],
    ['an empty vct', { ...VC_CLAIMS, vct: '' }],
    ['vct with a space', { ...VC_CLAIMS, vct: 'urn:example: card' }],
    ['vct null', { ...VC_CLAIMS, vct: null }],
    ['iss that is no text', { ...VC_CLAIMS, iss: 1 }],
    ['an empty aka_vcts', { ...VC_CLAIMS, aka_vcts: [] }],
    ['aka_vcts that repeats vct', { ...VC_CLAIMS, aka_vcts: ['urn:a', VC_CLAIMS.vct] }],
    ['aka_vcts that is a text', { ...VC_CLAIMS, aka_vcts: 'urn:a' }],
    ['vct#integrity that is no text', { ...VC_CLAIMS, 'vct#integrity': 1 }],
  ])('3.2.2: refuses %s', async (_fault, claims) => {
    await expect(verifyVc(await sign(claims))).rejects.toThrow(code('format_mismatch'));
  });

  test.each<JsonObject>([
    { x5c: [] },
    { x5c: 'MIIB' },
    { x5c: ['not base64!'] },
    { kid: 1 },
    { kid: '' },
  ])('refuses the header %j', async (header) => {
    const compact = await sign(VC_CLAIMS, [], { header });
    await expect(verifyVc(compact)).rejects.toThrow(code('format_mismatch'));
  });

  test.each<[string, JsonValue]>([
    ['iss', 'https://issuer.example'],
    ['nbf', NOW - 1],
    ['exp', NOW + 1],
    ['cnf', VC_CLAIMS.cnf],
    ['vct#integrity', 'sha256-x'],
    ['aka_vcts', ['urn:a']],
    ['status', { status_list: { idx: 1, uri: 'https://issuer.example/status/1' } }],
  ])('[attack 27] 3.2.2.2: refuses %s that is disclosed selectively', async (member, value) => {
    const disclosure = disclose('s', member, value);
    const claims = { ...without(VC_CLAIMS, member), _sd: [disclosure.digest] };
    await expect(verifyVc(await sign(claims, [disclosure]))).rejects.toThrow(
      code('claim_must_be_plain'),
    );
  });

  test('[attack 27] 3.2.2.2: refuses vct that is disclosed selectively', async () => {
    const disclosure = disclose('s', 'vct', VC_CLAIMS.vct);
    const claims = { ...without(VC_CLAIMS, 'vct'), _sd: [disclosure.digest] };
    await expect(verifyVc(await sign(claims, [disclosure]))).rejects.toThrow(
      code('format_mismatch'),
    );
  });

  test.each<[string, (digest: string) => JsonObject]>([
    ['cnf', (digest) => ({ cnf: { ...VC_CLAIMS.cnf, _sd: [digest] } })],
    ['cnf.jwk', (digest) => ({ cnf: { jwk: { ...VC_CLAIMS.cnf.jwk, _sd: [digest] } } })],
    ['status', (digest) => ({ status: { status_list: { _sd: [digest] } } })],
    ['a list of status', (digest) => ({ status: [{ '...': digest }] })],
  ])('[attack 27] 3.2.2.2: refuses a digest inside %s, disclosed or not', async (_where, build) => {
    const disclosure = disclose('s', 'member', 1);
    const element = disclose('s', 1);
    for (const { digest } of [disclosure, element, { digest: 'decoy' }]) {
      const compact = await sign({ ...VC_CLAIMS, ...build(digest) });
      await expect(verifyVc(compact)).rejects.toThrow(code('claim_must_be_plain'));
    }
  });

  test('3.2.2.2: sub and iat may be disclosed selectively', async () => {
    const sub = disclose('s', 'sub', 'someone');
    const iat = disclose('t', 'iat', NOW);
    const claims = { ...VC_CLAIMS, _sd: [sub.digest, iat.digest] };
    const verified = await verifyVc(await sign(claims, [sub, iat]));
    expect(verified.claims).toMatchObject({ sub: 'someone', iat: NOW });
  });

  test('members of that name deeper down are ordinary claims', async () => {
    const exp = disclose('s', 'exp', 'a text');
    const claims = { ...VC_CLAIMS, document: { _sd: [exp.digest] } };
    const verified = await verifyVc(await sign(claims, [exp]));
    expect(verified.claims).toMatchObject({ document: { exp: 'a text' } });
  });
});

describe('data model 2.0 as SD-JWT', () => {
  test('is accepted, and says who, what and about whom', async () => {
    const name = disclose('s', 'family_name', 'Möbius');
    const claims = {
      ...W3C_CLAIMS,
      credentialSubject: { id: 'did:example:holder', _sd: [name.digest] },
    };
    const verified = await verifyW3c(await signW3c(claims, [name], { cty: 'vc' }));
    expect(verified).toMatchObject({
      issuer: 'did:web:issuer.example',
      typeNames: ['VerifiableCredential', 'ExampleCard'],
      claims: W3C_CLAIMS,
      disclosedPaths: [['credentialSubject', 'family_name']],
    });
    const named = { ...W3C_CLAIMS, issuer: { id: 'did:web:issuer.example', name: 'Issuer' } };
    expect((await verifyW3c(await signW3c(named))).issuer).toBe('did:web:issuer.example');
  });

  test.each<[string, JsonObject]>([
    ['no @context', without(W3C_CLAIMS, '@context')],
    ['another first context', { ...W3C_CLAIMS, '@context': ['urn:a', W3C_CLAIMS['@context'][0]] }],
    [
      'the context of 1.1',
      { ...W3C_CLAIMS, '@context': ['https://www.w3.org/2018/credentials/v1'] },
    ],
    ['@context that is a text', { ...W3C_CLAIMS, '@context': W3C_CLAIMS['@context'][0] }],
    ['no type', without(W3C_CLAIMS, 'type')],
    ['type without VerifiableCredential', { ...W3C_CLAIMS, type: ['ExampleCard'] }],
    ['type that is a text', { ...W3C_CLAIMS, type: 'VerifiableCredential' }],
    ['no issuer', without(W3C_CLAIMS, 'issuer')],
    ['issuer without id', { ...W3C_CLAIMS, issuer: { name: 'Issuer' } }],
    ['issuer that is no URL', { ...W3C_CLAIMS, issuer: 'Issuer', iss: 'Issuer' }],
    ['iss that is not the issuer', { ...W3C_CLAIMS, iss: 'did:web:other.example' }],
    ['jti that is not the id', { ...W3C_CLAIMS, id: 'urn:a', jti: 'urn:b' }],
    ['sub that is not the subject', { ...W3C_CLAIMS, sub: 'did:example:other' }],
    ['no credentialSubject', without(W3C_CLAIMS, 'credentialSubject')],
    ['an empty credentialSubject', { ...W3C_CLAIMS, credentialSubject: {} }],
    ['an empty list of subjects', { ...W3C_CLAIMS, credentialSubject: [] }],
    ['credentialSubject that is a text', { ...W3C_CLAIMS, credentialSubject: 'did:example:a' }],
    ['vc, the wrapper of 1.1', { ...W3C_CLAIMS, vc: {} }],
    ['vp', { ...W3C_CLAIMS, vp: {} }],
  ])('VCDM 2.0 section 4, VC-JOSE-COSE section 3: refuses %s', async (_fault, claims) => {
    await expect(verifyW3c(await signW3c(claims))).rejects.toThrow(code('format_mismatch'));
  });

  test('VC-JOSE-COSE 3.2.1: refuses another cty, and another typ', async () => {
    for (const cty of ['vp', 'JWT', 1]) {
      const compact = await signW3c(W3C_CLAIMS, [], { cty });
      await expect(verifyW3c(compact)).rejects.toThrow(code('format_mismatch'));
    }
    for (const typ of ['dc+sd-jwt', 'vc+jwt', 'vp+sd-jwt', 'JWT']) {
      const compact = await signW3c(W3C_CLAIMS, [], { typ });
      await expect(verifyW3c(compact)).rejects.toThrow(code('format_mismatch'));
    }
  });

  test.each<[string, JsonValue]>([
    ['validFrom', W3C_CLAIMS.validFrom],
    ['validUntil', W3C_CLAIMS.validUntil],
    ['credentialStatus', { type: 'BitstringStatusListEntry' }],
    ['credentialSchema', { id: 'urn:a', type: 'JsonSchema' }],
    ['relatedResource', [{ id: 'urn:a' }]],
    ['iss', W3C_CLAIMS.iss],
    ['iat', NOW],
    ['exp', NOW + 1],
    ['nbf', NOW - 1],
    ['cnf', W3C_CLAIMS.cnf],
    ['status', { status_list: { idx: 1, uri: 'https://issuer.example/status/1' } }],
  ])(
    '[attack 27] VC-JOSE-COSE 3.2.1: refuses %s that is disclosed selectively',
    async (member, value) => {
      const disclosure = disclose('s', member, value);
      const claims = { ...without(W3C_CLAIMS, member), _sd: [disclosure.digest] };
      await expect(verifyW3c(await signW3c(claims, [disclosure]))).rejects.toThrow(
        code('claim_must_be_plain'),
      );
    },
  );

  test.each(['@context', 'type', 'issuer'] as const)(
    '[attack 27] refuses %s that is disclosed selectively',
    async (member) => {
      const disclosure = disclose('s', member, W3C_CLAIMS[member]);
      const claims = { ...without(W3C_CLAIMS, member), _sd: [disclosure.digest] };
      await expect(verifyW3c(await signW3c(claims, [disclosure]))).rejects.toThrow(
        code('format_mismatch'),
      );
    },
  );

  test.each<[string, JsonObject, string]>([
    ['validFrom ahead', { validFrom: '2026-12-01T00:00:00Z' }, 'credential_not_yet_valid'],
    ['validUntil behind', { validUntil: '2026-11-25T11:58:59Z' }, 'credential_expired'],
    [
      'validUntil behind by its zone',
      { validUntil: '2026-11-25T19:58:00+08:00' },
      'credential_expired',
    ],
    ['exp behind, validUntil ahead', { exp: NOW - 100 }, 'credential_expired'],
    ['validFrom without a zone', { validFrom: '2026-11-01T00:00:00' }, 'malformed'],
    ['validFrom that is a day', { validFrom: '2026-11-01' }, 'malformed'],
    ['validUntil of no calendar', { validUntil: '2027-02-30T00:00:00Z' }, 'malformed'],
    ['validUntil that is no date', { validUntil: 'forever' }, 'malformed'],
  ])('VCDM 2.0 section 4.9: refuses %s', async (_fault, change, expected) => {
    const compact = await signW3c({ ...W3C_CLAIMS, ...change });
    await expect(verifyW3c(compact)).rejects.toThrow(code(expected));
  });

  test('validUntil that is no text is not of the format', async () => {
    const compact = await signW3c({ ...W3C_CLAIMS, validUntil: NOW + 100 });
    await expect(verifyW3c(compact)).rejects.toThrow(code('format_mismatch'));
  });
});

test('the checks can be made one by one, each whatever the others say', async () => {
  const name = disclose('s', 'family_name', 'Möbius');
  const expired = await sign({ ...VC_CLAIMS, exp: 1, _sd: [name.digest] }, [name]);
  const parsed = parseSdJwt(expired, 'dc+sd-jwt');
  await expect(processDisclosures(parsed)).resolves.toMatchObject({
    payload: { family_name: 'Möbius' },
  });
});

test('[attack 111] names, URLs and dates of 100,000 characters are judged in no time', async () => {
  const long = 'a'.repeat(100_000);
  const payloads: readonly (readonly [SdJwtFormat, JsonObject])[] = [
    ['dc+sd-jwt', { ...VC_CLAIMS, vct: `${long} ` }],
    ['dc+sd-jwt', { ...VC_CLAIMS, aka_vcts: [`${long} `] }],
    ['vc+sd-jwt', { ...W3C_CLAIMS, issuer: `${long}: ` }],
    ['vc+sd-jwt', { ...W3C_CLAIMS, '@context': [W3C_CLAIMS['@context'][0], `a:${long} `] }],
    ['vc+sd-jwt', { ...W3C_CLAIMS, validFrom: `${'1'.repeat(100_000)}Z` }],
  ];
  for (const [format, claims] of payloads) {
    const compact = await sign(claims, [], { header: { typ: format } });
    const start = performance.now();
    await expect(verifyAs(format)(compact)).rejects.toMatchObject({ code: 'format_mismatch' });
    expect(performance.now() - start).toBeLessThan(1_000);
  }
});
