import { createSigner, generateP256KeyPair, randomBytes } from '@symbolon/credentials/crypto';
import type { TrustBundleDocument } from '@symbolon/schemas';
import {
  certificateFingerprint,
  createTrustBundle,
  findIssuerKey,
  importTrustBundle,
  openTrustBundle,
} from '@symbolon/trust';
import { createCertificateAuthority } from '@symbolon/trust/certificates';
import { describe, expect, test } from 'vitest';
import {
  ANCHOR,
  anchorSigner,
  bundleDocument,
  CA,
  CARD,
  CREDENTIAL_KEY,
  DAY,
  HOUR,
  ISSUER,
  issuerCertificate,
  LEAF,
  NOW,
  nextAnchorKeys,
  STATUS_KEY,
  statusToken,
  strangerKeys,
  trustedIssuer,
} from './support/authority.ts';

const make = (change: Partial<TrustBundleDocument> = {}, signer = anchorSigner) =>
  createTrustBundle(bundleDocument(change), signer);
const open = async (change: Partial<TrustBundleDocument> = {}) =>
  openTrustBundle(await make(change), ANCHOR, NOW);

const first = { anchor: ANCHOR, held: undefined, now: NOW };
const nextSigner = createSigner(nextAnchorKeys.privateJwk);

/** The order of P-256 (SEC 2 section 2.4.2). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** The same JWS with n - s for s. */
const withOtherS = (compact: string) => {
  const at = compact.lastIndexOf('.') + 1;
  const hex = Buffer.from(compact.slice(at), 'base64url').toString('hex');
  const s = (ORDER - BigInt(`0x${hex.slice(64)}`)).toString(16).padStart(64, '0');
  return compact.slice(0, at) + Buffer.from(hex.slice(0, 64) + s, 'hex').toString('base64url');
};

test('a first bundle is taken', async () => {
  const bundle = await importTrustBundle({ ...first, compact: await make() });
  expect(bundle.document.sequence).toBe(7);
});

test('a newer bundle replaces the one held', async () => {
  const held = await open();
  const compact = await make({ sequence: 8, issued_at: NOW });
  const bundle = await importTrustBundle({ ...first, held, compact });
  expect(bundle.document.sequence).toBe(8);
});

test('the bundle that is held may come again', async () => {
  const held = await open();
  const again = await importTrustBundle({ ...first, held, compact: held.compact });
  expect(again.digest).toBe(held.digest);
});

describe('the bundle that is held may come again under another signature', () => {
  test('signed once more by the same anchor', async () => {
    const held = await open();
    const compact = await make();
    expect(compact).not.toBe(held.compact);
    const again = await importTrustBundle({ ...first, held, compact });
    expect(again.digest).toBe(held.digest);
  });

  test('with the other s of the same ECDSA signature, which anybody can work out', async () => {
    const held = await open();
    const compact = withOtherS(held.compact);
    expect(compact).not.toBe(held.compact);
    const again = await importTrustBundle({ ...first, held, compact });
    expect(again.digest).toBe(held.digest);
  });

  test('but not under the key of the next anchor: that takes a new number', async () => {
    const held = await open({ next_anchor: nextAnchorKeys.publicJwk });
    const compact = await make({ next_anchor: nextAnchorKeys.publicJwk }, nextSigner);
    await expect(importTrustBundle({ ...first, held, compact })).rejects.toMatchObject({
      code: 'bundle_rollback',
    });
  });
});

test('a list that is gone, and one that is new, are no rollback', async () => {
  const held = await open({ status_lists: [await statusToken()] });
  const status_lists = [await statusToken({ uri: `${ISSUER}/status/2`, iat: NOW - 9 * DAY })];
  const compact = await make({ sequence: 8, issued_at: NOW, status_lists });
  await expect(importTrustBundle({ ...first, held, compact })).resolves.toBeDefined();
});

