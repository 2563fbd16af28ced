import type { TrustBundleDocument } from '@symbolon/schemas';
import {
  certificateFingerprint,
  createTrustBundle,
  findIssuerKey,
  type IssuerKeyQuery,
  openTrustBundle,
} from '@symbolon/trust';
import { describe, expect, test } from 'vitest';
import {
  ANCHOR,
  anchorSigner,
  bundleDocument,
  CA,
  CARD,
  CREDENTIAL_KEY,
  DAY,
  DID,
  didDocument,
  HOUR,
  ISSUER,
  issuerCertificate,
  issuerKeys,
  LEAF,
  NOW,
  STATUS_KEY,
  statusKeys,
  strangerKeys,
  trustedIssuer,
} from './support/authority.ts';

const open = async (change: Partial<TrustBundleDocument> = {}) =>
  openTrustBundle(await createTrustBundle(bundleDocument(change), anchorSigner), ANCHOR, NOW);

type CredentialKeyQuery = Extract<IssuerKeyQuery, { use: 'credential' }>;

const BY_URL: CredentialKeyQuery = {
  issuer: ISSUER,
  kid: 'credential-1',
  x5c: [LEAF],
  use: 'credential',
  credentialType: CARD,
};
const BY_DID: CredentialKeyQuery = {
  issuer: DID,
  kid: `${DID}#credential-1`,
  use: 'credential',
  credentialType: CARD,
};

test('the key of an issuer that is named by its URL, with x5c and without', async () => {
  const bundle = await open();
  expect(findIssuerKey(bundle, BY_URL, NOW)).toEqual(issuerKeys.publicJwk);
  expect(findIssuerKey(bundle, { ...BY_URL, x5c: undefined }, NOW)).toEqual(issuerKeys.publicJwk);
});

test('the key of an issuer that is named by its DID', async () => {
  expect(findIssuerKey(await open(), BY_DID, NOW)).toEqual(issuerKeys.publicJwk);
});

test('the key for status lists', async () => {
  const query = { issuer: ISSUER, kid: 'status-1', use: 'status' } as const;
  expect(findIssuerKey(await open(), query, NOW)).toEqual(statusKeys.publicJwk);
});

test('an expired bundle still answers: that it is too old, the status says', async () => {
  const bundle = await open();
  expect(findIssuerKey(bundle, BY_URL, NOW + 100 * DAY)).toEqual(issuerKeys.publicJwk);
});

test('a longer chain of the bundle may be shown in part, from the leaf on', async () => {
  const second = await issuerCertificate(['second.example']);
  const key = { ...CREDENTIAL_KEY, certificates: [LEAF, second] };
  const bundle = await open({ issuers: [trustedIssuer({ keys: [key] })] });
  for (const x5c of [[LEAF], [LEAF, second]]) {
    expect(findIssuerKey(bundle, { ...BY_URL, x5c }, NOW)).toEqual(issuerKeys.publicJwk);
  }
});

const other = await issuerCertificate(['issuer.example']);

