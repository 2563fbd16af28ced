import { generateP256KeyPair, randomBytes } from '@symbolon/credentials/crypto';
import { encodeBase64Url, signCompactJws } from '@symbolon/credentials/jose';
import {
  BLOCK_BYTES,
  createPolicyQuery,
  createRegistrationCertificate,
  createRequestObject,
  encodeFrames,
  encodeRequestFrames,
  encodeRequestUri,
  openRegistrationCertificate,
  openRequestObject,
  packMessage,
  readRequest,
} from '@symbolon/presentation';
import { getPolicy, type JsonObject } from '@symbolon/schemas';
import { type DcqlQuery, parseDcqlQuery } from '@symbolon/schemas/openid4vp';
import type { Registration } from '@symbolon/schemas/registration-certificate';
import { certificateFingerprint, type TrustBundle } from '@symbolon/trust';
import { createCertificate, createCertificateAuthority } from '@symbolon/trust/certificates';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  createWorld,
  DAY,
  HOUR,
  INDEX,
  type Key,
  makeKey,
  type World,
} from '../../support/world.ts';

const NOW = 1_795_600_000;
const SIGNING_CA = 'Testland CA';
const STATUS_LIST = 'https://id.example/status/1';
type Purpose = 'access' | 'registrar' | 'credential_issuer';

let world: World;
let bundle: TrustBundle;
let ca: { key: Key; certificate: string };
let desk: { key: Key; certificate: string };
let registrar: { key: Key; certificate: string };
let responseKey: Awaited<ReturnType<typeof generateP256KeyPair>>;
let query: DcqlQuery;
let registrationText: string;
let good: string;

beforeAll(async () => {
  world = await createWorld(NOW);
  ca = await makeCa();
  const authorities = [ca.certificate];
  bundle = await world.bundle({
    change: {
      certificate_authorities: { issuer: authorities, access: authorities, registrar: authorities },
    },
  });
  desk = await leaf('access');
  registrar = await leaf('registrar');
  responseKey = await generateP256KeyPair();
  const hotel = getPolicy('hotel');
  if (hotel === undefined) throw new TypeError('no hotel');
  query = createPolicyQuery(hotel, ['dc+sd-jwt', 'vc+sd-jwt']);
  registrationText = await register({});
  good = await ask({});
});

async function makeCa() {
  const key = await makeKey();
  const certificate = await createCertificateAuthority({
    subject: { commonName: SIGNING_CA, organizationName: 'Testland', country: 'CN' },
    publicJwk: key.publicJwk,
    signer: key.signer,
    notBefore: NOW - 100 * DAY,
    notAfter: NOW + 400 * DAY,
    random: randomBytes,
  });
  return { key, certificate };
}

async function leaf(
  purpose: Purpose,
  { authority = ca, days = 90, identifier = 'NTRCN-91310000' } = {},
) {
  const key = await makeKey();
  const certificate = await createCertificate({
    purpose,
    subject: {
      commonName: 'Hotel Xenia',
      organizationName: 'Xenia Ltd',
      country: 'CN',
      ...(identifier === '' ? {} : { organizationIdentifier: identifier }),
    },
    hosts: purpose === 'credential_issuer' ? ['id.example'] : undefined,
    publicJwk: key.publicJwk,
    authority: { certificate: authority.certificate, signer: authority.key.signer },
    notBefore: NOW - 90 * DAY,
    notAfter: NOW + days * DAY,
    random: randomBytes,
  });
  return { key, certificate };
}

function registrationFor(asked = query): Registration {
  return {
    name: 'Hotel Xenia',
    sub_ln: 'Xenia Ltd',
    sub: 'NTRCN-91310000',
    country: 'CN',
    entitlements: ['https://uri.etsi.org/19475/Entitlement/Service_Provider'],
    privacy_policy: 'https://hotel.example/privacy',
    support_uri: 'https://hotel.example/help',
    purpose: [
      { lang: 'en', value: 'Check-in of a guest' },
      { lang: 'zh', value: '旅客入住登记' },
    ],
    intended_use_id: 'check-in',
    credentials: asked.credentials.map(({ format, meta, claims = [] }) => ({
      format,
      meta,
      claim: claims.map(({ path }) => ({ path })),
    })),
    iat: NOW - DAY,
    exp: NOW + 90 * DAY,
  };
}

