import { randomBytes } from '@symbolon/credentials/crypto';
import { sealAnswer } from '@symbolon/presentation';
import type { CheckName } from '@symbolon/presentation/judge';
import { ATTESTED_AGES, getPolicy, type JsonObject, type SdJwtFormat } from '@symbolon/schemas';
import {
  checkPresentation,
  createPresentationRequest,
  type PresentationRequest,
} from '@symbolon/verifier';
import { beforeAll, describe, expect, test } from 'vitest';
import { type AnswerOptions, answer, present, queryIdOf, sealTo } from '../../support/holder.ts';
import {
  type BundleOptions,
  createWorld,
  DAY,
  HOUR,
  INDEX,
  type Key,
  makeKey,
  PERSON_VALUES,
  type World,
} from '../../support/world.ts';

const NOW = 1_795_600_000;
const FORMATS: readonly SdJwtFormat[] = ['dc+sd-jwt', 'vc+sd-jwt'];

let world: World;
let stranger: Key;
let counter: Awaited<ReturnType<World['counter']>>;
let request: PresentationRequest;

beforeAll(async () => {
  world = await createWorld(NOW);
  stranger = await makeKey();
  counter = await world.counter();
  request = await makeRequest('hotel');
});

function makeRequest(policyName: string) {
  const policy = getPolicy(policyName);
  if (policy === undefined) throw new RangeError(policyName);
  return createPresentationRequest(policy, counter, { random: randomBytes, now: NOW });
}

async function check(
  options: AnswerOptions = {},
  { now = NOW, bundle = {} }: { now?: number; bundle?: BundleOptions } = {},
) {
  const wire = await answer(world, request, options);
  return checkPresentation(wire, { request, bundle: await world.bundle(bundle), now });
}

/** What did not pass, by check, without those that could not be run. */
function faults({ checks }: Awaited<ReturnType<typeof checkPresentation>>) {
  const bad = checks.flatMap((result) =>
    result.outcome === 'passed' || result.code === 'check_not_run'
      ? []
      : [[result.check, result.code] as const],
  );
  return Object.fromEntries(bad);
}

const appendDisclosure = (sdJwt: string) =>
  `${sdJwt}${Buffer.from('["c2FsdHNhbHRzYWx0c2FsdA","role","admin"]').toString('base64url')}~`;

describe('an honest answer', () => {
  for (const format of FORMATS) {
    test(`${format}: is accepted by all eight checks, with what the policy asked for`, async () => {
      const verdict = await check({ format });
      expect(faults(verdict)).toEqual({});
      expect(verdict.outcome).toBe('accepted');
      expect(verdict.checks).toHaveLength(8);
      if (verdict.outcome !== 'accepted') return;
      expect([...verdict.claims.claims.keys()]).toEqual(getPolicy('hotel')?.asks);
      expect(verdict.claims).toMatchObject({
        dropped: [],
        level: 'basic',
        credentialType: 'Identity card',
        format,
        status: { issuedAt: NOW - HOUR, ageSeconds: HOUR },
      });
      expect(Object.fromEntries(verdict.claims.claims)).toMatchObject({
        family_name: 'Zhang',
        age_equal_or_over_18: true,
      });
    });

    test(`${format}: what was shown beyond the question is dropped, and named`, async () => {
      const disclose = [...(getPolicy('hotel')?.asks ?? []), 'birthdate', 'age_equal_or_over_65'];
      const verdict = await check({ format, disclose });
      expect(verdict.outcome).toBe('accepted');
      if (verdict.outcome !== 'accepted') return;
      expect([...verdict.claims.dropped].sort()).toEqual(['age_equal_or_over_65', 'birthdate']);
      expect(JSON.stringify([...verdict.claims.claims])).not.toContain('1990-05-17');
    });
  }

  test("over QR the holder's clock may say anything: the nonce is the freshness", async () => {
    for (const iat of [NOW - 365 * DAY, NOW + 365 * DAY]) {
      expect((await check({ iat })).outcome).toBe('accepted');
    }
  });
});

