import { didJwkOf } from '@symbolon/credentials';
import { signCompactJws } from '@symbolon/credentials/jose';
import { createPolicyQuery } from '@symbolon/presentation';
import {
  type CredentialExpectations,
  type JudgedCredential,
  judgeCredential,
  readPolicyClaims,
} from '@symbolon/presentation/judge';
import { getPolicy, IDENTITY_CARD, type JsonObject, type SdJwtFormat } from '@symbolon/schemas';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type CardOptions,
  createWorld,
  DAY,
  INDEX,
  ISSUER_DID,
  type Key,
  makeKey,
  type World,
} from '../../support/world.ts';

const NOW = 1_795_600_000;
let world: World;
let holder: Key;
let stranger: Key;

beforeAll(async () => {
  [world, holder, stranger] = await Promise.all([createWorld(NOW), makeKey(), makeKey()]);
});

/** As a wallet takes a card over: bound to one of its keys, the status perhaps not known yet. */
async function accept(
  compact: string,
  format: CredentialExpectations['format'],
  change: Partial<CredentialExpectations> = {},
) {
  return judgeCredential(
    compact,
    {
      format,
      bundle: await world.bundle(),
      now: NOW,
      status: { kind: 'not_refused' },
      holder: { kind: 'held_key', keys: [stranger.publicJwk, holder.publicJwk] },
      ...change,
    },
    (credential) => credential,
  );
}

const card = (options: Partial<CardOptions> = {}) =>
  world.card({ holderKey: holder.publicJwk, ...options });

const faults = ({ checks }: Awaited<ReturnType<typeof accept>>) =>
  Object.fromEntries(
    checks.flatMap((result) =>
      result.outcome === 'passed' || result.code === 'check_not_run'
        ? []
        : [[result.check, result.code] as const],
    ),
  );

/** A JWT credential of data model 1.1, as the agent of an issuer makes it. */
const jwtVc = (change: JsonObject = {}, signer = world.issuerKey.signer) =>
  signCompactJws({
    header: { typ: 'JWT', kid: world.kid },
    payload: {
      iss: ISSUER_DID,
      sub: didJwkOf(holder.publicJwk),
      jti: 'urn:uuid:1',
      nbf: world.today - DAY,
      exp: world.today + DAY,
      vc: {
        '@context': [...IDENTITY_CARD.w3cContext11],
        type: [...IDENTITY_CARD.w3cTypes],
        credentialSubject: { family_name: 'Zhang' },
      },
      ...change,
    },
    signer,
  });

describe('a wallet takes a card over', () => {
  for (const format of ['dc+sd-jwt', 'vc+sd-jwt'] as const satisfies readonly SdJwtFormat[]) {
    test(`${format}: bound to one of its keys`, async () => {
      const verdict = await accept(await card({ format }), format);
      expect(faults(verdict)).toEqual({});
      if (verdict.outcome !== 'accepted') throw new Error(verdict.outcome);
      const { holderKey, expiresAt, type, status } = verdict.claims;
      expect(holderKey).toMatchObject({ x: holder.publicJwk.x });
      expect(expiresAt).toBe(world.today + 60 * DAY);
      expect(type.name).toBe('identity-card');
      expect(status?.value).toBe(0);
    });
  }

  test('jwt_vc_json: held without a status', async () => {
    const verdict = await accept(await jwtVc(), 'jwt_vc_json');
    expect(faults(verdict)).toEqual({});
    expect(verdict).toMatchObject({
      outcome: 'accepted',
      claims: { status: undefined, claims: { credentialSubject: { family_name: 'Zhang' } } },
    });
  });

  const cases: readonly (readonly [
    string,
    () => Promise<string>,
    CredentialExpectations['format'],
    Record<string, string>,
  ])[] = [
    [
      '[attack 73] a card bound to another key',
      async () => card({ holderKey: (await makeKey()).publicJwk }),
      'dc+sd-jwt',
      { holder_binding: 'holder_key_mismatch' },
    ],
    [
      '[attack 73] another format than the one asked for',
      () => card({ format: 'vc+sd-jwt' }),
      'dc+sd-jwt',
      { format: 'format_mismatch' },
    ],
    [
      'a presentation in place of a card',
      async () => `${await card()}eyJhbGciOiJFUzI1NiJ9.e30.AA`,
      'dc+sd-jwt',
      { holder_binding: 'key_binding_unexpected' },
    ],
    [
      'a revoked card',
      () => card({ index: INDEX.revoked }),
      'dc+sd-jwt',
      { status: 'credential_revoked' },
    ],
    [
      'a card without a status',
      () => card({ rewrite: ({ status: _, ...payload }) => payload }),
      'dc+sd-jwt',
      { status: 'status_reference_invalid' },
    ],
    [
      'a card without a key',
      () => card({ rewrite: ({ cnf: _, ...payload }) => payload }),
      'dc+sd-jwt',
      { holder_binding: 'holder_key_missing', request_satisfied: 'holder_key_missing' },
    ],
    [
      'jwt_vc_json about somebody else',
      async () => jwtVc({ sub: didJwkOf((await makeKey()).publicJwk) }),
      'jwt_vc_json',
      { holder_binding: 'holder_key_mismatch' },
    ],
    [
      'jwt_vc_json by another signer',
      () => jwtVc({}, stranger.signer),
      'jwt_vc_json',
      { issuer_signature: 'signature_invalid' },
    ],
    [
      'jwt_vc_json that has expired',
      () => jwtVc({ exp: NOW - 61 }),
      'jwt_vc_json',
      { validity_period: 'credential_expired' },
    ],
  ];
  for (const [why, make, format, expected] of cases) {
    test(`refused: ${why}: ${JSON.stringify(expected)}`, async () => {
      const verdict = await accept(await make(), format);
      expect(faults(verdict)).toEqual(expected);
      expect(verdict.outcome).toBe('rejected');
    });
  }

  test('a status that cannot be told yet is no reason to throw the card away', async () => {
    const old = { bundle: await world.bundle({ issuedAt: NOW - 13 * DAY }) };
    expect((await accept(await card(), 'dc+sd-jwt', old)).outcome).toBe('accepted');
    const unlisted = await card({ statusUri: 'https://id.example/status/9' });
    expect((await accept(unlisted, 'dc+sd-jwt')).outcome).toBe('accepted');
  });
});