/** A registration certificate with members replaced, taken out (`null`), or signed otherwise. */
async function register(
  changes: Record<string, unknown>,
  { header = {}, by = registrar }: { header?: JsonObject; by?: typeof registrar } = {},
) {
  return signCompactJws({
    header: { typ: 'rc-wrp+jwt', alg: 'ES256', x5c: [by.certificate], ...header },
    payload: merge(JSON.parse(JSON.stringify(registrationFor())), changes),
    signer: by.key.signer,
  });
}

type Ask = {
  /** Members of the payload that are replaced, or taken out (`null`). */
  change?: Record<string, unknown>;
  header?: JsonObject;
  by?: typeof desk;
  registration?: string;
  asked?: DcqlQuery;
  now?: number;
};

/** A request, signed well whatever is in it. */
async function ask({ change, header, by = desk, registration, asked = query, now = NOW }: Ask) {
  const { compact } = await createRequestObject({
    query: asked,
    accessCertificates: [by.certificate],
    registrationCertificate: registration ?? registrationText,
    responseKey: responseKey.publicJwk,
    nonce: encodeBase64Url(randomBytes(16)),
    now,
    signer: by.key.signer,
  });
  if (change === undefined && header === undefined) return compact;
  const [head = '', payload = ''] = compact.split('.');
  return signCompactJws({
    header: { typ: 'oauth-authz-req+jwt', ...merge(partOf(head), header ?? {}) },
    payload: merge(partOf(payload), change ?? {}),
    signer: by.key.signer,
  });
}

function partOf(part: string): unknown {
  return JSON.parse(Buffer.from(part, 'base64url').toString());
}

/** Members replaced, or taken out (`null`). */
function merge(value: unknown, changes: Record<string, unknown>): JsonObject {
  const entries = Object.entries({ ...Object(value), ...changes });
  const merged = Object.fromEntries(entries.filter(([, member]) => member !== null));
  if (!isJsonObject(merged)) throw new TypeError('not JSON');
  return merged;
}

function isJsonObject(value: object): value is JsonObject {
  return JSON.stringify(value) !== undefined;
}

const open = (compact: string, { at = NOW, held = bundle } = {}) =>
  openRequestObject(compact, { bundle: held, now: at });
const refused = (code: string) => ({
  name:
    code.startsWith('certificate_') || code.startsWith('bundle_')
      ? 'TrustError'
      : 'PresentationError',
  code,
});

describe('a good request', () => {
  test('opens to who asks, for what, why, and where the answer goes', async () => {
    const opened = await open(good);
    expect(opened).toMatchObject({
      compact: good,
      clientId: `x509_hash:${await certificateFingerprint(desk.certificate)}`,
      issuedAt: NOW,
      expiresAt: NOW + 300,
      query,
      responseKey: responseKey.publicJwk,
      verifier: {
        name: 'Hotel Xenia',
        legalName: 'Xenia Ltd',
        identifier: 'NTRCN-91310000',
        country: 'CN',
        purpose: [{ value: 'Check-in of a guest' }, { value: '旅客入住登记' }],
        statusAgeSeconds: undefined,
      },
      overAsked: [],
    });
    expect(Buffer.from(opened.nonce, 'base64url').subarray(0, 4)).toEqual(Buffer.from(opened.sid));
    expect(opened.responseKey).not.toHaveProperty('d');
  });

  test('RFC 9101: an iss and members that nobody knows are ignored', async () => {
    const compact = await ask({ change: { iss: 'https://evil.example', future: { a: 1 } } });
    expect((await open(compact)).verifier.name).toBe('Hotel Xenia');
  });

  test('verifier_info of another format is ignored', async () => {
    const change = {
      verifier_info: [
        { format: 'other', data: { a: 1 } },
        { format: 'registration_cert', data: registrationText },
      ],
    };
    expect((await open(await ask({ change }))).overAsked).toEqual([]);
  });

  test('lives for five minutes, give or take the clock of a phone', async () => {
    for (const at of [NOW - 60, NOW, NOW + 300, NOW + 359]) {
      expect((await open(good, { at })).clientId).toBeTruthy();
    }
    await expect(open(good, { at: NOW + 360 })).rejects.toMatchObject(refused('request_expired'));
    await expect(open(good, { at: NOW - 61 })).rejects.toMatchObject(
      refused('request_not_yet_valid'),
    );
  });

  test('threat 27: a clock that was set back does not revive an old one', async () => {
    const newer = await world
      .bundle({
        issuedAt: NOW + HOUR,
        change: { certificate_authorities: bundle.document.certificate_authorities },
      })
      .catch((error: unknown) => error);
    // The bundle is of the future for this world's clock: it is made, and held, by a later one.
    expect(newer).toMatchObject({ code: 'bundle_from_future' });
    const later = await createWorld(NOW + HOUR);
    const held = await later.bundle({
      issuedAt: NOW + HOUR - 60,
      change: { certificate_authorities: bundle.document.certificate_authorities },
    });
    await expect(open(good, { held })).rejects.toMatchObject(refused('request_expired'));
  });
});

