import { PRE_AUTHORIZED_CODE_GRANT } from '@symbolon/schemas/openid4vci';
import { describe, expect, test } from 'vitest';
import { parseOfferUri } from '../../../wallet-cli/issuance/parse-offer.ts';
import {
  resolveCredentialOffer,
  type TrustedIssuer,
} from '../../../wallet-cli/issuance/resolve-offer.ts';
import type { Request } from '../../../wallet-cli/network/request.ts';

const ISSUER = 'https://id.example';
const trusted: TrustedIssuer = {
  name: 'Testland',
  service_type: 'urn:test',
  issuer: ISSUER,
  did: 'did:web:id.example',
  did_document: {},
  keys: [],
  credential_types: ['urn:symbolon:identity-card:1'],
};

const grant = { 'pre-authorized_code': 'the-code', tx_code: { length: 6 } };
const goodOffer = {
  credential_issuer: ISSUER,
  credential_configuration_ids: ['identity-card_dc+sd-jwt'],
  grants: { [PRE_AUTHORIZED_CODE_GRANT]: grant },
};
const proofs = {
  proof_types_supported: { jwt: { proof_signing_alg_values_supported: ['ES256'] } },
};
const goodMetadata = {
  credential_issuer: ISSUER,
  credential_endpoint: `${ISSUER}/credential`,
  nonce_endpoint: `${ISSUER}/nonce`,
  batch_credential_issuance: { batch_size: 30 },
  credential_configurations_supported: {
    'identity-card_dc+sd-jwt': {
      format: 'dc+sd-jwt',
      vct: 'urn:symbolon:identity-card:1',
      ...proofs,
    },
  },
};
const goodServer = {
  issuer: ISSUER,
  token_endpoint: `${ISSUER}/token`,
  grant_types_supported: [PRE_AUTHORIZED_CODE_GRANT],
  dpop_signing_alg_values_supported: ['ES256'],
};

type World = {
  readonly offer?: unknown;
  readonly metadata?: unknown;
  readonly server?: unknown;
  readonly mediaType?: string;
  readonly status?: number;
};

function network(world: World) {
  const asked: string[] = [];
  const request: Request = async ({ url }) => {
    asked.push(url);
    const { pathname } = new URL(url);
    const body = pathname.includes('openid-credential-issuer')
      ? (world.metadata ?? goodMetadata)
      : pathname.includes('oauth-authorization-server')
        ? (world.server ?? goodServer)
        : (world.offer ?? goodOffer);
    return {
      status: world.status ?? 200,
      mediaType: world.mediaType ?? 'application/json',
      header: () => undefined,
      body: typeof body === 'string' ? body : JSON.stringify(body),
    };
  };
  return { asked, request };
}

const byValue = (offer: unknown) =>
  `openid-credential-offer://?credential_offer=${encodeURIComponent(typeof offer === 'string' ? offer : JSON.stringify(offer))}`;
const byReference = (url: string) =>
  `openid-credential-offer://?credential_offer_uri=${encodeURIComponent(url)}`;

test('resolves an offer by value with two requests, both to the issuer', async () => {
  const { asked, request } = network({});
  const offer = await resolveCredentialOffer(byValue(goodOffer), [trusted], request);
  expect(offer).toMatchObject({
    preAuthorizedCode: 'the-code',
    txCode: { length: 6 },
    tokenEndpoint: `${ISSUER}/token`,
    nonceEndpoint: `${ISSUER}/nonce`,
    credentialEndpoint: `${ISSUER}/credential`,
    batchSize: 30,
    supportsDpop: true,
  });
  expect(asked).toEqual([
    `${ISSUER}/.well-known/openid-credential-issuer`,
    `${ISSUER}/.well-known/oauth-authorization-server`,
  ]);
});

test('resolves an offer by reference with one request more', async () => {
  const { asked, request } = network({});
  await resolveCredentialOffer(byReference(`${ISSUER}/offers/abc`), [trusted], request);
  expect(asked[0]).toBe(`${ISSUER}/offers/abc`);
  expect(asked).toHaveLength(3);
});

