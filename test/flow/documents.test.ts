import { createPublicKey, verify, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import {
  parseAuthorizationServerMetadata,
  parseIssuerMetadata,
} from '@symbolon/schemas/openid4vci';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createOpenApi } from '../../issuer/http/openapi.ts';
import { HOT_PATHS, ROUTES } from '../../issuer/http/routes.ts';
import { readJws, send } from './holder.ts';
import { type RunningIssuer, startIssuer } from './running-issuer.ts';

let running: RunningIssuer;
let baseUrl: string;

beforeAll(async () => {
  running = await startIssuer();
  baseUrl = running.baseUrl;
});

afterAll(async () => {
  await running.stop();
});

const get = (path: string, headers: Record<string, string> = {}) =>
  send(`${baseUrl}${path}`, { headers });

/** A request as Node sends it, so that `Host` can be anything. */
const getAs = (path: string, headers: Record<string, string>): Promise<string> =>
  new Promise((resolve, reject) => {
    request(`${baseUrl}${path}`, { headers }, (response) => {
      let text = `${response.statusCode} ${JSON.stringify(response.headers)}`;
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on('end', () => resolve(text));
    })
      .on('error', reject)
      .end();
  });

describe('metadata', () => {
  test('OpenID4VCI 12.2.4: the issuer metadata is what a wallet can read', async () => {
    const { headers, json } = await get('/.well-known/openid-credential-issuer');
    expect(headers.get('content-type')).toBe('application/json');
    expect(headers.get('access-control-allow-origin')).toBe('*');
    const metadata = parseIssuerMetadata(json);
    expect(metadata).toMatchObject({
      credential_issuer: baseUrl,
      credential_endpoint: `${baseUrl}/credential`,
      nonce_endpoint: `${baseUrl}/nonce`,
      batch_credential_issuance: { batch_size: 30 },
      credential_configurations_supported: {
        'identity-card_dc+sd-jwt': { format: 'dc+sd-jwt', vct: 'urn:symbolon:identity-card:1' },
        'identity-card_vc+sd-jwt': { format: 'vc+sd-jwt', credential_definition: {} },
        'identity-card_jwt_vc_json': { format: 'jwt_vc_json', credential_definition: {} },
      },
    });
    for (const configuration of Object.values(metadata.credential_configurations_supported)) {
      expect(configuration.proof_types_supported).toEqual({
        jwt: { proof_signing_alg_values_supported: ['ES256'] },
      });
    }
  });

  test('OpenID4VCI 12.2.3: signed by Accept, by a key whose certificate it carries', async () => {
    const { headers, text } = await get('/.well-known/openid-credential-issuer', {
      Accept: 'application/jwt',
    });
    expect(headers.get('content-type')).toBe('application/jwt');
    const { header, payload } = readJws(text);
    expect(header).toMatchObject({ typ: 'openidvci-issuer-metadata+jwt', alg: 'ES256' });
    expect(payload).toMatchObject({
      sub: baseUrl,
      iat: expect.any(Number),
      credential_issuer: baseUrl,
    });
    const [leaf = ''] = Object.values<string>(Object(header['x5c']));
    const key = new X509Certificate(Buffer.from(leaf, 'base64')).publicKey;
    const [head, body, signature = ''] = text.split('.');
    const data = Buffer.from(`${head}.${body}`);
    const options = { key, dsaEncoding: 'ieee-p1363' } as const;
    expect(verify('sha256', data, options, Buffer.from(signature, 'base64url'))).toBe(true);
  });

  test('RFC 8414: the authorization server metadata names the issuer exactly', async () => {
    const { json } = await get('/.well-known/oauth-authorization-server');
    expect(parseAuthorizationServerMetadata(json)).toMatchObject({
      issuer: baseUrl,
      token_endpoint: `${baseUrl}/token`,
      grant_types_supported: ['urn:ietf:params:oauth:grant-type:pre-authorized_code'],
      'pre-authorized_grant_anonymous_access_supported': true,
    });
  });

  test('SD-JWT VC 4: jwt-vc-issuer holds the key of the credentials, and no private member', async () => {
    const { json, text } = await get('/.well-known/jwt-vc-issuer');
    expect(json).toMatchObject({
      issuer: baseUrl,
      jwks: { keys: [{ kid: running.issuer.agent.credential.kid, kty: 'EC' }] },
    });
    expect(text).not.toContain('"d"');
  });

  test('did:web: the document is that of the DID', async () => {
    const { json, text } = await get('/.well-known/did.json');
    expect(json['id']).toBe(running.issuer.agent.did);
    expect(text).not.toContain('"d"');
  });

  for (const headers of [
    { Host: 'evil.example' },
    { 'X-Forwarded-Host': 'evil.example', 'X-Forwarded-Proto': 'https' },
    { Forwarded: 'host=evil.example' },
    { 'X-Original-URL': '/evil.example', 'X-Rewrite-URL': '/evil.example' },
  ]) {
    test(`[attack 71] ${Object.keys(headers)} changes nothing that is sent`, async () => {
      for (const { path } of ROUTES) {
        expect(await getAs(path, headers), path).not.toContain('evil.example');
      }
    });
  }
});