describe('[attack 83] a request object', () => {
  const sign = async (header: JsonObject, key = desk.key) => {
    const [, payload = ''] = good.split('.');
    const input = `${encodeBase64Url(new TextEncoder().encode(JSON.stringify(header)))}.${payload}`;
    return `${input}.${encodeBase64Url(await key.signer.sign(new TextEncoder().encode(input)))}`;
  };
  const x5c = () => [desk.certificate];

  const cases: readonly (readonly [string, () => Promise<string> | string, string])[] = [
    ['that is no JWS', () => 'hello', 'request_malformed'],
    ['that is empty', () => '', 'request_malformed'],
    ['of 100 kB', () => `${good.split('.')[0]}.${'A'.repeat(100_000)}.AAAA`, 'request_malformed'],
    [
      'unsigned',
      () =>
        `${encodeBase64Url(new TextEncoder().encode(JSON.stringify({ alg: 'none', typ: 'oauth-authz-req+jwt', x5c: x5c() })))}.${good.split('.')[1]}.`,
      'request_malformed',
    ],
    ['without typ', () => sign({ alg: 'ES256', x5c: x5c() }), 'request_malformed'],
    ['of typ JWT', () => ask({ header: { typ: 'JWT' } }), 'request_type_invalid'],
    [
      'of another spelling of typ',
      () => ask({ header: { typ: 'OAUTH-AUTHZ-REQ+JWT' } }),
      'request_type_invalid',
    ],
    [
      'of typ rc-wrp+jwt: a registration in its place',
      () => registrationText,
      'request_type_invalid',
    ],
    [
      'that says another algorithm',
      () => sign({ alg: 'ES384', typ: 'oauth-authz-req+jwt', x5c: x5c() }),
      'request_algorithm_unsupported',
    ],
    [
      'with HMAC under the certificate',
      () => sign({ alg: 'HS256', typ: 'oauth-authz-req+jwt', x5c: x5c() }),
      'request_algorithm_unsupported',
    ],
    ['without x5c', () => sign({ alg: 'ES256', typ: 'oauth-authz-req+jwt' }), 'request_malformed'],
    [
      'with an empty x5c',
      () => sign({ alg: 'ES256', typ: 'oauth-authz-req+jwt', x5c: [] }),
      'request_malformed',
    ],
    [
      'with crit',
      () => sign({ alg: 'ES256', typ: 'oauth-authz-req+jwt', x5c: x5c(), crit: ['exp'] }),
      'request_malformed',
    ],
    [
      'signed by another key than its certificate',
      async () => sign({ alg: 'ES256', typ: 'oauth-authz-req+jwt', x5c: x5c() }, await makeKey()),
      'request_signature_invalid',
    ],
    [
      'with its key in jwk too',
      async () => {
        const other = await makeKey();
        return sign(
          { alg: 'ES256', typ: 'oauth-authz-req+jwt', x5c: x5c(), jwk: { ...other.publicJwk } },
          other,
        );
      },
      'request_signature_invalid',
    ],
    [
      'whose payload was changed',
      () => {
        const [h, p = '', s] = good.split('.');
        return `${h}.${encodeBase64Url(new TextEncoder().encode(JSON.stringify(merge(partOf(p), { iat: NOW - 1 }))))}.${s}`;
      },
      'request_signature_invalid',
    ],
    ['whose signature is cut', () => good.slice(0, -2), 'request_signature_invalid'],
    [
      'under an expired certificate',
      async () => ask({ by: await leaf('access', { days: -1 }) }),
      'certificate_expired',
    ],
    [
      'under a certificate for issuing credentials',
      async () => ask({ by: await leaf('credential_issuer') }),
      'certificate_purpose',
    ],
    [
      'under a certificate for registering',
      async () => ask({ by: await leaf('registrar') }),
      'certificate_purpose',
    ],
    [
      'of a CA that is not in the bundle',
      async () => ask({ by: await leaf('access', { authority: await makeCa() }) }),
      'certificate_untrusted',
    ],
    ['signed by the CA itself', () => ask({ by: ca }), 'certificate_is_anchor'],
    [
      'with the hash of another certificate',
      async () =>
        ask({
          change: { client_id: `x509_hash:${await certificateFingerprint(registrar.certificate)}` },
        }),
      'client_id_mismatch',
    ],
    [
      'with the hash in capitals',
      async () =>
        ask({
          change: { client_id: `X509_HASH:${await certificateFingerprint(desk.certificate)}` },
        }),
      'client_id_mismatch',
    ],
    [
      'with the bare hash',
      async () => ask({ change: { client_id: await certificateFingerprint(desk.certificate) } }),
      'client_id_mismatch',
    ],
    [
      'of a client by DNS name',
      () => ask({ change: { client_id: 'x509_san_dns:hotel.example' } }),
      'client_id_mismatch',
    ],
    [
      'of a client by redirect URI',
      () => ask({ change: { client_id: 'redirect_uri:https://hotel.example' } }),
      'client_id_mismatch',
    ],
    [
      'of a client by origin',
      () => ask({ change: { client_id: 'origin:https://hotel.example' } }),
      'client_id_mismatch',
    ],
    ['without client_id', () => ask({ change: { client_id: null } }), 'client_id_mismatch'],
    ['whose client_id is a list', () => ask({ change: { client_id: [] } }), 'client_id_mismatch'],
    [
      'for another audience',
      () => ask({ change: { aud: 'https://wallet.example' } }),
      'request_malformed',
    ],
    [
      'for several audiences',
      () => ask({ change: { aud: ['https://self-issued.me/v2'] } }),
      'request_malformed',
    ],
    ['without an audience', () => ask({ change: { aud: null } }), 'request_malformed'],
  ];
  for (const [why, make, code] of cases) {
    test(`${why}: ${code}`, async () => {
      await expect(open(await make())).rejects.toMatchObject(refused(code));
    });
  }

  test('under a certificate that the bundle revokes: certificate_revoked', async () => {
    const revoking = await world.bundle({
      change: {
        certificate_authorities: bundle.document.certificate_authorities,
        certificate_revocations: [
          { certificate: await certificateFingerprint(desk.certificate), revoked_at: NOW - DAY },
        ],
      },
    });
    await expect(open(good, { held: revoking })).rejects.toMatchObject(
      refused('certificate_revoked'),
    );
  });

  test('is judged by no bundle that has expired', async () => {
    const expired = await world.bundle({
      issuedAt: NOW - 15 * DAY,
      change: { certificate_authorities: bundle.document.certificate_authorities },
    });
    await expect(open(good, { held: expired })).rejects.toMatchObject(refused('bundle_expired'));
  });
});