describe('refuses', () => {
  const table: readonly (readonly [
    why: string,
    code: string,
    query: Partial<CredentialKeyQuery>,
  ])[] = [
    ['an issuer that is not named', 'issuer_untrusted', { issuer: 'https://other.example' }],
    ['the issuer with a slash more', 'issuer_untrusted', { issuer: `${ISSUER}/` }],
    ['the issuer in upper case', 'issuer_untrusted', { issuer: ISSUER.toUpperCase() }],
    ['the issuer over http', 'issuer_untrusted', { issuer: 'http://issuer.example' }],
    ['a prefix of the issuer', 'issuer_untrusted', { issuer: 'https://issuer' }],
    ['an empty issuer', 'issuer_untrusted', { issuer: '' }],
    ['__proto__', 'issuer_untrusted', { issuer: '__proto__' }],
    ['a key that is not named', 'issuer_key_unknown', { kid: 'credential-2' }],
    ['an empty kid', 'issuer_key_unknown', { kid: '' }],
    ['a DID URL where the issuer is a URL', 'issuer_key_unknown', { kid: `${DID}#credential-1` }],
    [
      'the key for status lists, used for credentials',
      'issuer_key_unknown',
      { kid: 'status-1', x5c: undefined },
    ],
    ['an empty x5c', 'issuer_certificate_mismatch', { x5c: [] }],
    ['another certificate for the same key', 'issuer_certificate_mismatch', { x5c: [other] }],
    ['the anchor in x5c', 'issuer_certificate_mismatch', { x5c: [LEAF, CA] }],
    ['the leaf twice', 'issuer_certificate_mismatch', { x5c: [LEAF, LEAF] }],
    [
      'base64url in x5c',
      'issuer_certificate_mismatch',
      { x5c: [LEAF.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')] },
    ],
    [
      'another type of credential',
      'credential_type_not_allowed',
      { credentialType: 'urn:symbolon:driving-licence:1' },
    ],
    [
      'a prefix of an allowed type',
      'credential_type_not_allowed',
      { credentialType: 'urn:symbolon:identity-card' },
    ],
  ];
  for (const [why, code, change] of table) {
    test(`${why}: ${code}`, async () => {
      const bundle = await open();
      const query = { ...BY_URL, ...change };
      expect(() => findIssuerKey(bundle, query, NOW)).toThrow(
        expect.objectContaining({ name: 'TrustError', code }),
      );
    });
  }

  test('the key for credentials, used for status lists', async () => {
    const query = { issuer: ISSUER, kid: 'credential-1', use: 'status' } as const;
    const bundle = await open();
    expect(() => findIssuerKey(bundle, query, NOW)).toThrow(
      expect.objectContaining({ code: 'issuer_key_unknown' }),
    );
  });
});

describe('a key in time', () => {
  const opened = (change: Partial<typeof CREDENTIAL_KEY>) =>
    open({ issuers: [trustedIssuer({ keys: [{ ...CREDENTIAL_KEY, ...change }] })] });
  for (const [why, change, now, code] of [
    ['has expired', { valid_until: NOW - 60 }, NOW, 'issuer_key_expired'],
    ['is not valid yet', { valid_from: NOW + 61 }, NOW, 'issuer_key_not_yet_valid'],
    ['was revoked', { revoked_at: NOW - 1 }, NOW, 'issuer_key_revoked'],
    ['is revoked this minute', { revoked_at: NOW + 60 }, NOW, 'issuer_key_revoked'],
    ['meets a clock that is no number', {}, Number.NaN, 'issuer_key_expired'],
  ] as const) {
    test(`is refused when it ${why}`, async () => {
      const bundle = await opened(change);
      expect(() => findIssuerKey(bundle, BY_URL, now)).toThrow(expect.objectContaining({ code }));
    });
  }

  for (const [why, change] of [
    ['expired within the skew', { valid_until: NOW - 59 }],
    ['becomes valid within the skew', { valid_from: NOW + 60 }],
    ['will be revoked later', { revoked_at: NOW + HOUR }],
  ] as const) {
    test(`is returned when it ${why}`, async () => {
      expect(findIssuerKey(await opened(change), BY_URL, NOW)).toEqual(issuerKeys.publicJwk);
    });
  }

  test('is refused when its certificate was revoked, and from the earliest moment on', async () => {
    const certificate = await certificateFingerprint(LEAF);
    const bundle = await open({
      certificate_revocations: [
        { certificate, revoked_at: NOW + DAY },
        { certificate, revoked_at: NOW - DAY },
      ],
    });
    expect(() => findIssuerKey(bundle, BY_URL, NOW)).toThrow(
      expect.objectContaining({ code: 'issuer_key_revoked' }),
    );
  });

  test('is not touched by the revocation of another certificate', async () => {
    const certificate = await certificateFingerprint(CA.slice(0, 400));
    const bundle = await open({ certificate_revocations: [{ certificate, revoked_at: 1 }] });
    expect(findIssuerKey(bundle, BY_URL, NOW)).toEqual(issuerKeys.publicJwk);
  });
});

describe('[attack 109] by DID, the DID document must agree', () => {
  const id = `${DID}#credential-1`;
  const method = { id, type: 'JsonWebKey', controller: DID, publicKeyJwk: issuerKeys.publicJwk };
  const opened = (change: object) =>
    open({ issuers: [trustedIssuer({ did_document: didDocument(change) })] });

  for (const [why, change] of [
    ['a fragment instead of the whole DID URL', { assertionMethod: ['#credential-1'] }],
    ['the key inside assertionMethod', { verificationMethod: [], assertionMethod: [method] }],
  ] as const) {
    test(`takes ${why}`, async () => {
      expect(findIssuerKey(await opened(change), BY_DID, NOW)).toEqual(issuerKeys.publicJwk);
    });
  }

  for (const [why, change] of [
    ['the key is not in assertionMethod', { assertionMethod: [] }],
    ['there is no assertionMethod', { assertionMethod: undefined }],
    ['the key is for authentication only', { assertionMethod: [], authentication: [id] }],
    ['the key is named and not there', { verificationMethod: [] }],
    [
      'another DID controls the key',
      { verificationMethod: [{ ...method, controller: 'did:web:other.example' }] },
    ],
    [
      'the document has another key by this name',
      { verificationMethod: [{ ...method, publicKeyJwk: strangerKeys.publicJwk }] },
    ],
    ['the document has two keys by this name', { verificationMethod: [method, method] }],
    ['assertionMethod names it twice', { assertionMethod: [id, '#credential-1'] }],
    ['the key is not a JWK', { verificationMethod: [{ ...method, publicKeyJwk: undefined }] }],
  ] as const) {
    test(`refuses when ${why}`, async () => {
      const bundle = await opened(change);
      expect(() => findIssuerKey(bundle, BY_DID, NOW)).toThrow(
        expect.objectContaining({ name: 'TrustError', code: 'issuer_key_unknown' }),
      );
      // The same key is still the issuer's by its URL.
      expect(findIssuerKey(bundle, BY_URL, NOW)).toEqual(issuerKeys.publicJwk);
    });
  }

  for (const [why, kid] of [
    ['the short kid', 'credential-1'],
    ['a fragment', '#credential-1'],
    ['the DID URL of another DID', 'did:web:other.example#credential-1'],
    ['a query before the fragment', `${DID}?x=1#credential-1`],
    ['a path before the fragment', `${DID}/x#credential-1`],
    ['a fragment more', `${id}#credential-1`],
    ['a key that exists but is not for assertions', `${DID}#status-1`],
  ] as const) {
    test(`refuses a kid that is ${why}`, async () => {
      const bundle = await open();
      expect(() => findIssuerKey(bundle, { ...BY_DID, kid }, NOW)).toThrow(
        expect.objectContaining({ code: 'issuer_key_unknown' }),
      );
    });
  }
});

test('the refusal repeats nothing of what was presented', async () => {
  const bundle = await open();
  const query = { ...BY_URL, issuer: 'https://planted.example', kid: 'planted-kid' };
  try {
    findIssuerKey(bundle, query, NOW);
    expect.unreachable();
  } catch (error) {
    expect(String(error)).not.toContain('planted');
  }
});

test('a look-up takes microseconds', async () => {
  const bundle = await open({ issuers: [trustedIssuer({ keys: [CREDENTIAL_KEY, STATUS_KEY] })] });
  const rounds = 20_000;
  const started = process.cpuUsage();
  for (let at = 0; at < rounds; at += 1) findIssuerKey(bundle, BY_URL, NOW);
  const { user, system } = process.cpuUsage(started);
  expect((user + system) / rounds).toBeLessThan(20);
});
