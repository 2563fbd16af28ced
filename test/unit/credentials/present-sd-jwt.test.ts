import { issueSdJwt, prepareSdJwt, presentSdJwt, verifySdJwt } from '@symbolon/credentials';
import { randomBytes } from '@symbolon/credentials/crypto';
import type { ClaimPath, JsonObject } from '@symbolon/schemas';
import { describe, expect, test } from 'vitest';
import {
  AUDIENCE,
  BOUND,
  bind,
  holderKeys,
  holderSigner,
  issuerKeys,
  issuerSigner,
  jsonOf,
  NONCE,
  NOW,
  VC_CLAIMS,
} from './support/handmade.ts';

const { cnf: _, ...UNBOUND } = VC_CLAIMS;
const PERSON: JsonObject = {
  family_name: 'Möbius',
  issuing_country: 'DE',
  age_equal_or_over: { '18': true, '21': false },
  nationalities: ['DE', 'FR'],
  address: { country: 'DE', locality: 'Leipzig' },
  evidence: [
    { type: 'document', number: 'x' },
    { type: 'vouch', number: 'y' },
  ],
};
const compact = await issueSdJwt(
  prepareSdJwt({
    format: 'dc+sd-jwt',
    header: { kid: 'k' },
    claims: { ...UNBOUND, ...PERSON },
    selectivelyDisclosable: [
      ['family_name'],
      ['age_equal_or_over', '18'],
      ['age_equal_or_over', '21'],
      ['nationalities', null],
      ['address'],
      ['address', 'country'],
      ['address', 'locality'],
      ['evidence', null, 'number'],
    ],
  }),
  {
    holderKey: holderKeys.publicJwk,
    status: { idx: 1, uri: 'https://issuer.example/status/1' },
  },
  issuerSigner,
  randomBytes,
);

const keyBinding = { nonce: NONCE, audience: AUDIENCE, iat: NOW, signer: holderSigner };

/** What a verifier sees of the person. */
const show = async (...disclose: readonly ClaimPath[]) => {
  const presentation = await presentSdJwt({ compact, disclose, keyBinding });
  const { claims } = await verifySdJwt(presentation, {
    expectedFormat: 'dc+sd-jwt',
    issuerKey: issuerKeys.publicJwk,
    now: NOW,
    keyBinding: BOUND,
  });
  const { iss: _iss, vct: _vct, cnf: _cnf, status: _status, ...person } = claims;
  return person;
};

/** What is shown whatever the holder chooses. */
const ALWAYS = {
  issuing_country: 'DE',
  age_equal_or_over: {},
  nationalities: [],
  evidence: [{ type: 'document' }, { type: 'vouch' }],
};

describe('what is shown is what was chosen, and what that stands in', () => {
  test.each<[string, readonly ClaimPath[], JsonObject]>([
    ['nothing', [], {}],
    ['a claim', [['family_name']], { family_name: 'Möbius' }],
    ['a claim that is always there', [['issuing_country']], {}],
    ['a member', [['age_equal_or_over', '18']], { age_equal_or_over: { '18': true } }],
    ['an element', [['nationalities', 1]], { nationalities: ['FR'] }],
    ['every element', [['nationalities', null]], { nationalities: ['DE', 'FR'] }],
    ['an object, whole', [['address']], { address: PERSON['address'] ?? null }],
    ['a member in a disclosure', [['address', 'locality']], { address: { locality: 'Leipzig' } }],
    [
      'a member of every element',
      [['evidence', null, 'number']],
      { evidence: PERSON['evidence'] ?? null },
    ],
    [
      'a member of one element',
      [['evidence', 1, 'number']],
      { evidence: [{ type: 'document' }, { type: 'vouch', number: 'y' }] },
    ],
    [
      'several',
      [['family_name'], ['age_equal_or_over', '21'], ['address', 'country']],
      { family_name: 'Möbius', age_equal_or_over: { '21': false }, address: { country: 'DE' } },
    ],
  ])('%s', async (_what, disclose, shown) => {
    expect(await show(...disclose)).toEqual({ ...ALWAYS, ...shown });
  });
});

test.each<[string, ClaimPath]>([
  ['a claim that there is not', ['middle_name']],
  ['a member that there is not', ['age_equal_or_over', '65']],
  ['an element that there is not', ['nationalities', 2]],
  ['every element of what is no array', ['address', null]],
  ['a member of a text', ['family_name', 'length']],
  ['what every object inherits', ['constructor']],
  ['nothing at all', []],
])('refuses to show %s', async (_what, path) => {
  await expect(show(path)).rejects.toMatchObject({ code: 'claim_unknown' });
});

test('refuses to show a presentation again', async () => {
  const again = presentSdJwt({ compact: await bind(compact), disclose: [], keyBinding });
  await expect(again).rejects.toMatchObject({ code: 'key_binding_unexpected' });
});

test('refuses a damaged credential', async () => {
  const damaged = [compact.slice(0, -2), compact.slice(1), `${compact}x~`, 'x', ''];
  for (const each of damaged) {
    await expect(presentSdJwt({ compact: each, disclose: [], keyBinding })).rejects.toMatchObject({
      name: 'CredentialError',
    });
  }
});

test('RFC 9901 4.3: the key binding JWT says exactly what it must', async () => {
  const presentation = await presentSdJwt({ compact, disclose: [], keyBinding });
  const [header = '', payload = ''] = presentation.split('~').at(-1)?.split('.') ?? [];
  expect(jsonOf(header)).toEqual({ alg: 'ES256', typ: 'kb+jwt' });
  const claims = { iat: NOW, aud: AUDIENCE, nonce: NONCE, sd_hash: expect.any(String) };
  expect(jsonOf(payload)).toEqual(claims);
});