describe('[attack 85] a request that is signed well', () => {
  const cases: readonly (readonly [string, Record<string, unknown>, string])[] = [
    ['without a nonce', { nonce: null }, 'request_malformed'],
    ['with a short nonce', { nonce: 'AAAAAAAA' }, 'request_malformed'],
    ['with a nonce that is 126 bits long', { nonce: 'A'.repeat(21) }, 'request_malformed'],
    ['with a nonce that is no base64url', { nonce: '.'.repeat(22) }, 'nonce_invalid'],
    ['with a nonce that is not canonical', { nonce: `${'A'.repeat(21)}B` }, 'nonce_invalid'],
    ['with a nonce that is not ASCII', { nonce: 'ä'.repeat(22) }, 'request_malformed'],
    ['with a nonce with spaces', { nonce: ' '.repeat(22) }, 'request_malformed'],
    ['with a nonce that is a number', { nonce: 1234567890123456 }, 'request_malformed'],
    ['with the state of another exchange', { state: 'AAAAAA' }, 'request_malformed'],
    ['without state', { state: null }, 'request_malformed'],
    ['with transaction data', { transaction_data: ['eyJ0eXBlIjoicGF5In0'] }, 'request_unsupported'],
    ['with empty transaction data', { transaction_data: [] }, 'request_unsupported'],
    ['with a scope', { scope: 'identity' }, 'request_unsupported'],
    ['without a query', { dcql_query: null }, 'request_malformed'],
    ['with a query that is text', { dcql_query: '{}' }, 'request_malformed'],
    ['with a query without credentials', { dcql_query: { credentials: [] } }, 'request_malformed'],
    ['with another response type', { response_type: 'code' }, 'request_malformed'],
    ['with two response types', { response_type: 'vp_token id_token' }, 'request_malformed'],
    ['without a response mode', { response_mode: null }, 'request_malformed'],
    [
      'threat 26: with an answer in the clear',
      { response_mode: 'direct_post' },
      'request_malformed',
    ],
    ['threat 26: with an answer to a redirect', { response_mode: 'fragment' }, 'request_malformed'],
    ['with exp as text', { exp: '9999999999' }, 'request_malformed'],
    ['with exp as a float', { exp: NOW + 0.5 }, 'request_malformed'],
    ['with a negative iat', { iat: -1 }, 'request_malformed'],
    ['without exp', { exp: null }, 'request_malformed'],
    ['without iat', { iat: null }, 'request_malformed'],
    ['that ends before it begins', { exp: NOW - 1 }, 'request_malformed'],
    ['that ends as it begins', { exp: NOW }, 'request_malformed'],
    ['that lives for 301 s', { exp: NOW + 301 }, 'request_malformed'],
    ['without verifier_info', { verifier_info: null }, 'request_malformed'],
    ['with an empty verifier_info', { verifier_info: [] }, 'request_malformed'],
    [
      'without a registration',
      { verifier_info: [{ format: 'x', data: 'y' }] },
      'registration_missing',
    ],
    [
      'with a registration that is an object',
      { verifier_info: [{ format: 'registration_cert', data: {} }] },
      'registration_malformed',
    ],
    [
      'with a registration that is no JWS',
      { verifier_info: [{ format: 'registration_cert', data: 'a.b' }] },
      'registration_malformed',
    ],
  ];
  for (const [why, change, code] of cases) {
    test(`${why}: ${code}`, async () => {
      await expect(open(await ask({ change }))).rejects.toMatchObject(refused(code));
    });
  }

  test('with two registrations: one of them would be chosen', async () => {
    const info = { format: 'registration_cert', data: registrationText };
    await expect(
      open(await ask({ change: { verifier_info: [info, info] } })),
    ).rejects.toMatchObject(refused('request_malformed'));
  });

  test('with a registration that speaks for another query asks for that one unregistered', async () => {
    const [first, second] = query.credentials;
    const info = {
      format: 'registration_cert',
      data: registrationText,
      credential_ids: [second?.id],
    };
    const opened = await open(await ask({ change: { verifier_info: [info] } }));
    expect(opened.overAsked).toEqual([{ queryId: first?.id, what: 'type', path: undefined }]);
  });

  test('[attack 89] that asks for more than is registered is opened, and says so', async () => {
    const asked = parseDcqlQuery({
      credentials: query.credentials.map((each) => ({
        ...each,
        claims: [...(each.claims ?? []), { path: ['birthdate'] }],
      })),
    });
    const { overAsked: beyond } = await open(await ask({ asked }));
    expect(beyond.map(({ what, path }) => [what, path])).toEqual([
      ['claim', ['birthdate']],
      ['claim', ['birthdate']],
    ]);
  });
});