test('OpenID4VCI 12.2.2: the well-known path goes between host and path', async () => {
  const issuer = `${ISSUER}/tenant`;
  const metadata = { ...goodMetadata, credential_issuer: issuer };
  const server = { ...goodServer, issuer };
  const { asked, request } = network({ metadata, server });
  const offer = byValue({ ...goodOffer, credential_issuer: issuer });
  await resolveCredentialOffer(offer, [{ ...trusted, issuer }], request);
  expect(asked).toEqual([
    `${ISSUER}/.well-known/openid-credential-issuer/tenant`,
    `${ISSUER}/.well-known/oauth-authorization-server/tenant`,
  ]);
});

describe('[attack 57] an offer that is not acceptable causes no request', () => {
  const uri = (query: string) => `openid-credential-offer://?${query}`;
  const value = encodeURIComponent(JSON.stringify(goodOffer));
  for (const [why, text, code] of [
    ['no grants', byValue({ ...goodOffer, grants: undefined }), 'offer_unsupported'],
    ['empty grants', byValue({ ...goodOffer, grants: {} }), 'offer_unsupported'],
    [
      'only an unknown grant',
      byValue({ ...goodOffer, grants: { 'urn:x': { code: '1' } } }),
      'offer_unsupported',
    ],
    [
      'only an authorization code',
      byValue({ ...goodOffer, grants: { authorization_code: {} } }),
      'offer_unsupported',
    ],
    ['grants of the wrong type', byValue({ ...goodOffer, grants: 'all' }), 'malformed'],
    [
      'a grant without its code',
      byValue({ ...goodOffer, grants: { [PRE_AUTHORIZED_CODE_GRANT]: {} } }),
      'malformed',
    ],
    [
      'empty configuration ids',
      byValue({ ...goodOffer, credential_configuration_ids: [] }),
      'malformed',
    ],
    [
      'duplicate configuration ids',
      byValue({
        ...goodOffer,
        credential_configuration_ids: ['identity-card_dc+sd-jwt', 'identity-card_dc+sd-jwt'],
      }),
      'malformed',
    ],
    [
      'configuration ids that are no array',
      byValue({ ...goodOffer, credential_configuration_ids: 'identity-card_dc+sd-jwt' }),
      'malformed',
    ],
    [
      'no configuration ids',
      byValue({ ...goodOffer, credential_configuration_ids: undefined }),
      'malformed',
    ],
    [
      'a configuration that is not known',
      byValue({ ...goodOffer, credential_configuration_ids: ['identity-card_dc+sd-jwt', 'other'] }),
      'credential_configuration_unsupported',
    ],
    [
      'a configuration named like a method',
      byValue({ ...goodOffer, credential_configuration_ids: ['constructor'] }),
      'credential_configuration_unsupported',
    ],
    [
      'an issuer that the bundle does not name',
      byValue({ ...goodOffer, credential_issuer: 'https://evil.example' }),
      'issuer_not_in_bundle',
    ],
    [
      'an issuer that differs by a slash',
      byValue({ ...goodOffer, credential_issuer: `${ISSUER}/` }),
      'issuer_not_in_bundle',
    ],
    [
      'an issuer without https',
      byValue({ ...goodOffer, credential_issuer: 'http://id.example' }),
      'malformed',
    ],
    ['no issuer', byValue({ ...goodOffer, credential_issuer: undefined }), 'malformed'],
    [
      'tx_code description over 300 characters',
      byValue({
        ...goodOffer,
        grants: {
          [PRE_AUTHORIZED_CODE_GRANT]: { ...grant, tx_code: { description: 'x'.repeat(301) } },
        },
      }),
      'malformed',
    ],
    ['a list', byValue([goodOffer]), 'malformed'],
    ['no JSON', byValue('{"credential_issuer":'), 'malformed'],
    [
      'a doubled member',
      byValue(
        JSON.stringify(goodOffer).replace('{', '{"credential_issuer":"https://evil.example",'),
      ),
      'malformed',
    ],
    [
      '__proto__',
      byValue(JSON.stringify(goodOffer).replace('{', '{"__proto__":{"x":1},')),
      'malformed',
    ],
    ['deep nesting', byValue(`${'['.repeat(100)}${']'.repeat(100)}`), 'malformed'],
    [
      'value and reference',
      uri(`credential_offer=${value}&credential_offer_uri=${ISSUER}/offers/1`),
      'offer_malformed',
    ],
    ['two values', uri(`credential_offer=${value}&credential_offer=${value}`), 'offer_malformed'],
    ['neither', uri('x=1'), 'offer_malformed'],
    ['another scheme', `https://id.example/?credential_offer=${value}`, 'offer_malformed'],
    ['no URI', 'hello', 'offer_malformed'],
    ['empty', '', 'offer_malformed'],
    ['10 MB', byValue('x'.repeat(10_000_000)), 'offer_malformed'],
    [
      'a reference to another host',
      byReference('https://evil.example/offers/1'),
      'location_refused',
    ],
    [
      'a reference to a private address',
      byReference('http://169.254.169.254/'),
      'location_refused',
    ],
    ['a reference to another port', byReference(`${ISSUER}:8443/offers/1`), 'location_refused'],
    [
      'a reference with a user',
      byReference('https://id.example@evil.example/offers/1'),
      'location_refused',
    ],
    ['a reference to a file', byReference('file:///etc/passwd'), 'location_refused'],
    ['a reference that is no URL', byReference('offers/1'), 'location_refused'],
  ] as const) {
    test(why, async () => {
      const { asked, request } = network({});
      await expect(resolveCredentialOffer(text, [trusted], request)).rejects.toMatchObject({
        code,
      });
      expect(asked).toEqual([]);
    });
  }
});