describe('[threat 3] refuses', () => {
  test('an expired bundle, from expires_at and a minute on', async () => {
    const compact = await make();
    const expiry = NOW - HOUR + 14 * DAY;
    await expect(importTrustBundle({ ...first, compact, now: expiry + 59 })).resolves.toBeDefined();
    await expect(importTrustBundle({ ...first, compact, now: expiry + 60 })).rejects.toMatchObject({
      name: 'TrustError',
      code: 'bundle_expired',
    });
  });

  test('[threat 27] a bundle that is newer than a clock that was set back', async () => {
    const compact = await make();
    await expect(importTrustBundle({ ...first, compact, now: NOW - DAY })).rejects.toMatchObject({
      code: 'bundle_from_future',
    });
  });

  const olderList = statusToken({ iat: NOW - 2 * HOUR });
  const table: readonly (readonly [
    why: string,
    change: () => Promise<Partial<TrustBundleDocument>>,
  ])[] = [
    ['a replayed older bundle', async () => ({ sequence: 6, issued_at: NOW })],
    ['another bundle with the number that is held', async () => ({ issued_at: NOW })],
    [
      'a higher number with an older time',
      async () => ({ sequence: 8, issued_at: NOW - 2 * HOUR }),
    ],
    [
      '[attack 93] a half-updated bundle: a newer bundle with an older status list',
      async () => ({ sequence: 8, issued_at: NOW, status_lists: [await olderList] }),
    ],
  ];
  for (const [why, change] of table) {
    test(why, async () => {
      const held = await open({ status_lists: [await statusToken()] });
      const compact = await make(await change());
      await expect(importTrustBundle({ ...first, held, compact })).rejects.toMatchObject({
        name: 'TrustError',
        code: 'bundle_rollback',
      });
    });
  }

  for (const [why, ages] of [
    ['the old one first', [2 * HOUR, 0]],
    ['the old one last', [0, 2 * HOUR]],
    ['both new', [0, 0]],
  ] as const) {
    test(`[attack 93] a status list twice, ${why}: an old one could hide behind the other`, async () => {
      const status_lists = await Promise.all(ages.map((age) => statusToken({ iat: NOW - age })));
      const compact = await make({ sequence: 8, issued_at: NOW, status_lists });
      const held = await open({ status_lists: [await statusToken()] });
      for (const before of [held, undefined]) {
        await expect(importTrustBundle({ ...first, held: before, compact })).rejects.toMatchObject({
          name: 'TrustError',
          code: 'bundle_invalid',
        });
      }
    });
  }

  test('a bundle of another authority, also when it is newer', async () => {
    const held = await open();
    const compact = await make({ sequence: 9, issued_at: NOW, authority: 'Other' });
    await expect(importTrustBundle({ ...first, held, compact })).rejects.toMatchObject({
      code: 'bundle_of_other_authority',
    });
    const foreign = await make({ sequence: 9, issued_at: NOW }, nextSigner);
    await expect(importTrustBundle({ ...first, held, compact: foreign })).rejects.toMatchObject({
      code: 'bundle_signature_invalid',
    });
  });
});

test('[threat 17] a rotated key is refused after the next bundle', async () => {
  const query = {
    issuer: ISSUER,
    kid: 'credential-1',
    use: 'credential',
    credentialType: CARD,
  } as const;
  const held = await open();
  expect(findIssuerKey(held, query, NOW)).toEqual(CREDENTIAL_KEY.jwk);
  const issuers = [trustedIssuer({ keys: [STATUS_KEY] })];
  const compact = await make({ sequence: 8, issued_at: NOW, issuers });
  const bundle = await importTrustBundle({ ...first, held, compact });
  expect(() => findIssuerKey(bundle, query, NOW)).toThrow(
    expect.objectContaining({ code: 'issuer_key_unknown' }),
  );
});

describe('a new anchor', () => {
  const announcing = { next_anchor: nextAnchorKeys.publicJwk };
  const newer = { sequence: 8, issued_at: NOW };

  test('is taken over when the bundle that is held announced it', async () => {
    const held = await open(announcing);
    const compact = await make(newer, nextSigner);
    const bundle = await importTrustBundle({ ...first, held, compact });
    expect(bundle.anchor).toEqual({ ...ANCHOR, key: nextAnchorKeys.publicJwk });
  });

  test('leaves no way back: the old key is refused once the new anchor is kept', async () => {
    const held = await open(announcing);
    const { anchor } = await importTrustBundle({
      ...first,
      held,
      compact: await make(newer, nextSigner),
    });
    const after = await openTrustBundle(await make(newer, nextSigner), anchor, NOW);
    const compact = await make({ sequence: 9, issued_at: NOW });
    await expect(
      importTrustBundle({ ...first, anchor, held: after, compact }),
    ).rejects.toMatchObject({
      code: 'bundle_signature_invalid',
    });
  });

  test('is still bound to the rules of rollback', async () => {
    const held = await open(announcing);
    const compact = await make({ sequence: 6, issued_at: NOW }, nextSigner);
    await expect(importTrustBundle({ ...first, held, compact })).rejects.toMatchObject({
      code: 'bundle_rollback',
    });
  });

  for (const [why, heldChange] of [
    ['nobody announced it', {}],
    ['another key was announced', { next_anchor: strangerKeys.publicJwk }],
  ] as const) {
    test(`is refused when ${why}`, async () => {
      const held = await open(heldChange);
      const compact = await make({ ...newer, ...announcing }, nextSigner);
      await expect(importTrustBundle({ ...first, held, compact })).rejects.toMatchObject({
        code: 'bundle_signature_invalid',
      });
    });
  }

  test('is refused on a device that holds nothing: no bundle announces itself', async () => {
    const compact = await make(announcing, nextSigner);
    await expect(importTrustBundle({ ...first, compact })).rejects.toMatchObject({
      code: 'bundle_signature_invalid',
    });
  });

  test('is refused when the held bundle was signed under another anchor than the caller has', async () => {
    const held = await open(announcing);
    const anchor = { ...ANCHOR, key: strangerKeys.publicJwk };
    const compact = await make(newer, nextSigner);
    await expect(importTrustBundle({ anchor, held, compact, now: NOW })).rejects.toMatchObject({
      code: 'bundle_signature_invalid',
    });
  });
});

