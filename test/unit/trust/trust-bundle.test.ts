import { createSigner, sha256 } from '@symbolon/credentials/crypto';
import { encodeBase64Url } from '@symbolon/credentials/jose';
import { parseTrustAnchor, type TrustBundleDocument } from '@symbolon/schemas';
import {
  anchorFingerprint,
  clockLagSeconds,
  createTrustBundle,
  openTrustBundle,
  trustedNow,
} from '@symbolon/trust';
import { describe, expect, test } from 'vitest';
import {
  ANCHOR,
  anchorKeys,
  anchorSigner,
  bundleDocument,
  CREDENTIAL_KEY,
  DAY,
  didDocument,
  HOUR,
  NOW,
  signBundle,
  strangerKeys,
  trustedIssuer,
} from './support/authority.ts';

const stranger = createSigner(strangerKeys.privateJwk);

test('what is created opens under its anchor, and keeps its bytes', async () => {
  const compact = await createTrustBundle(bundleDocument(), anchorSigner);
  const bundle = await openTrustBundle(compact, ANCHOR, NOW);
  expect(bundle.document).toEqual(bundleDocument());
  expect(bundle.compact).toBe(compact);
  expect(bundle.anchor).toEqual(ANCHOR);
  const signed = compact.slice(0, compact.lastIndexOf('.'));
  const digest = await sha256(new TextEncoder().encode(signed));
  expect(bundle.digest).toBe(encodeBase64Url(digest));
});

test('an expired bundle opens: it is the status that cannot be told then', async () => {
  const compact = await createTrustBundle(bundleDocument(), anchorSigner);
  await expect(openTrustBundle(compact, ANCHOR, NOW + 100 * DAY)).resolves.toBeDefined();
});

test('clocks may be a minute apart', async () => {
  const compact = await createTrustBundle(bundleDocument({ issued_at: NOW + 60 }), anchorSigner);
  await expect(openTrustBundle(compact, ANCHOR, NOW)).resolves.toBeDefined();
});

describe('[threat 3] refuses', () => {
  const encode = (value: unknown) =>
    encodeBase64Url(new TextEncoder().encode(JSON.stringify(value)));
  const document = bundleDocument();
  const key = CREDENTIAL_KEY;
  const oneIssuer = (change: Parameters<typeof trustedIssuer>[0]) => ({
    ...document,
    issuers: [trustedIssuer(change)],
  });
  const table: readonly (readonly [why: string, compact: () => Promise<string>, code?: string])[] =
    [
      ['another key', () => signBundle(document, stranger), 'bundle_signature_invalid'],
      [
        '[attack 3] another key that the header brings along',
        () => signBundle(document, stranger, { jwk: { ...strangerKeys.publicJwk } }),
      ],
      [
        'the name of another authority',
        () => signBundle({ ...document, authority: 'Other' }),
        'bundle_of_other_authority',
      ],
      [
        'a demo bundle under an anchor that is none, and the reverse',
        () => signBundle({ ...document, demo: false }),
        'bundle_of_other_authority',
      ],
      [
        'a bundle from the future',
        () => signBundle({ ...document, issued_at: NOW + 61 }),
        'bundle_from_future',
      ],
      [
        '[attack 1] alg none',
        async () =>
          `${encode({ alg: 'none', typ: 'symbolon-trust-bundle+jwt' })}.${encode(document)}.`,
      ],
      [
        '[attack 13] a payload that nobody signed, before it is read',
        async () => {
          const [header = ''] = (await signBundle(document)).split('.');
          return `${header}.${encode('no bundle')}.${encodeBase64Url(new Uint8Array(64))}`;
        },
        'bundle_signature_invalid',
      ],
      ['another typ', () => signBundle(document, anchorSigner, { typ: 'JWT' })],
      ['[attack 7] crit', () => signBundle(document, anchorSigner, { crit: ['b64'], b64: false })],
      ['another version', () => signBundle({ ...document, version: 2 })],
      ['a member that we do not know', () => signBundle({ ...document, more: 1 })],
      ['a missing member', () => signBundle({ ...document, issuers: undefined })],
      ['sequence 0', () => signBundle({ ...document, sequence: 0 })],
      ['a sequence with a fraction', () => signBundle({ ...document, sequence: 1.5 })],
      ['[attack 13] a time as text', () => signBundle({ ...document, issued_at: String(NOW) })],
      ['an expiry before the next update', () => signBundle({ ...document, expires_at: NOW })],
      ['a next update before the issue', () => signBundle({ ...document, next_update: NOW - DAY })],
      [
        'an issuer over plain http',
        () => signBundle(oneIssuer({ issuer: 'http://issuer.example' })),
      ],
      [
        'an issuer twice',
        () => signBundle({ ...document, issuers: [trustedIssuer(), trustedIssuer()] }),
      ],
      [
        'two issuers with one DID',
        () =>
          signBundle({
            ...document,
            issuers: [trustedIssuer(), trustedIssuer({ issuer: 'https://other.example' })],
          }),
      ],
      ['a key twice', () => signBundle(oneIssuer({ keys: [key, key] }))],
      ['an issuer without a key', () => signBundle(oneIssuer({ keys: [] }))],
      [
        'a private key',
        () =>
          signBundle({
            ...document,
            issuers: [
              { ...trustedIssuer(), keys: [{ ...key, jwk: { ...anchorKeys.privateJwk } }] },
            ],
          }),
      ],
      [
        '[attack 107] a DID document about another DID',
        () => signBundle(oneIssuer({ did_document: didDocument({ id: 'did:web:other.example' }) })),
      ],
      ['a DID document that is none', () => signBundle(oneIssuer({ did_document: { id: 7 } }))],
      ['a DID of another method', () => signBundle(oneIssuer({ did: 'did:key:z6Mk' }))],
      [
        'a certificate that is no base64',
        () => signBundle(oneIssuer({ keys: [{ ...key, certificates: ['_'] }] })),
      ],
      ['nothing', async () => ''],
      ['text', async () => 'no bundle'],
      ['[attack 13] 65 MB', async () => 'A'.repeat(65_000_000)],
    ];
  for (const [why, compact, code = 'bundle_invalid'] of table) {
    test(why, async () => {
      await expect(openTrustBundle(await compact(), ANCHOR, NOW)).rejects.toMatchObject({
        name: 'TrustError',
        code: why.includes('brings along') ? expect.stringMatching(/^bundle_/) : code,
      });
    });
  }

  test('every byte changed', async () => {
    const compact = await createTrustBundle(bundleDocument({ issuers: [] }), anchorSigner);
    for (let at = 0; at < compact.length; at += 1) {
      const changed = `${compact.slice(0, at)}${compact[at] === 'A' ? 'B' : 'A'}${compact.slice(at + 1)}`;
      await expect(openTrustBundle(changed, ANCHOR, NOW)).rejects.toMatchObject({
        code: expect.stringMatching(/^bundle_(?:invalid|signature_invalid)$/),
      });
    }
  });
});