describe('[attack 55] metadata that does not belong to the issuer ends it before any code is sent', () => {
  for (const [why, world, code] of [
    [
      'credential_issuer of another',
      { metadata: { ...goodMetadata, credential_issuer: 'https://evil.example' } },
      'issuer_mismatch',
    ],
    [
      'credential_issuer with a slash more',
      { metadata: { ...goodMetadata, credential_issuer: `${ISSUER}/` } },
      'issuer_mismatch',
    ],
    [
      'authorization server of an attacker',
      { metadata: { ...goodMetadata, authorization_servers: ['https://evil.example'] } },
      'issuer_mismatch',
    ],
    [
      'server metadata of another',
      { server: { ...goodServer, issuer: 'https://evil.example' } },
      'issuer_mismatch',
    ],
    [
      'token endpoint elsewhere',
      { server: { ...goodServer, token_endpoint: 'https://evil.example/token' } },
      'issuer_mismatch',
    ],
    [
      'credential endpoint elsewhere',
      { metadata: { ...goodMetadata, credential_endpoint: 'https://evil.example/c' } },
      'issuer_mismatch',
    ],
    [
      'nonce endpoint elsewhere',
      { metadata: { ...goodMetadata, nonce_endpoint: 'https://evil.example/n' } },
      'issuer_mismatch',
    ],
    [
      'credential endpoint without https',
      { metadata: { ...goodMetadata, credential_endpoint: 'http://id.example/c' } },
      'malformed',
    ],
    [
      'no credential endpoint',
      { metadata: { ...goodMetadata, credential_endpoint: undefined } },
      'malformed',
    ],
    [
      'server without the grant',
      { server: { ...goodServer, grant_types_supported: ['authorization_code'] } },
      'offer_unsupported',
    ],
    [
      'encryption required',
      {
        metadata: {
          ...goodMetadata,
          credential_response_encryption: { encryption_required: true },
        },
      },
      'offer_unsupported',
    ],
    [
      'configuration not offered',
      { metadata: { ...goodMetadata, credential_configurations_supported: {} } },
      'credential_configuration_unsupported',
    ],
    [
      'another vct',
      {
        metadata: {
          ...goodMetadata,
          credential_configurations_supported: {
            'identity-card_dc+sd-jwt': { format: 'dc+sd-jwt', vct: 'urn:other', ...proofs },
          },
        },
      },
      'credential_configuration_unsupported',
    ],
    [
      'another format',
      {
        metadata: {
          ...goodMetadata,
          credential_configurations_supported: {
            'identity-card_dc+sd-jwt': {
              format: 'mso_mdoc',
              vct: 'urn:symbolon:identity-card:1',
              ...proofs,
            },
          },
        },
      },
      'credential_configuration_unsupported',
    ],
    [
      'no ES256 proofs',
      {
        metadata: {
          ...goodMetadata,
          credential_configurations_supported: {
            'identity-card_dc+sd-jwt': { format: 'dc+sd-jwt', vct: 'urn:symbolon:identity-card:1' },
          },
        },
      },
      'credential_configuration_unsupported',
    ],
    ['not JSON by its media type', { mediaType: 'text/html' }, 'response_unexpected'],
    [
      'signed although unsigned was asked for',
      { mediaType: 'application/jwt' },
      'response_unexpected',
    ],
    ['status 404', { status: 404 }, 'response_unexpected'],
    ['status 500', { status: 500 }, 'response_unexpected'],
    ['no JSON', { metadata: '<html>' }, 'malformed'],
    ['JSON null', { metadata: 'null' }, 'malformed'],
    [
      'a doubled credential_issuer',
      {
        metadata: JSON.stringify(goodMetadata).replace(
          '{',
          '{"credential_issuer":"https://evil.example",',
        ),
      },
      'malformed',
    ],
  ] as const) {
    test(why, async () => {
      const { asked, request } = network(world);
      await expect(
        resolveCredentialOffer(byValue(goodOffer), [trusted], request),
      ).rejects.toMatchObject({ code });
      expect(asked.filter((url) => !url.startsWith(`${ISSUER}/.well-known/`))).toEqual([]);
    });
  }
});

