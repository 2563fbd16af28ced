import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateP256KeyPair, randomBytes } from '@symbolon/credentials/crypto';
import { createPolicyQuery, openRegistrationCertificate, overAsked } from '@symbolon/presentation';
import { getPolicy } from '@symbolon/schemas';
import { parseRelyingPartyRegistration } from '@symbolon/schemas/relying-party';
import { openTrustBundle, type TrustBundle } from '@symbolon/trust';
import { createSigningRequest, verifyCertificatePath } from '@symbolon/trust/certificates';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAuthority } from '../../../../issuer/create-authority.ts';
import type { Issuer } from '../../../../issuer/issuer.ts';
import { openIssuer } from '../../../../issuer/open-issuer.ts';
import { addRelyingParty } from '../../../../issuer/relying-party/add-relying-party.ts';
import { EXAMPLE_REGISTRATION } from '../../../../issuer/relying-party/example-registration.ts';
import { listRelyingParties } from '../../../../issuer/relying-party/list-relying-parties.ts';
import { revokeRelyingParty } from '../../../../issuer/relying-party/revoke-relying-party.ts';

const NOW = 1_795_600_000;
const DAY = 86_400;
let issuer: Issuer;

async function currentBundle(): Promise<TrustBundle> {
  return openTrustBundle(await issuer.trustBundles.current(), issuer.agent.anchor, NOW);
}

beforeAll(async () => {
  const folder = join(await mkdtemp(join(tmpdir(), 'symbolon-parties-')), 'data');
  const given = { passphrase: 'a passphrase', now: () => NOW, random: randomBytes };
  const authority = { authority: 'City of Example', demo: false, baseUrl: 'https://id.example' };
  await createAuthority(folder, { ...given, ...authority, scryptCost: 16_384 });
  issuer = await openIssuer(folder, given);
});
afterAll(() => issuer.close());

describe('addRelyingParty', () => {
  test('the papers belong together, open offline, and allow exactly the policy', async () => {
    const papers = await addRelyingParty(issuer, {
      registration: EXAMPLE_REGISTRATION,
      signingRequest: undefined,
    });
    const bundle = await currentBundle();
    const { registration } = await openRegistrationCertificate(papers.registrationCertificate, {
      bundle,
      now: NOW,
    });
    expect(registration.sub).toBe(EXAMPLE_REGISTRATION.identifier);
    expect(registration.exp - registration.iat).toBeLessThanOrEqual(365 * DAY);
    const access = await verifyCertificatePath({
      chain: papers.accessCertificates,
      anchors: bundle.document.certificate_authorities.access,
      purpose: 'access',
      revocations: bundle.document.certificate_revocations,
      now: NOW,
    });
    expect(access.organizationIdentifier).toBe(registration.sub);
    const { d: _, ...publicJwk } = papers.accessKey ?? { d: '' };
    expect(access.publicJwk).toEqual(publicJwk);
    const [hotel, ageGate] = [getPolicy('hotel'), getPolicy('age-gate')];
    if (hotel === undefined || ageGate === undefined) throw new Error('policies');
    const formats = ['dc+sd-jwt', 'vc+sd-jwt'] as const;
    expect(overAsked(createPolicyQuery(hotel, formats), registration)).toEqual([]);
    const more = { ...hotel, asks: [...hotel.asks, 'birthdate'] };
    expect(overAsked(createPolicyQuery(more, formats), registration)).not.toEqual([]);
  });

  test('with a signing request the certificate is for that key, and no key is handed out', async () => {
    const { publicJwk, privateJwk } = await generateP256KeyPair();
    const papers = await addRelyingParty(issuer, {
      registration: EXAMPLE_REGISTRATION,
      signingRequest: await createSigningRequest({ commonName: 'Somebody else', privateJwk }),
    });
    expect(papers.accessKey).toBeUndefined();
    const verified = await verifyCertificatePath({
      chain: papers.accessCertificates,
      anchors: [issuer.agent.authorities.access],
      purpose: 'access',
      revocations: [],
      now: NOW,
    });
    expect(verified.publicJwk).toEqual(publicJwk);
    // What the certificate says is the authority's decision, not the request's.
    expect(verified.commonName).toBe('Harbour Hotel');
  });

  test('a file that names its claims is registered for those, in that format, alone', async () => {
    const { policy: _, ...rest } = EXAMPLE_REGISTRATION;
    const registration = parseRelyingPartyRegistration({
      ...rest,
      credentials: [
        {
          format: 'dc+sd-jwt',
          meta: { vct_values: ['urn:symbolon:identity-card:1'] },
          claim: [{ path: ['age_equal_or_over', '18'] }],
        },
      ],
    });
    const papers = await addRelyingParty(issuer, { registration, signingRequest: undefined });
    const opened = await openRegistrationCertificate(papers.registrationCertificate, {
      bundle: await currentBundle(),
      now: NOW,
    });
    const policy = getPolicy('age-gate');
    if (policy === undefined) throw new Error('policy');
    const asked = (format: 'dc+sd-jwt' | 'vc+sd-jwt'): unknown =>
      overAsked(createPolicyQuery(policy, [format]), opened.registration);
    expect(asked('dc+sd-jwt')).toEqual([]);
    expect(asked('vc+sd-jwt')).not.toEqual([]);
  });

  test('a policy that there is not, and a broken signing request, register nobody', async () => {
    const before = await listRelyingParties(issuer.store);
    const unknown = { ...EXAMPLE_REGISTRATION, policy: 'casino' };
    await expect(
      addRelyingParty(issuer, { registration: unknown, signingRequest: undefined }),
    ).rejects.toMatchObject({ code: 'policy_unknown' });
    const { privateJwk } = await generateP256KeyPair();
    const pem = await createSigningRequest({ commonName: 'Hotel', privateJwk });
    const broken = pem.replace(/[A-Za-z0-9+/](?=[^\n]{8}\n[^\n]*\n-----END)/, (c) =>
      c === 'A' ? 'B' : 'A',
    );
    expect(broken).not.toBe(pem);
    for (const signingRequest of ['', 'hello', broken]) {
      await expect(
        addRelyingParty(issuer, { registration: EXAMPLE_REGISTRATION, signingRequest }),
      ).rejects.toMatchObject({ name: 'TrustError' });
    }
    expect(await listRelyingParties(issuer.store)).toEqual(before);
  });
});