type Case = readonly [why: string, options: () => AnswerOptions, expected: Record<string, string>];

const REJECTED: readonly Case[] = [
  [
    'a credential of the other format under this id',
    () => ({ format: 'vc+sd-jwt', queryId: queryIdOf(request, 'dc+sd-jwt') }),
    { format: 'format_mismatch' },
  ],
  ['no SD-JWT at all', () => ({ tamper: () => 'hello' }), { format: 'malformed' }],
  [
    'a lower-case none as algorithm',
    () => ({
      tamper: (text) =>
        text.replace(
          /^[^.]+/,
          Buffer.from('{"alg":"none","typ":"dc+sd-jwt"}').toString('base64url'),
        ),
    }),
    { format: 'algorithm_not_allowed' },
  ],
  [
    'another issuer',
    () => ({ change: { iss: 'https://evil.example' } }),
    { issuer_trusted: 'issuer_untrusted', status: 'issuer_untrusted' },
  ],
  [
    'a key that nobody knows',
    () => ({ kid: 'credential-2' }),
    { issuer_trusted: 'issuer_key_unknown' },
  ],
  [
    'a key that is for status lists',
    () => ({ kid: 'status-1' }),
    { issuer_trusted: 'issuer_key_unknown' },
  ],
  [
    'a type that this issuer may not issue',
    () => ({ change: { vct: 'urn:example:diploma' } }),
    {
      issuer_trusted: 'credential_type_not_allowed',
      request_satisfied: 'credential_type_unknown',
    },
  ],
  [
    'a forged credential',
    () => ({ signer: stranger.signer }),
    { issuer_signature: 'signature_invalid' },
  ],
  [
    'a disclosure that no digest refers to',
    () => ({ tamperSdJwt: appendDisclosure }),
    { disclosures: 'disclosure_unreferenced' },
  ],
  [
    'an expired credential',
    () => ({ change: { exp: NOW - 61 } }),
    { validity_period: 'credential_expired' },
  ],
  [
    'a credential that is not valid yet',
    () => ({ change: { nbf: NOW + 61 } }),
    { validity_period: 'credential_not_yet_valid' },
  ],
  ['a revoked credential', () => ({ index: INDEX.revoked }), { status: 'credential_revoked' }],
  [
    'a suspended credential',
    () => ({ index: INDEX.suspended }),
    { status: 'credential_suspended' },
  ],
  [
    'a status index that the list does not have',
    () => ({ index: 1_000_000 }),
    { status: 'status_index_out_of_range' },
  ],
  [
    'no status, though the issuer always sets one',
    () => ({ rewrite: ({ status: _, ...payload }) => payload }),
    { status: 'status_reference_invalid' },
  ],
  [
    'a status mechanism that is not known',
    () => ({ rewrite: (payload) => ({ ...payload, status: { other_list: { idx: 1 } } }) }),
    { status: 'status_reference_invalid' },
  ],
  [
    'two status mechanisms',
    () => ({
      rewrite: ({ status, ...payload }) => ({
        ...payload,
        status: { ...Object(status), identifier_list: { id: 'aa' } },
      }),
    }),
    { status: 'status_reference_invalid' },
  ],
  [
    'a W3C status beside ours',
    () => ({
      rewrite: (payload) => ({
        ...payload,
        credentialStatus: { type: 'BitstringStatusListEntry' },
      }),
    }),
    { status: 'status_reference_invalid' },
  ],
  [
    'threat 26: the key binding stripped off',
    () => ({ tamper: (text) => text.slice(0, text.lastIndexOf('~') + 1) }),
    { holder_binding: 'key_binding_missing' },
  ],
  [
    'a key binding by a key that the credential does not name',
    () => ({ bindingSigner: stranger.signer }),
    { holder_binding: 'key_binding_signature_invalid' },
  ],
  [
    'threat 5: made for another session (nonce)',
    () => ({ nonce: 'AAAAAAAAAAAAAAAAAAAAAA' }),
    { holder_binding: 'nonce_mismatch' },
  ],
  [
    'threat 5: made for another verifier (audience)',
    () => ({ audience: `${request.clientId}x` }),
    { holder_binding: 'audience_mismatch' },
  ],
  [
    'an audience that is a list',
    () => ({ binding: { aud: [request.clientId] } }),
    { holder_binding: 'key_binding_malformed' },
  ],
  [
    'a key binding without iat',
    () => ({ binding: { iat: null } }),
    { holder_binding: 'key_binding_malformed' },
  ],
  [
    'a key binding without sd_hash',
    () => ({ binding: { sd_hash: null } }),
    { holder_binding: 'key_binding_malformed' },
  ],
  [
    'disclosures exchanged after the holder signed',
    () => ({ tamper: (text) => text.replace(/~[^~]+~/, '~') }),
    { holder_binding: 'sd_hash_mismatch', request_satisfied: 'request_unsatisfied' },
  ],
  [
    'a key binding of another type',
    () => ({ bindingHeader: { typ: 'JWT' } }),
    { holder_binding: 'key_binding_type_mismatch' },
  ],
  [
    'an asked claim that was not shown',
    () => ({ disclose: ['given_name', 'age_equal_or_over_18', 'portrait_thumb'] }),
    { request_satisfied: 'request_unsatisfied' },
  ],
  [
    'no assurance level, where the policy asks for one',
    () => ({ level: 'none' }),
    { request_satisfied: 'assurance_level_too_low' },
  ],
];