describe('[attack 87] OpenID4VP 8.3: of the keys in client_metadata', () => {
  const withKeys = (keys: unknown) => ({ change: { client_metadata: { jwks: { keys } } } });
  const usable = (): JsonObject => ({ ...responseKey.publicJwk, kid: '1', use: 'enc' });

  test('the usable one is taken, whatever stands before it', async () => {
    const other = await generateP256KeyPair();
    const compact = await ask(
      withKeys([
        { kty: 'AKP', alg: 'ML-KEM-768', kid: 'pq', pub: 'AAAA' },
        { kty: 'RSA', kid: 'rsa', n: 'AAAA', e: 'AQAB' },
        { kty: 'OKP', crv: 'X25519', kid: 'x', x: 'A'.repeat(43) },
        { ...other.publicJwk, kid: 'sig', use: 'sig' },
        { ...other.publicJwk },
        { ...other.publicJwk, kid: 'p384', crv: 'P-384' },
        { ...other.publicJwk, kid: 'off', y: responseKey.publicJwk.y },
        usable(),
      ]),
    );
    expect((await open(compact)).responseKey).toEqual(responseKey.publicJwk);
  });

  const cases: readonly (readonly [string, () => unknown, string])[] = [
    ['none is there', () => [], 'request_malformed'],
    ['they are no list', () => usable(), 'request_malformed'],
    ['there are 17', () => Array.from({ length: 17 }, usable), 'request_malformed'],
    ['one is text', () => ['key', usable()], 'request_malformed'],
    [
      'a private member is in one, usable or not',
      () => [usable(), { kty: 'EC', kid: '2', d: 'AAAA' }],
      'response_key_unusable',
    ],
    ['only a signing key is there', () => [{ ...usable(), use: 'sig' }], 'response_key_unusable'],
    [
      'only one without a kid is there',
      () => [{ ...responseKey.publicJwk }],
      'response_key_unusable',
    ],
    [
      'only RSA is there',
      () => [{ kty: 'RSA', kid: 'r', n: 'AAAA', e: 'AQAB' }],
      'response_key_unusable',
    ],
    ['only an unknown kind is there', () => [{ kty: 'AKP', kid: 'pq' }], 'response_key_unusable'],
    [
      'the point is off the curve',
      () => [{ ...usable(), x: 'A'.repeat(43) }],
      'response_key_unusable',
    ],
    ['a coordinate is short', () => [{ ...usable(), x: 'AAAA' }], 'response_key_unusable'],
    [
      'a coordinate is padded',
      () => [{ ...usable(), x: `${String(usable()['x'])}=` }],
      'response_key_unusable',
    ],
    ['a coordinate is missing', () => [{ ...usable(), y: undefined }], 'response_key_unusable'],
  ];
  for (const [why, keys, code] of cases) {
    test(`when ${why}: ${code}`, async () => {
      const change = JSON.parse(JSON.stringify(withKeys(keys()).change));
      await expect(open(await ask({ change: Object(change) }))).rejects.toMatchObject(
        refused(code),
      );
    });
  }
});