describe("[threat 2] the issuers' certificates are checked at import", () => {
  const withKey = (
    change: Partial<typeof CREDENTIAL_KEY>,
    more: Partial<TrustBundleDocument> = {},
  ) =>
    make({
      issuers: [trustedIssuer({ keys: [{ ...CREDENTIAL_KEY, ...change }, STATUS_KEY] })],
      ...more,
    });
  const otherCa = async () => {
    const { publicJwk, privateJwk } = await generateP256KeyPair();
    return createCertificateAuthority({
      subject: { commonName: 'Test CA', organizationName: 'Test Authority', country: 'CN' },
      publicJwk,
      signer: createSigner(privateJwk),
      notBefore: NOW - DAY,
      notAfter: NOW + DAY,
      random: randomBytes,
    });
  };

  const table: readonly (readonly [why: string, cause: string, compact: () => Promise<string>])[] =
    [
      [
        'no certificate authority',
        'certificate_untrusted',
        () => make({ certificate_authorities: { issuer: [], access: [CA], registrar: [CA] } }),
      ],
      [
        'an authority of the same name with another key',
        'certificate_untrusted',
        async () =>
          make({
            certificate_authorities: { issuer: [await otherCa()], access: [], registrar: [] },
          }),
      ],
      [
        'a certificate for another key',
        'issuer_certificate_mismatch',
        () => withKey({ jwk: strangerKeys.publicJwk }),
      ],
      [
        'a certificate for another host',
        'issuer_certificate_mismatch',
        async () => withKey({ certificates: [await issuerCertificate(['issuer.example.org'])] }),
      ],
      [
        'a certificate for an address, where the issuer has a name',
        'issuer_certificate_mismatch',
        async () => withKey({ certificates: [await issuerCertificate(['127.0.0.1'])] }),
      ],
      [
        'a key that outlives its certificate',
        'issuer_certificate_mismatch',
        () => withKey({ valid_until: NOW + 901 * DAY }),
      ],
      [
        'a key that is older than its certificate',
        'issuer_certificate_mismatch',
        () => withKey({ valid_from: NOW - 101 * DAY }),
      ],
      [
        'a status key with a certificate for credentials',
        'certificate_purpose',
        () => withKey({ uses: ['status'] }),
      ],
      [
        'the anchor in the chain',
        'certificate_is_anchor',
        () => withKey({ certificates: [LEAF, CA] }),
      ],
      [
        'bytes that are no certificate',
        'certificate_malformed',
        () => withKey({ certificates: ['AAAA'] }),
      ],
    ];
  for (const [why, code, compact] of table) {
    test(`refuses ${why}`, async () => {
      await expect(importTrustBundle({ ...first, compact: await compact() })).rejects.toMatchObject(
        {
          code: 'bundle_invalid',
          cause: expect.objectContaining({ code }),
        },
      );
    });
  }

  for (const [host, url] of [
    ['localhost', 'http://localhost:3000'],
    ['127.0.0.1', 'http://127.0.0.1:3000'],
    ['::1', 'http://[::1]:3000'],
    ['issuer.example', 'https://issuer.example/path'],
  ] as const) {
    test(`takes a certificate for '${host}' with ${url}`, async () => {
      const certificates = [await issuerCertificate([host])];
      const issuers = [trustedIssuer({ issuer: url, keys: [{ ...CREDENTIAL_KEY, certificates }] })];
      const compact = await make({ issuers });
      await expect(importTrustBundle({ ...first, compact })).resolves.toBeDefined();
    });
  }

  test('passes over a key that is expired or revoked, since findIssuerKey refuses it', async () => {
    for (const change of [{ revoked_at: NOW - 1 }, { valid_until: NOW - DAY }]) {
      const bundle = await importTrustBundle({
        ...first,
        compact: await withKey({ ...change, certificates: ['AAAA'] }),
      });
      const query = {
        issuer: ISSUER,
        kid: 'credential-1',
        use: 'credential',
        credentialType: CARD,
      } as const;
      expect(() => findIssuerKey(bundle, query, NOW)).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/^issuer_key_(expired|revoked)$/) }),
      );
    }
  });

  test('takes a bundle that revokes the certificate of its own issuer: the key is then refused', async () => {
    const revocation = { certificate: await certificateFingerprint(LEAF), revoked_at: NOW - HOUR };
    const compact = await make({ certificate_revocations: [revocation] });
    const bundle = await importTrustBundle({ ...first, compact });
    const query = {
      issuer: ISSUER,
      kid: 'credential-1',
      use: 'credential',
      credentialType: CARD,
    } as const;
    expect(() => findIssuerKey(bundle, query, NOW)).toThrow(
      expect.objectContaining({ code: 'issuer_key_revoked' }),
    );
  });
});