describe('[attack 19, 23, 25, 29, 81, 95] each check alone rejects, with its code', () => {
  for (const [why, options, expected] of REJECTED) {
    test(`${why}: ${JSON.stringify(expected)}`, async () => {
      const verdict = await check(options());
      expect(faults(verdict)).toEqual(expected);
      expect(verdict.outcome).toBe('rejected');
      expect(verdict).not.toHaveProperty('claims');
    });
  }

  test('[attack 81] a W3C card whose subject is not the holder of the bound key', async () => {
    const { kty, crv, x, y } = stranger.publicJwk;
    const verdict = await check({
      format: 'vc+sd-jwt',
      bindingSigner: stranger.signer,
      rewrite: (payload) => ({ ...payload, cnf: { jwk: { kty, crv, x, y } } }),
    });
    expect(faults(verdict)).toEqual({ holder_binding: 'subject_mismatch' });
  });

  test('a W3C type that is not known', async () => {
    const types = ['VerifiableCredential', 'Diploma'];
    const verdict = await check({ format: 'vc+sd-jwt', change: { type: types } });
    expect(faults(verdict)).toEqual({
      issuer_trusted: 'credential_type_unknown',
      request_satisfied: 'credential_type_unknown',
    });
  });
});

describe('[attack 79] the query is evaluated again on what came, whatever the wallet thought', () => {
  type Query = PresentationRequest['query']['credentials'][number];
  const name = { id: 'n', path: ['family_name'] };
  const sex = { id: 's', path: ['sex'] };
  const cases: readonly (readonly [string, Partial<Query>])[] = [
    ['a value that was not asked for', { claims: [{ ...name, values: ['Wang', 'Li'] }] }],
    ['no claim set that is complete', { claims: [name, sex], claim_sets: [['n', 's']] }],
    ['another type', { meta: { vct_values: ['urn:example:other'] } }],
    [
      'certain authorities, which cannot be judged yet',
      { trusted_authorities: [{ type: 'aki', values: ['s9tIpPmhxdiuNkHMEWNpYim8S8Y'] }] },
    ],
  ];
  for (const [why, change] of cases) {
    test(why, async () => {
      const credentials = request.query.credentials.map((each) => ({ ...each, ...change }));
      const asked = { ...request, query: { ...request.query, credentials } };
      const expectations = { request: asked, bundle: await world.bundle(), now: NOW };
      const verdict = await checkPresentation(await answer(world, request), expectations);
      expect(faults(verdict)).toEqual({ request_satisfied: 'request_unsatisfied' });
      expect(verdict.outcome).toBe('rejected');
    });
  }
});