test('an authorization server named by the offer must be one of the issuer', async () => {
  const named = (server: string) =>
    byValue({
      ...goodOffer,
      grants: { [PRE_AUTHORIZED_CODE_GRANT]: { ...grant, authorization_server: server } },
    });
  for (const metadata of [goodMetadata, { ...goodMetadata, authorization_servers: [ISSUER] }]) {
    const { request } = network({ metadata });
    await expect(
      resolveCredentialOffer(named(`${ISSUER}/other`), [trusted], request),
    ).rejects.toMatchObject({ code: 'issuer_mismatch' });
  }
  const { request } = network({ metadata: { ...goodMetadata, authorization_servers: [ISSUER] } });
  await expect(resolveCredentialOffer(named(ISSUER), [trusted], request)).resolves.toMatchObject({
    tokenEndpoint: `${ISSUER}/token`,
  });
});

test('one credential and no DPoP where the metadata promises neither', async () => {
  const { request } = network({
    metadata: { ...goodMetadata, batch_credential_issuance: undefined, nonce_endpoint: undefined },
    server: { ...goodServer, dpop_signing_alg_values_supported: ['EdDSA'] },
  });
  await expect(
    resolveCredentialOffer(byValue(goodOffer), [trusted], request),
  ).resolves.toMatchObject({ batchSize: 1, supportsDpop: false, nonceEndpoint: undefined });
});

test('[attack 111] a long offer is parsed in a moment', () => {
  const started = performance.now();
  expect(() => parseOfferUri(byValue(`"${'é'.repeat(5000)}`))).toThrow();
  expect(() => parseOfferUri(`openid-credential-offer://${'?&='.repeat(40_000)}`)).toThrow();
  expect(performance.now() - started).toBeLessThan(200);
});