describe('a counter', () => {
  test('accepts no jwt_vc_json: it has neither a status nor a key binding', async () => {
    const verdict = await accept(await jwtVc(), 'jwt_vc_json', {
      status: { kind: 'max_age', seconds: 1e9 },
      holder: { kind: 'key_binding', expectedNonce: 'n', expectedAudience: 'a' },
    });
    expect(faults(verdict)).toEqual({
      status: 'status_reference_invalid',
      holder_binding: 'key_binding_missing',
    });
  });

  const policy = { ...getPolicyOrThrow('age-gate'), assuranceLevel: 'advanced' as const };
  const question = {
    policy,
    query: createPolicyQuery(policy, ['dc+sd-jwt']),
    queryId: 'identity-card_dc_sd-jwt',
  };
  const judged = async (level: 'advanced' | 'basic'): Promise<JudgedCredential> => {
    const verdict = await accept(await card({ level }), 'dc+sd-jwt');
    if (verdict.outcome !== 'accepted') throw new Error(verdict.outcome);
    return verdict.claims;
  };

  test('product 2: a basic card does not meet a policy that asks for advanced', async () => {
    const credential = await judged('basic');
    expect(() => readPolicyClaims(credential, question)).toThrow(
      expect.objectContaining({ code: 'assurance_level_too_low' }),
    );
  });

  test('product 2: an advanced card does, and one that meets basic too', async () => {
    const credential = await judged('advanced');
    expect(readPolicyClaims(credential, question)).toMatchObject({ level: 'advanced' });
    const basic = { ...question, policy: { ...policy, assuranceLevel: 'basic' as const } };
    expect(readPolicyClaims(credential, basic)).toMatchObject({ level: 'advanced' });
  });

  test('a level in words of somebody else is no level', async () => {
    const credential = await judged('basic');
    const verified = { verification: { assurance_level: 'urn:eidas:high' } };
    const claims = { ...credential.claims, verified_claims: verified };
    expect(() => readPolicyClaims({ ...credential, claims }, question)).toThrow(
      expect.objectContaining({ code: 'assurance_level_too_low' }),
    );
  });

  test('whatever the last check returns comes out only when all the others passed', async () => {
    const compact = await card({ signer: stranger.signer });
    const verdict = await accept(compact, 'dc+sd-jwt');
    expect(verdict.outcome).toBe('rejected');
    expect(verdict).not.toHaveProperty('claims');
    expect(JSON.stringify(verdict)).not.toContain('Zhang');
  });
});

function getPolicyOrThrow(name: string) {
  const policy = getPolicy(name);
  if (policy === undefined) throw new RangeError(name);
  return policy;
}