describe('undecided: threat 13, unknown or stale is not VALID', () => {
  const cases: readonly (readonly [string, string, AnswerOptions, BundleOptions])[] = [
    [
      'a status list older than the policy allows',
      'status_stale',
      {},
      { statusIssuedAt: NOW - 72 * HOUR - 1 },
    ],
    ['an expired bundle', 'bundle_expired', {}, { issuedAt: NOW - 15 * DAY, statusIssuedAt: NOW }],
    [
      'a list that the bundle does not carry',
      'status_list_missing',
      { statusUri: 'https://id.example/status/2' },
      {},
    ],
    [
      'revoked AND stale: what an old list says is not repeated',
      'status_stale',
      { index: INDEX.revoked },
      { issuedAt: NOW - 4 * DAY },
    ],
  ];
  for (const [why, code, options, bundle] of cases) {
    test(why, async () => {
      const verdict = await check(options, { bundle });
      expect(faults(verdict)).toEqual({ status: code });
      expect(verdict.outcome).toBe('undecided');
      expect(verdict).not.toHaveProperty('claims');
      expect(verdict.checks).toContainEqual(
        expect.objectContaining({ check: 'status', outcome: 'unknown', hint: expect.any(String) }),
      );
    });
  }

  test('to the second: 72 h are allowed under hotel', async () => {
    const bundle = { issuedAt: NOW - 72 * HOUR };
    expect((await check({}, { bundle })).outcome).toBe('accepted');
  });

  test('stale and anything else wrong is rejected', async () => {
    const bundle = { issuedAt: NOW - 4 * DAY };
    const verdict = await check({ signer: stranger.signer }, { bundle });
    expect(verdict.outcome).toBe('rejected');
    expect(faults(verdict)).toEqual({
      issuer_signature: 'signature_invalid',
      status: 'status_stale',
    });
  });
});

describe('every pair of faults is reported, and rejected', () => {
  const FAULTS: Readonly<Record<string, () => AnswerOptions>> = {
    issuer_trusted: () => ({ kid: 'credential-2' }),
    issuer_signature: () => ({ signer: stranger.signer }),
    disclosures: () => ({ tamperSdJwt: appendDisclosure }),
    validity_period: () => ({ change: { exp: NOW - 61 } }),
    status: () => ({ index: INDEX.revoked }),
    holder_binding: () => ({ nonce: 'AAAAAAAAAAAAAAAAAAAAAA' }),
    request_satisfied: () => ({ disclose: ['family_name'] }),
  };
  const names = Object.keys(FAULTS);
  for (const [at, one] of names.entries()) {
    for (const other of names.slice(at + 1)) {
      test(`${one} and ${other}`, async () => {
        const verdict = await check({ ...FAULTS[one]?.(), ...FAULTS[other]?.() });
        expect(verdict.outcome).toBe('rejected');
        const failed = verdict.checks.flatMap((result) =>
          result.outcome === 'passed' ? [] : [result.check],
        );
        // Nothing else fails but what needs one of the two.
        const needing: Readonly<Record<string, CheckName>> = {
          issuer_trusted: 'issuer_signature',
          disclosures: 'request_satisfied',
        };
        const expected = new Set([one, other, needing[one], needing[other]]);
        expected.delete(undefined);
        expect(new Set(failed)).toEqual(expected);
      });
    }
  }
});