describe('a registration certificate', () => {
  const cases: readonly (readonly [string, () => Promise<string>, string])[] = [
    ['of another typ', () => register({}, { header: { typ: 'JWT' } }), 'registration_malformed'],
    [
      'in the form for CBOR',
      () => register({}, { header: { typ: 'rc-wrp+cwt' } }),
      'registration_malformed',
    ],
    [
      'that says another algorithm',
      () => register({}, { header: { alg: 'ES384' } }),
      'registration_malformed',
    ],
    [
      'signed by another key than its certificate',
      async () => register({}, { by: { ...registrar, key: await makeKey() } }),
      'registration_signature_invalid',
    ],
    [
      'threat 8: that the verifier made up under its own access certificate',
      () => register({}, { by: desk }),
      'certificate_purpose',
    ],
    [
      'of a registrar that is not in the bundle',
      async () => register({}, { by: await leaf('registrar', { authority: await makeCa() }) }),
      'certificate_untrusted',
    ],
    [
      'of a registrar whose certificate has expired',
      async () => register({}, { by: await leaf('registrar', { days: -1 }) }),
      'certificate_expired',
    ],
    ['that has expired', () => register({ exp: NOW - 60 }), 'registration_expired'],
    ['that has not begun', () => register({ iat: NOW + 61 }), 'registration_not_yet_valid'],
    [
      'that lives for more than twelve months',
      () => register({ exp: NOW + 366 * DAY }),
      'registration_malformed',
    ],
    ['without exp', () => register({ exp: null }), 'registration_malformed'],
    ['of another party', () => register({ sub: 'NTRCN-91310001' }), 'registration_of_other_party'],
    [
      'of a party whose name begins like it',
      () => register({ sub: 'NTRCN-9131000' }),
      'registration_of_other_party',
    ],
    ['without sub', () => register({ sub: null }), 'registration_malformed'],
    ['without a purpose', () => register({ purpose: [] }), 'registration_malformed'],
    ['without credentials', () => register({ credentials: [] }), 'registration_malformed'],
    [
      'that names no claims of a credential',
      () => register({ credentials: [{ format: 'dc+sd-jwt', meta: {}, claim: [] }] }),
      'registration_malformed',
    ],
    [
      'threat 21: whose name runs from right to left',
      () => register({ name: 'Hotel\u202eainex' }),
      'registration_malformed',
    ],
    [
      'threat 21: whose purpose has a line end',
      () => register({ purpose: [{ lang: 'en', value: 'a\nb' }] }),
      'registration_malformed',
    ],
    [
      'threat 21: whose name has a terminal escape',
      () => register({ name: 'Hotel\u001b[2J' }),
      'registration_malformed',
    ],
    [
      'threat 21: whose name hides isolates',
      () => register({ sub_ln: 'a\u2066b' }),
      'registration_malformed',
    ],
    ['whose name is empty', () => register({ name: '' }), 'registration_malformed'],
    [
      'whose status is on a list of nobody here',
      () =>
        register({ status: { status_list: { idx: 1, uri: 'https://other.example/status/1' } } }),
      'registration_status_unknown',
    ],
    [
      'that is revoked',
      () => register({ status: { status_list: { idx: INDEX.revoked, uri: STATUS_LIST } } }),
      'registration_revoked',
    ],
    [
      'that is suspended',
      () => register({ status: { status_list: { idx: INDEX.suspended, uri: STATUS_LIST } } }),
      'registration_revoked',
    ],
    [
      'whose index is not on its list',
      () => register({ status: { status_list: { idx: 9_999_999, uri: STATUS_LIST } } }),
      'registration_status_unknown',
    ],
  ];
  for (const [why, make, code] of cases) {
    test(`${why} is refused: ${code}`, async () => {
      await expect(open(await ask({ registration: await make() }))).rejects.toMatchObject(
        refused(code),
      );
    });
  }

  test('with a status that is good says how old that is', async () => {
    const registration = await register({
      status: { status_list: { idx: INDEX.valid, uri: STATUS_LIST } },
    });
    const { verifier } = await open(await ask({ registration }));
    expect(verifier.statusAgeSeconds).toBe(HOUR);
  });

  test('is taken for a party only with its organisation identifier', async () => {
    await expect(leaf('access', { identifier: '' })).rejects.toThrow();
    const other = await leaf('access', { identifier: 'NTRCN-1' });
    await expect(open(await ask({ by: other }))).rejects.toMatchObject(
      refused('registration_of_other_party'),
    );
  });

  test('that we create is one that we open', async () => {
    const created = await createRegistrationCertificate(registrationFor(), {
      certificates: [registrar.certificate],
      signer: registrar.key.signer,
    });
    const { registration } = await openRegistrationCertificate(created, { bundle, now: NOW });
    expect(registration).toEqual(registrationFor());
  });

  test('that we would refuse is not created', async () => {
    const own = { certificates: [registrar.certificate], signer: registrar.key.signer };
    for (const changes of [
      { exp: NOW + 400 * DAY },
      { credentials: [] },
      { name: 'a\u0000b' },
      { sub: 'hotel' },
    ]) {
      await expect(
        createRegistrationCertificate({ ...registrationFor(), ...changes }, own),
      ).rejects.toThrow();
    }
  });
});