describe('Token Status List 8: a status list', () => {
  const path = (): string => new URL(running.issuer.statusLists.getUris()[0] ?? '').pathname;

  beforeAll(async () => {
    await running.issuer.statusLists.allocate(1);
  });

  test('is a signed token for its own URI, cacheable and for any origin', async () => {
    const { headers, status, text } = await get(path(), { Accept: 'application/statuslist+jwt' });
    expect([status, headers.get('content-type')]).toEqual([200, 'application/statuslist+jwt']);
    expect(headers.get('cache-control')).toMatch(/^public, max-age=\d+$/);
    expect(headers.get('access-control-allow-origin')).toBe('*');
    const { header, payload } = readJws(text);
    expect(header).toMatchObject({ typ: 'statuslist+jwt' });
    expect(payload).toMatchObject({ sub: baseUrl + path(), ttl: 3600 });
    const { json } = await get('/.well-known/did.json');
    const methods = Object.values<{ id: string; publicKeyJwk: object }>(
      Object(json['verificationMethod']),
    );
    const jwk = methods.find(({ id }) => id.endsWith(`#${header['kid']}`))?.publicKeyJwk;
    const [head, body, signature = ''] = text.split('.');
    const key = createPublicKey({ key: { ...jwk }, format: 'jwk' });
    const data = Buffer.from(`${head}.${body}`);
    const options = { key, dsaEncoding: 'ieee-p1363' } as const;
    expect(verify('sha256', data, options, Buffer.from(signature, 'base64url'))).toBe(true);
  });

  test('is not sent again to who has it', async () => {
    const etag = (await get(path())).headers.get('etag') ?? '';
    expect(await getAs(path(), { 'If-None-Match': etag })).toMatch(/^304 /);
  });

  for (const [why, suffix, headers, status] of [
    ['as CBOR', '', { Accept: 'application/statuslist+cwt' }, 406],
    ['as JSON', '', { Accept: 'application/json' }, 406],
    ['as anything', '', { Accept: '*/*' }, 200],
    ['of another time', '?time=1686925000', {}, 404],
    ['with a NUL in its name', '%00', {}, 404],
    ['that does not exist', '99', {}, 404],
    ['[attack 115] with a number beyond all bounds', '99999999999999999999999', {}, 404],
    ['with a malformed escape', '%FF', {}, 400],
    ['with a path that climbs', '%2f..%2f..%2fetc%2fpasswd', {}, 404],
  ] as const) {
    test(`${why} is ${status}`, async () => {
      expect((await get(path() + suffix, headers)).status).toBe(status);
    });
  }

  test('is named in the aggregation', async () => {
    const { json } = await get('/status-lists');
    expect(json).toEqual({ status_lists: [baseUrl + path()] });
  });
});

describe('operations', () => {
  test('/healthz, /readyz and /trust-bundle answer', async () => {
    expect((await get('/healthz')).json).toEqual({ status: 'alive' });
    expect((await get('/readyz')).json).toEqual({ status: 'ready' });
    const { headers, text } = await get('/trust-bundle');
    expect(headers.get('content-type')).toBe('application/jwt');
    expect(readJws(text).header).toMatchObject({ typ: 'symbolon-trust-bundle+jwt' });
  });

  test('/metrics counts by route, and shows no path that was sent', async () => {
    await get('/offers/planted-reference');
    await get('/planted-path');
    const { text } = await get('/metrics');
    expect(text).toMatch(/symbolon_http_requests_total\{route="\/offers\/:name",status="404"\} \d/);
    expect(text).toMatch(/symbolon_http_requests_total\{route="unmatched",status="404"\} \d/);
    expect(text).not.toContain('planted');
  });

  test('[attack 113] a request that its client gave up is not counted as answered', async () => {
    const { hostname, port } = new URL(baseUrl);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    socket.write(
      'POST /token HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nabc',
    );
    await setTimeout(50);
    socket.destroy();
    await expect
      .poll(async () => (await get('/metrics')).text)
      .toMatch(/symbolon_http_requests_total\{route="\/token",status="499"\} 1/);
  });

  test('/openapi.json describes every route and nothing else', async () => {
    const served = (await get('/openapi.json')).json;
    expect(served).toEqual(createOpenApi(baseUrl));
    const paths = Object(served['paths']);
    const table = [...HOT_PATHS, ...ROUTES.map(({ path }) => path.replace(/:(\w+)/, '{$1}'))];
    expect(Object.keys(paths).sort()).toEqual(table.sort());
    for (const path of HOT_PATHS) expect(Object.keys(paths[path])).toEqual(['post']);
    for (const { path } of ROUTES) {
      expect(Object.keys(paths[path.replace(/:(\w+)/, '{$1}')])).toEqual(['get']);
    }
  });

  for (const { path } of ROUTES) {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      test(`${method} ${path} is 405 and says what is allowed`, async () => {
        const answer = await send(`${baseUrl}${path.replace(':name', 'x')}`, {
          method,
          body: '{}',
        });
        expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
      });
    }
  }

  for (const path of [
    '/',
    '/Token',
    '/token/',
    '/credential/x',
    '//nonce',
    '/offers/',
    '/.env',
    '/deferred',
  ]) {
    test(`${path} is not found`, async () => {
      const { status, json } = await get(path);
      expect([status, json['error']]).toEqual([404, 'not_found']);
    });
  }

  test('[attack 119] every answer carries the headers of a service without pages', async () => {
    for (const path of ['/healthz', '/nowhere']) {
      const { headers } = await get(path);
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    }
  });

  test('[attack 119] markup in a path or a query is not given back', async () => {
    for (const path of ['/<script>x</script>', '/offers/<script>', '/status/1?<script>']) {
      const { text } = await get(encodeURI(path));
      expect(text).not.toMatch(/<|%3C|script>/);
    }
  });
});