describe('the envelope', () => {
  test('[attack 75] an answer to one request does not open as the answer to another', async () => {
    const [wire, other] = [await answer(world, request), await makeRequest('hotel')];
    const expectations = { request: other, bundle: await world.bundle(), now: NOW };
    const verdict = await checkPresentation(wire, expectations);
    expect(faults(verdict)).toEqual({ holder_binding: 'answer_unreadable' });
    expect(verdict.outcome).toBe('rejected');
  });

  test('any changed byte of the sealed answer is refused', async () => {
    const wire = await answer(world, request);
    const bundle = await world.bundle();
    for (const at of [0, 1, 64, 65, 100, wire.length - 1]) {
      const changed = Uint8Array.from(wire);
      changed[at] = (changed[at] ?? 0) ^ 1;
      const verdict = await checkPresentation(changed, { request, bundle, now: NOW });
      expect(verdict.outcome).toBe('rejected');
    }
  });

  test('a wallet that declines is a rejection that says so', async () => {
    const { kty, crv, x, y } = request.responsePrivateJwk;
    const wire = await sealAnswer({
      request: { compact: request.compact, query: request.query, responseKey: { kty, crv, x, y } },
      answer: { kind: 'refused', error: 'access_denied', description: 'no' },
      random: randomBytes,
    });
    const expectations = { request, bundle: await world.bundle(), now: NOW };
    const verdict = await checkPresentation(wire, expectations);
    expect(faults(verdict)).toEqual({ request_satisfied: 'holder_refused' });
    expect(verdict.outcome).toBe('rejected');
  });

  const unexpected: readonly (readonly [string, readonly string[]])[] = [
    [
      'both forms at once, where one was asked for',
      ['identity-card_dc_sd-jwt', 'identity-card_vc_sd-jwt'],
    ],
    ['under an id that was not asked for', ['diploma']],
  ];
  for (const [why, ids] of unexpected) {
    test(`presentations ${why}`, async () => {
      const presentation = await present(world, request);
      const wire = await sealTo(request, new Map(ids.map((id) => [id, presentation])));
      const expectations = { request, bundle: await world.bundle(), now: NOW };
      const verdict = await checkPresentation(wire, expectations);
      expect(faults(verdict)).toEqual({ request_satisfied: 'presentation_unexpected' });
    });
  }
});

test('no reason and no hint holds a value of a claim', async () => {
  for (const [, options] of REJECTED) {
    const text = JSON.stringify(await check(options()));
    for (const value of PERSON_VALUES) expect(text).not.toContain(value);
  }
});

test('requests: each has its own key and a nonce of 128 bits', async () => {
  const requests = await Promise.all(Array.from({ length: 50 }, () => makeRequest('age-gate')));
  const count = (pick: (each: PresentationRequest) => string) => new Set(requests.map(pick)).size;
  expect(count(({ nonce }) => nonce)).toBe(50);
  expect(count(({ responsePrivateJwk }) => responsePrivateJwk.d)).toBe(50);
  for (const { nonce, compact, responsePrivateJwk } of requests) {
    expect(Buffer.from(nonce, 'base64url')).toHaveLength(16);
    const payload: JsonObject = Object(
      JSON.parse(Buffer.from(compact.split('.')[1] ?? '', 'base64url').toString()),
    );
    expect(JSON.stringify(payload)).not.toContain(responsePrivateJwk.d);
  }
});

const aged = (years: number): AnswerOptions => ({
  change: {
    age_equal_or_over: Object.fromEntries(ATTESTED_AGES.map((age) => [age, years >= age])),
  },
});

test('[attack 79] an age gate accepts a card that says 18 or older, and refuses one that says not', async () => {
  const gate = await makeRequest('age-gate');
  const bundle = await world.bundle({});
  for (const [isAdult, outcome, found] of [
    [true, 'accepted', {}],
    [false, 'rejected', { request_satisfied: 'request_unsatisfied' }],
  ] as const) {
    const wire = await answer(world, gate, aged(isAdult ? 18 : 17));
    const verdict = await checkPresentation(wire, { request: gate, bundle, now: NOW });
    expect(faults(verdict)).toEqual(found);
    expect(verdict.outcome).toBe(outcome);
  }
});

test('a hotel desk sees that a guest is under age, and decides', async () => {
  const verdict = await check(aged(17));
  expect(verdict.outcome).toBe('accepted');
});
