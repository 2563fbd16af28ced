import { createSigner } from '@symbolon/credentials/crypto';
import type { TrustBundleDocument } from '@symbolon/schemas';
import {
  createTrustBundle,
  findStatus,
  findStatusReference,
  isUndecidedCode,
  openTrustBundle,
} from '@symbolon/trust';
import { describe, expect, test } from 'vitest';
import {
  ANCHOR,
  anchorSigner,
  bundleDocument,
  DAY,
  DID,
  didDocument,
  encodeList,
  HOUR,
  ISSUER,
  issuerKeys,
  LIST,
  NOW,
  STATUS_KEY,
  statusToken,
  strangerKeys,
  trustedIssuer,
} from './support/authority.ts';

const open = async (status_lists: string[], change: Partial<TrustBundleDocument> = {}) => {
  const document = bundleDocument({ status_lists, ...change });
  return openTrustBundle(await createTrustBundle(document, anchorSigner), ANCHOR, NOW);
};

const expectations = { issuer: ISSUER, maxAgeSeconds: 72 * HOUR, now: NOW };
const reference = (idx: number) => ({ uri: LIST, idx });

test('a credential that the list calls VALID, and how old that statement is', async () => {
  const bundle = await open([await statusToken({ set: { 6: 1, 8: 1 } })]);
  const valid = { value: 0, issuedAt: NOW - HOUR, ageSeconds: HOUR };
  expect(await findStatus(bundle, reference(7), expectations)).toEqual(valid);
  const byDid = { ...expectations, issuer: DID };
  expect(await findStatus(bundle, reference(7), byDid)).toEqual(valid);
});

test('a list from within the skew of the clock is 0 s old', async () => {
  const bundle = await open([await statusToken({ iat: NOW + 30 })]);
  expect(await findStatus(bundle, reference(7), expectations)).toMatchObject({ ageSeconds: 0 });
});

describe('a credential that is not VALID is refused', () => {
  for (const [value, code] of [
    [1, 'credential_revoked'],
    [2, 'credential_suspended'],
    [3, 'status_value_unknown'],
  ] as const) {
    test(`status ${value} is ${code}`, async () => {
      const bundle = await open([await statusToken({ set: { 7: value } })]);
      await expect(findStatus(bundle, reference(7), expectations)).rejects.toMatchObject({ code });
      expect(isUndecidedCode(code)).toBe(false);
    });
  }

  test('[threat 13] an index outside the list is refused, and not undecided', async () => {
    const bundle = await open([await statusToken()]);
    const code = 'status_index_out_of_range';
    await expect(findStatus(bundle, reference(1024), expectations)).rejects.toMatchObject({ code });
    expect(isUndecidedCode(code)).toBe(false);
  });

  test('the status of an unknown issuer is not looked up', async () => {
    const bundle = await open([await statusToken()]);
    const unknown = { ...expectations, issuer: 'https://other.example' };
    await expect(findStatus(bundle, reference(7), unknown)).rejects.toMatchObject({
      code: 'issuer_untrusted',
    });
  });
});

describe('[threat 13] a status that cannot be told is undecided, never VALID', () => {
  const stranger = createSigner(strangerKeys.privateJwk);
  const table: readonly (readonly [
    why: string,
    code: string,
    bundle: () => ReturnType<typeof open>,
    change?: Partial<typeof expectations>,
  ])[] = [
    ['no list', 'status_list_missing', () => open([])],
    [
      'another list only',
      'status_list_missing',
      async () => open([await statusToken({ uri: `${ISSUER}/status/2` })]),
    ],
    ['a list that cannot be read', 'status_list_missing', () => open(['a.b.c'])],
    [
      '[attack 93] the list twice, an old and a new one',
      'status_list_invalid',
      async () => open([await statusToken({ iat: NOW - 9 * HOUR }), await statusToken()]),
    ],
    [
      '[attack 93] a list that somebody else signed',
      'status_list_invalid',
      async () => open([await statusToken({}, stranger)]),
    ],
    [
      'a list under a key that the bundle does not name',
      'status_list_invalid',
      async () => open([await statusToken({ kid: 'status-9' })]),
    ],
    [
      'a list signed with the key for credentials',
      'status_list_invalid',
      async () =>
        open([await statusToken({ kid: 'credential-1' }, createSigner(issuerKeys.privateJwk))]),
    ],
    [
      'a list whose key was revoked',
      'status_list_invalid',
      async () =>
        open([await statusToken()], {
          issuers: [trustedIssuer({ keys: [{ ...STATUS_KEY, revoked_at: NOW - 1 }] })],
        }),
    ],
    [
      '[attack 91] a list that is a bomb',
      'status_list_invalid',
      async () => open([await statusToken({ lst: encodeList(2, 2 ** 27) })]),
    ],
    [
      'a truncated zlib stream',
      'status_list_invalid',
      async () => open([await statusToken({ lst: encodeList(2, 4096).slice(0, -8) })]),
    ],
    [
      'a list from the future',
      'status_list_invalid',
      async () => open([await statusToken({ iat: NOW + 61 })]),
    ],
    [
      'a list that has expired',
      'status_stale',
      async () => open([await statusToken({ exp: NOW - 60 })]),
    ],
    [
      'a list older than the policy allows',
      'status_stale',
      async () => open([await statusToken({ iat: NOW - 72 * HOUR - 1 })]),
    ],
    [
      'a stale list that says revoked: it is too old to say anything',
      'status_stale',
      async () => open([await statusToken({ iat: NOW - 73 * HOUR, set: { 7: 1 } })]),
    ],
    [
      'a bundle that has expired',
      'bundle_expired',
      async () => open([await statusToken()]),
      { now: NOW + 14 * DAY, maxAgeSeconds: 365 * DAY },
    ],
    [
      '[threat 27] a clock set a year forward',
      'bundle_expired',
      async () => open([await statusToken()]),
      { now: NOW + 365 * DAY },
    ],
    [
      'a maximum age that is no number',
      'status_stale',
      async () => open([await statusToken()]),
      { maxAgeSeconds: Number.NaN },
    ],
    [
      'a clock that is no number',
      'bundle_expired',
      async () => open([await statusToken()]),
      { now: Number.NaN },
    ],
  ];
  for (const [why, code, bundle, change] of table) {
    test(`${why}: ${code}`, async () => {
      const looked = findStatus(await bundle(), reference(7), { ...expectations, ...change });
      await expect(looked).rejects.toMatchObject({ name: 'TrustError', code });
      expect(isUndecidedCode(code)).toBe(true);
    });
  }
});

