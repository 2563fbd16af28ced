import { parseJwtVc, verifyJwtVc } from '@symbolon/credentials';
import { signCompactJws } from '@symbolon/credentials/jose';
import type { JsonObject } from '@symbolon/schemas';
import { describe, expect, test } from 'vitest';
import { base64Url, issuerKeys, issuerSigner, NOW, strangerSigner } from './support/handmade.ts';

const VC = {
  '@context': ['https://www.w3.org/2018/credentials/v1', 'urn:example:context'],
  type: ['VerifiableCredential', 'ExampleCard'],
  credentialSubject: { family_name: 'Möbius' },
};
const PAYLOAD: JsonObject = {
  iss: 'did:web:issuer.example',
  sub: 'did:jwk:abc',
  jti: 'urn:uuid:1',
  nbf: NOW - 10,
  exp: NOW + 100,
  vc: VC,
};
const sign = (payload: JsonObject, header: JsonObject = {}, signer = issuerSigner) =>
  signCompactJws({
    header: { typ: 'JWT', kid: 'did:web:issuer.example#1', ...header },
    payload,
    signer,
  });
const verify = (compact: string) =>
  verifyJwtVc(compact, { issuerKey: issuerKeys.publicJwk, now: NOW });
const without = (claims: JsonObject, name: string): JsonObject =>
  Object.fromEntries(Object.entries(claims).filter(([each]) => each !== name));

test('a credential in order is accepted, and says who, what and about whom', async () => {
  const compact = await sign(PAYLOAD);
  const description = {
    issuer: 'did:web:issuer.example',
    kid: 'did:web:issuer.example#1',
    typeNames: VC.type,
    subject: 'did:jwk:abc',
  };
  expect(parseJwtVc(compact)).toMatchObject(description);
  expect(await verify(compact)).toEqual({ ...description, claims: PAYLOAD });
  const repeated = { ...VC, id: 'urn:uuid:1', issuer: { id: 'did:web:issuer.example' } };
  await expect(verify(await sign({ ...PAYLOAD, vc: repeated }))).resolves.toBeDefined();
});

describe('VCDM 1.1 section 6.3.1: refuses what is not of the format', () => {
  test.each<[string, JsonObject]>([
    ['no vc', without(PAYLOAD, 'vc')],
    ['no iss', without(PAYLOAD, 'iss')],
    ['iss that is no URL', { ...PAYLOAD, iss: 'issuer' }],
    [
      'the context of 2.0',
      { ...PAYLOAD, vc: { ...VC, '@context': ['https://www.w3.org/ns/credentials/v2'] } },
    ],
    ['no VerifiableCredential', { ...PAYLOAD, vc: { ...VC, type: ['ExampleCard'] } }],
    ['an empty subject', { ...PAYLOAD, vc: { ...VC, credentialSubject: {} } }],
    ['an issuer that is not iss', { ...PAYLOAD, vc: { ...VC, issuer: 'did:web:other.example' } }],
    [
      'a subject that is not sub',
      { ...PAYLOAD, vc: { ...VC, credentialSubject: { id: 'did:jwk:x' } } },
    ],
    ['an id that is not jti', { ...PAYLOAD, vc: { ...VC, id: 'urn:uuid:2' } }],
    ['an id without jti', { ...without(PAYLOAD, 'jti'), vc: { ...VC, id: 'urn:uuid:2' } }],
  ])('%s', async (_fault, payload) => {
    await expect(verify(await sign(payload))).rejects.toMatchObject({ code: 'format_mismatch' });
  });

  test.each(['vc+jwt', 'dc+sd-jwt', 'jwt', 'openid4vci-proof+jwt'])('typ %s', async (typ) => {
    const compact = sign(PAYLOAD, { typ });
    await expect(verify(await compact)).rejects.toMatchObject({ code: 'format_mismatch' });
  });
});

test('[attack 1] refuses alg none', async () => {
  const none = `${base64Url('{"alg":"none","typ":"JWT"}')}.${base64Url(JSON.stringify(PAYLOAD))}.`;
  await expect(verify(none)).rejects.toMatchObject({ code: 'algorithm_not_allowed' });
});

test('refuses a stranger’s signature, and any one character changed', async () => {
  const forged = await sign(PAYLOAD, {}, strangerSigner);
  await expect(verify(forged)).rejects.toMatchObject({ code: 'signature_invalid' });
  const compact = await sign(PAYLOAD);
  for (let at = 0; at < compact.length; at += 7) {
    const changed =
      compact.slice(0, at) + (compact[at] === 'A' ? 'B' : 'A') + compact.slice(at + 1);
    await expect(verify(changed)).rejects.toMatchObject({ name: 'CredentialError' });
  }
});

test.each<[JsonObject, string]>([
  [{ exp: NOW - 60 }, 'credential_expired'],
  [{ nbf: NOW + 61 }, 'credential_not_yet_valid'],
  [{ exp: '9999999999' }, 'malformed'],
])('refuses %j', async (change, code) => {
  await expect(verify(await sign({ ...PAYLOAD, ...change }))).rejects.toMatchObject({ code });
});