describe('creating', () => {
  for (const [why, document] of [
    ['times in the wrong order', bundleDocument({ expires_at: NOW - 2 * HOUR })],
    ['an issuer twice', bundleDocument({ issuers: [trustedIssuer(), trustedIssuer()] })],
  ] as const) {
    test(`refuses ${why}, so that it is not published`, async () => {
      await expect(createTrustBundle(document, anchorSigner)).rejects.toMatchObject({
        code: 'bundle_invalid',
      });
    });
  }

  test('refuses a document of the wrong shape', async () => {
    const document: TrustBundleDocument = { ...bundleDocument(), sequence: -1 };
    await expect(createTrustBundle(document, anchorSigner)).rejects.toMatchObject({
      name: 'ParseError',
    });
  });

  test('refuses a signer of another algorithm', async () => {
    const signer = { alg: 'EdDSA', sign: anchorSigner.sign } as const;
    await expect(createTrustBundle(bundleDocument(), signer)).rejects.toThrow(TypeError);
  });
});

describe('[threat 27] trusted now', () => {
  const opened = async () =>
    openTrustBundle(await createTrustBundle(bundleDocument(), anchorSigner), ANCHOR, NOW);

  test('is the clock when the clock runs', async () => {
    expect(trustedNow(NOW + 365 * DAY, await opened())).toBe(NOW + 365 * DAY);
    expect(clockLagSeconds(NOW, await opened())).toBe(0);
  });

  test('is the newest signed time when the clock was set back a day, and the lag is told', async () => {
    expect(trustedNow(NOW - DAY, await opened())).toBe(NOW - HOUR);
    expect(clockLagSeconds(NOW - DAY, await opened())).toBe(23 * HOUR);
  });
});

describe('the fingerprint of an anchor', () => {
  test('is 64 hexadecimal characters and the same each time', async () => {
    const fingerprint = await anchorFingerprint(ANCHOR);
    expect(fingerprint).toMatch(/^[0-9a-f]{64}$/);
    expect(await anchorFingerprint(parseTrustAnchor(JSON.parse(JSON.stringify(ANCHOR))))).toBe(
      fingerprint,
    );
  });

  for (const [what, other] of [
    ['the key', { ...ANCHOR, key: strangerKeys.publicJwk }],
    ['the name', { ...ANCHOR, authority: 'Test Authoritу' }],
    ['the demo mark', { ...ANCHOR, demo: false }],
  ] as const) {
    test(`changes with ${what}`, async () => {
      expect(await anchorFingerprint(other)).not.toBe(await anchorFingerprint(ANCHOR));
    });
  }

  for (const [why, input] of [
    ['a private key', { ...ANCHOR, key: anchorKeys.privateJwk }],
    ['a member more', { ...ANCHOR, more: 1 }],
    ['no name', { ...ANCHOR, authority: '' }],
    ['another kind', { ...ANCHOR, kind: 'trust-anchor' }],
    ['a P-384 key', { ...ANCHOR, key: { ...ANCHOR.key, crv: 'P-384' } }],
    ['a list', [ANCHOR]],
  ] as const) {
    test(`an anchor file with ${why} is malformed`, () => {
      expect(() => parseTrustAnchor(input)).toThrow(expect.objectContaining({ code: 'malformed' }));
    });
  }
});