test("[attack 93] one trusted issuer's list says nothing about another's credentials", async () => {
  const other = trustedIssuer({
    issuer: 'https://other.example',
    did: 'did:web:other.example',
    did_document: didDocument({ id: 'did:web:other.example' }),
    keys: [{ ...STATUS_KEY, jwk: strangerKeys.publicJwk }],
  });
  // The other issuer signs a list with the first issuer's URI, in which a revoked card is VALID.
  const forged = await statusToken({}, createSigner(strangerKeys.privateJwk));
  const bundle = await open([forged], { issuers: [trustedIssuer(), other] });
  const asOther = { ...expectations, issuer: 'https://other.example' };
  await expect(findStatus(bundle, reference(7), asOther)).resolves.toMatchObject({ value: 0 });
  await expect(findStatus(bundle, reference(7), expectations)).rejects.toMatchObject({
    code: 'status_list_invalid',
  });
});

test('one unreadable list leaves the others usable (Token Status List 9)', async () => {
  const bundle = await open([
    'a.b.c',
    await statusToken({ uri: `${ISSUER}/x` }),
    await statusToken(),
  ]);
  await expect(findStatus(bundle, reference(7), expectations)).resolves.toBeDefined();
});

test('a kept list is judged by the time of each look-up', async () => {
  const bundle = await open([await statusToken()]);
  await expect(findStatus(bundle, reference(7), expectations)).resolves.toBeDefined();
  const later = { ...expectations, now: NOW + 72 * HOUR };
  await expect(findStatus(bundle, reference(7), later)).rejects.toMatchObject({
    code: 'status_stale',
  });
});

test('a further look-up in a list of a million entries takes microseconds, not milliseconds', async () => {
  const bundle = await open([await statusToken({ bits: 1, lst: encodeList(1, 1_048_576) })]);
  await findStatus(bundle, reference(0), expectations);
  const rounds = 5000;
  const started = process.cpuUsage();
  for (let at = 0; at < rounds; at += 1) await findStatus(bundle, reference(at), expectations);
  const { user, system } = process.cpuUsage(started);
  expect((user + system) / rounds).toBeLessThan(50);
});

describe('[attack 95] where the status is kept', () => {
  test('one status_list reference; members that we do not need are ignored', () => {
    const status = { status_list: { idx: 4, uri: LIST, note: 'x' } };
    expect(findStatusReference({ status })).toEqual({ idx: 4, uri: LIST });
  });

  for (const [why, payload] of [
    ['no status, though our issuers always set one', {}],
    ['an empty status', { status: {} }],
    ['null', { status: null }],
    ['a list of statuses', { status: [{ status_list: { idx: 4, uri: LIST } }] }],
    ['an unknown mechanism', { status: { identifier_list: { id: 'x', uri: LIST } } }],
    [
      'two mechanisms',
      { status: { status_list: { idx: 4, uri: LIST }, identifier_list: { id: 'x', uri: LIST } } },
    ],
    ['no idx', { status: { status_list: { uri: LIST } } }],
    ['no uri', { status: { status_list: { idx: 4 } } }],
    ['idx as text', { status: { status_list: { idx: '4', uri: LIST } } }],
    ['idx as 1e3 in text', { status: { status_list: { idx: '1e3', uri: LIST } } }],
    ['a negative idx', { status: { status_list: { idx: -1, uri: LIST } } }],
    ['an idx with a fraction', { status: { status_list: { idx: 1.5, uri: LIST } } }],
    ['an idx above 2^53', { status: { status_list: { idx: 2 ** 53, uri: LIST } } }],
    ['a relative uri', { status: { status_list: { idx: 4, uri: 'status/1' } } }],
    ['a file', { status: { status_list: { idx: 4, uri: 'file:///etc/passwd' } } }],
    ['white space in the uri', { status: { status_list: { idx: 4, uri: `${LIST} x` } } }],
    [
      'a uri of 3000 characters',
      { status: { status_list: { idx: 4, uri: LIST + 'x'.repeat(3000) } } },
    ],
    ['the W3C member only', { credentialStatus: { type: 'BitstringStatusListEntry' } }],
  ] as const) {
    test(`refuses: ${why}`, () => {
      expect(() => findStatusReference(payload)).toThrow(
        expect.objectContaining({ name: 'TrustError', code: 'status_reference_invalid' }),
      );
    });
  }
});