describe('revokeRelyingParty', () => {
  test('the next bundle names exactly the certificate, once; the first revocation counts', async () => {
    const papers = await addRelyingParty(issuer, {
      registration: EXAMPLE_REGISTRATION,
      signingRequest: undefined,
    });
    const before = await currentBundle();
    expect(before.document.certificate_revocations).toEqual([]);
    await revokeRelyingParty(issuer, papers.relyingPartyId);
    await revokeRelyingParty(issuer, papers.relyingPartyId);
    const { document } = await currentBundle();
    expect(document.certificate_revocations).toHaveLength(1);
    const path = {
      chain: papers.accessCertificates,
      anchors: document.certificate_authorities.access,
      purpose: 'access' as const,
      now: NOW,
    };
    const revoked = { ...path, revocations: document.certificate_revocations };
    await expect(verifyCertificatePath(revoked)).rejects.toMatchObject({
      code: 'certificate_revoked',
    });
    await expect(verifyCertificatePath({ ...path, revocations: [] })).resolves.toBeDefined();
  });

  test('nobody is revoked by an unknown id', async () => {
    await expect(revokeRelyingParty(issuer, 'feedfeedfeedfeed')).rejects.toMatchObject({
      code: 'relying_party_unknown',
    });
  });
});

describe('a relying-party file is refused', () => {
  const cases: readonly (readonly [name: string, change: Record<string, unknown>])[] = [
    ['without a name', { name: undefined }],
    ['with an empty name', { name: '' }],
    ['with a name that reads backwards', { name: 'Hotel \u202e' }],
    ['with a name that moves the cursor', { name: 'Hotel\u001b[2J' }],
    ['with an identifier of no scheme', { identifier: '91310000' }],
    ['with an identifier of two', { identifier: 'NTRCN-1 NTRCN-2' }],
    ['with a country as a word', { country: 'China' }],
    ['without a purpose', { purpose: [] }],
    ['with a purpose in no language', { purpose: [{ value: 'Check-in' }] }],
    ['with a policy and claims', { credentials: [] }],
    ['with neither policy nor claims', { policy: undefined }],
    ['with a policy as a path', { policy: '../hotel' }],
    ['without a privacy policy', { privacy_policy: undefined }],
    ['with a script as its privacy policy', { privacy_policy: 'not a URI' }],
    ['with a member that there is not', { entitlements: ['PID_Provider'] }],
    ['with a validity of its own', { exp: 9_999_999_999 }],
    ['with a null', { legal_name: null }],
  ];
  for (const [name, change] of cases) {
    test(name, () => {
      const input = JSON.parse(JSON.stringify({ ...EXAMPLE_REGISTRATION, ...change }));
      expect(() => parseRelyingPartyRegistration(input)).toThrow(
        expect.objectContaining({ name: 'ParseError' }),
      );
    });
  }

  test('the example is not', () => {
    const copy: unknown = JSON.parse(JSON.stringify(EXAMPLE_REGISTRATION));
    expect(parseRelyingPartyRegistration(copy)).toEqual(EXAMPLE_REGISTRATION);
  });
});