describe('a request as text', () => {
  const request = async () => {
    const created = await createRequestObject({
      query,
      accessCertificates: [desk.certificate],
      registrationCertificate: registrationText,
      responseKey: responseKey.publicJwk,
      nonce: encodeBase64Url(randomBytes(16)),
      now: NOW,
      signer: desk.key.signer,
    });
    return created;
  };

  test('is read in each of its forms', async () => {
    const created = await request();
    const frames = encodeRequestFrames(created, { blockBytes: BLOCK_BYTES.v15 });
    for (const texts of [
      frames,
      [...frames].reverse(),
      [frames.join('\n')],
      [`${frames.join('\r\n')}\r\n`],
      [encodeRequestUri(created)],
      [`${encodeRequestUri(created)}\n`],
      [encodeRequestUri(created).replace('openid4vp', 'OPENID4VP')],
      [created.compact],
      [`  ${created.compact}\n`],
    ]) {
      expect(readRequest(texts)).toBe(created.compact);
    }
  });

  test('in frames is a third of its size: the certificates and the registration are packed', async () => {
    const created = await request();
    const packed = packMessage({ type: 'request', value: created.compact });
    expect(packed.length).toBeLessThan(created.compact.length / 2);
  });

  const bad: readonly (readonly [string, () => Promise<readonly string[]>, string])[] = [
    ['nothing', async () => [], 'request_malformed'],
    ['an empty text', async () => [''], 'request_malformed'],
    ['something else', async () => ['hello'], 'request_malformed'],
    ['another URI', async () => ['https://hotel.example/request'], 'request_malformed'],
    ['a URI without parameters', async () => ['openid4vp://'], 'request_malformed'],
    [
      'a URI without client_id',
      async () => [`openid4vp://?request=${(await request()).compact}`],
      'request_malformed',
    ],
    ['a URI without a request', async () => ['openid4vp://?client_id=x'], 'request_malformed'],
    [
      'a URI with two requests',
      async () => [`${encodeRequestUri(await request())}&request=ey`],
      'request_malformed',
    ],
    [
      'a URI with two clients',
      async () => [`${encodeRequestUri(await request())}&client_id=x`],
      'request_malformed',
    ],
    [
      'a URI whose request is no JWS',
      async () => ['openid4vp://?client_id=x&request=hello'],
      'request_malformed',
    ],
    [
      '[attack 83] a URI that names another client',
      async () => [encodeRequestUri({ ...(await request()), clientId: 'x509_hash:A' })],
      'client_id_mismatch',
    ],
    [
      'a request by reference',
      async () => ['openid4vp://?client_id=x&request_uri=https%3A%2F%2Fhotel.example'],
      'request_unsupported',
    ],
    [
      'a request by reference beside one by value',
      async () => [`${encodeRequestUri(await request())}&request_uri=https%3A%2F%2Fhotel.example`],
      'request_unsupported',
    ],
    [
      'two texts that are no frames',
      async () => [(await request()).compact, 'x'],
      'request_malformed',
    ],
    ['1 MB', async () => [`ey${'A'.repeat(1_000_000)}`], 'request_malformed'],
    [
      'a frame that is missing',
      async () => encodeRequestFrames(await request(), { blockBytes: 493 }).slice(1),
      'frames_incomplete',
    ],
    [
      'two requests in one reading',
      async () => [
        ...encodeRequestFrames(await request(), { blockBytes: 493 }),
        ...encodeRequestFrames(await request(), { blockBytes: 493 }),
      ],
      'frames_mixed',
    ],
    [
      'an answer in the place of a request',
      async () =>
        encodeFrames(packMessage({ type: 'answer', value: {} }), {
          sid: new Uint8Array(4),
          blockBytes: 493,
        }),
      'message_type_unexpected',
    ],
    [
      'a request that is no text',
      async () =>
        encodeFrames(packMessage({ type: 'request', value: {} }), {
          sid: new Uint8Array(4),
          blockBytes: 493,
        }),
      'request_malformed',
    ],
  ];
  for (const [why, make, code] of bad) {
    test(`${why}: ${code}`, async () => {
      const texts = await make();
      expect(() => readRequest(texts)).toThrow(expect.objectContaining(refused(code)));
    });
  }

  test('a caller that has no certificate or too short a nonce is told so', async () => {
    const options = {
      query,
      accessCertificates: [desk.certificate],
      registrationCertificate: registrationText,
      responseKey: responseKey.publicJwk,
      nonce: encodeBase64Url(randomBytes(16)),
      now: NOW,
      signer: desk.key.signer,
    };
    for (const changes of [
      { accessCertificates: [] },
      { nonce: '' },
      { nonce: encodeBase64Url(randomBytes(15)) },
      { nonce: 'not base64url!' },
    ]) {
      await expect(createRequestObject({ ...options, ...changes })).rejects.toThrow(RangeError);
    }
  });
});
