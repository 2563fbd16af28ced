import { createHash, createPublicKey, verify } from 'node:crypto';
import { parsePublicJwk } from '@symbolon/schemas';
import { encodeDidKey } from '@symbolon/trust';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createDpop,
  createHolderKey,
  createProof,
  type HolderKey,
  readJws,
  requestCredential,
  requestNonce,
  requestToken,
  send,
} from './holder.ts';
import { codeOf, type RunningIssuer, startIssuer } from './running-issuer.ts';

let running: RunningIssuer;
let baseUrl: string;

beforeAll(async () => {
  running = await startIssuer();
  baseUrl = running.baseUrl;
});

afterAll(async () => {
  await running.stop();
});

async function issuerKeyVerifies(jwt: string): Promise<boolean> {
  const { json } = await send(`${baseUrl}/.well-known/did.json`);
  const methods = Object(json['verificationMethod']);
  const { kid: name } = readJws(jwt).header;
  // Beside an https issuer the name is short; in the name of the DID it is a DID URL.
  const kid = String(name).startsWith('did:') ? name : `${running.issuer.agent.did}#${name}`;
  const method = Object.values<{ id: string; publicKeyJwk: object }>(methods).find(
    ({ id }) => id === kid,
  );
  expect(json['assertionMethod']).toContain(kid);
  const key = createPublicKey({ key: { ...method?.publicKeyJwk }, format: 'jwk' });
  const [header, payload, signature = ''] = jwt.split('.');
  return verify(
    'sha256',
    Buffer.from(`${header}.${payload}`),
    { key, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
}

async function collect(
  format: string,
  keys: readonly HolderKey[],
  accessToken?: string,
): Promise<string[]> {
  const nonce = await requestNonce(baseUrl);
  const answer = await requestCredential(baseUrl, accessToken ?? (await running.token([format])), {
    credential_configuration_id: `identity-card_${format}`,
    proofs: { jwt: keys.map((key) => createProof(key, baseUrl, nonce)) },
  });
  expect(answer.text).toMatch(/^\{"credentials":\[/);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.headers.get('content-type')).toBe('application/json');
  return Object.values<{ credential: string }>(Object(answer.json['credentials'])).map(
    ({ credential }) => credential,
  );
}

const disclosures = (sdJwt: string): unknown[][] =>
  sdJwt
    .split('~')
    .slice(1, -1)
    .map((text) =>
      Object.values<unknown>(Object(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')))),
    );

const didJwk = ({ jwk: { crv, kty, x, y } }: HolderKey): RegExp => {
  const encoded = Buffer.from(JSON.stringify({ crv, kty, x, y })).toString('base64url');
  return new RegExp(`^did:jwk:${encoded}|^did:jwk:`);
};

describe('a card in each format', () => {
  test('dc+sd-jwt: typ, vct, cnf, status, whole days, and every claim in a disclosure', async () => {
    const key = createHolderKey();
    const [credential = ''] = await collect('dc+sd-jwt', [key]);
    const [jwt = ''] = credential.split('~');
    expect(await issuerKeyVerifies(jwt)).toBe(true);
    const { header, payload } = readJws(jwt);
    expect(header).toMatchObject({ typ: 'dc+sd-jwt', alg: 'ES256', x5c: [expect.any(String)] });
    expect(payload).toMatchObject({
      iss: baseUrl,
      vct: 'urn:symbolon:identity-card:1',
      cnf: { jwk: key.jwk },
      status: { status_list: { uri: expect.stringContaining(`${baseUrl}/status/`) } },
    });
    for (const member of ['iat', 'nbf', 'exp']) expect(Number(payload[member]) % 86_400).toBe(0);
    expect(disclosures(credential)).toContainEqual([expect.any(String), 'family_name', '张']);
    expect(payload).not.toHaveProperty('family_name');
  });

  test('vc+sd-jwt: a VCDM 2.0 credential bound to the did:jwk of the holder key', async () => {
    const key = createHolderKey();
    const [credential = ''] = await collect('vc+sd-jwt', [key]);
    const [jwt = ''] = credential.split('~');
    expect(await issuerKeyVerifies(jwt)).toBe(true);
    const { header, payload } = readJws(jwt);
    expect(header).toMatchObject({ typ: 'vc+sd-jwt', cty: 'vc', alg: 'ES256' });
    expect(payload).toMatchObject({
      issuer: running.issuer.agent.did,
      type: ['VerifiableCredential', 'SymbolonIdentityCard'],
      cnf: { jwk: key.jwk },
      credentialSubject: { id: expect.stringMatching(didJwk(key)) },
      status: { status_list: { uri: expect.stringContaining('/status/') } },
    });
    expect(disclosures(credential)).toContainEqual([expect.any(String), 'given_name', '伟']);
  });

  test('jwt_vc_json: a data model 1.1 credential whose subject is the did:jwk of the key', async () => {
    const key = createHolderKey();
    const [jwt = ''] = await collect('jwt_vc_json', [key]);
    expect(await issuerKeyVerifies(jwt)).toBe(true);
    const { payload } = readJws(jwt);
    expect(payload).toMatchObject({
      iss: running.issuer.agent.did,
      sub: expect.stringMatching(didJwk(key)),
      jti: expect.any(String),
      vc: { credentialSubject: { family_name: '张' } },
    });
    for (const member of ['nbf', 'exp']) expect(Number(payload[member]) % 86_400).toBe(0);
  });
});

test('one token serves every configuration that was offered', async () => {
  const formats = ['dc+sd-jwt', 'vc+sd-jwt', 'jwt_vc_json'];
  const token = await running.token(formats);
  for (const format of formats) {
    expect(await collect(format, [createHolderKey()], token)).toHaveLength(1);
  }
});

test('OpenID4VCI 8.3: a batch of 30 gives one credential a key, and no two share anything', async () => {
  const keys = Array.from({ length: 30 }, createHolderKey);
  const credentials = await collect('dc+sd-jwt', keys);
  const payloads = credentials.map((each) => readJws(each.split('~')[0] ?? '').payload);
  expect(payloads.map(({ cnf }) => Object(cnf).jwk)).toEqual(keys.map(({ jwk }) => jwk));
  const distinct = (values: unknown[]): number => new Set(values.map(String)).size;
  expect(distinct(payloads.map(({ status }) => Object(status).status_list.idx))).toBe(30);
  const salts = credentials.flatMap((each) => disclosures(each).map(([salt]) => salt));
  expect(distinct(salts)).toBe(salts.length);
  expect(distinct(payloads.map(({ iat, exp }) => `${iat} ${exp}`))).toBe(1);
});

test('[attack 31] digests are the hashes of the disclosures, in no telling order', async () => {
  const [credential = ''] = await collect('dc+sd-jwt', [createHolderKey()]);
  const digests = Object.values<string>(Object(readJws(credential).payload['_sd']));
  const parts = credential.split('~').slice(1, -1);
  const hashes = parts.map((part) => createHash('sha256').update(part).digest('base64url'));
  expect(hashes.filter((hash) => digests.includes(hash)).length).toBeGreaterThan(5);
  const positions = digests.map((digest) => hashes.indexOf(digest)).filter((at) => at !== -1);
  expect(positions).not.toEqual(positions.toSorted((a, b) => a - b));
});

test('OpenID4VCI 4.1.3: an offer by reference is the offer, and is not cached', async () => {
  const { offerUri, txCode } = await running.offer(['dc+sd-jwt'], 'reference');
  const reference = String(new URL(offerUri).searchParams.get('credential_offer_uri'));
  expect(reference).toMatch(new RegExp(`^${baseUrl}/offers/[\\w-]{43,}$`));
  const { status, headers, json, text } = await send(reference);
  expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([
    200,
    'application/json',
    'no-store',
  ]);
  expect(json['credential_issuer']).toBe(baseUrl);
  const code = codeOf(`openid-credential-offer://?credential_offer=${encodeURIComponent(text)}`);
  const token = await requestToken(baseUrl, { 'pre-authorized_code': code, tx_code: txCode });
  expect(token.status).toBe(200);
});

test('RFC 6749 5.1: a token response is uncacheable and says how long the token lives', async () => {
  const { code, txCode } = await running.offer(['dc+sd-jwt']);
  const parameters = { 'pre-authorized_code': code, tx_code: txCode, unknown: 'ignored' };
  const { status, headers, json } = await requestToken(baseUrl, parameters);
  expect(status).toBe(200);
  expect(headers.get('cache-control')).toBe('no-store');
  expect(json).toEqual({
    access_token: expect.stringMatching(/^[\w-]{43,}$/),
    token_type: 'Bearer',
    expires_in: expect.any(Number),
  });
});

test('draft 15: one proof in place of proofs is taken with the same checks', async () => {
  const key = createHolderKey();
  const proof = createProof(key, baseUrl, await requestNonce(baseUrl));
  const body = {
    credential_configuration_id: 'identity-card_dc+sd-jwt',
    proof: { proof_type: 'jwt', jwt: proof },
  };
  const token = await running.token();
  expect((await requestCredential(baseUrl, token, body)).status).toBe(200);
  const again = await requestCredential(baseUrl, token, body);
  expect([again.status, again.json['error']]).toEqual([400, 'invalid_nonce']);
});

describe('ways to name a holder key', () => {
  for (const [method, kidOf] of [
    [
      'did:jwk',
      ({ jwk }: HolderKey): string =>
        `did:jwk:${Buffer.from(JSON.stringify(jwk)).toString('base64url')}#0`,
    ],
    [
      'did:key',
      ({ jwk }: HolderKey): string => {
        const did = encodeDidKey(parsePublicJwk(jwk));
        return `${did}#${did.slice('did:key:'.length)}`;
      },
    ],
  ] as const) {
    test(`OpenID4VCI F.1: a kid that is a ${method} URL`, async () => {
      const key = createHolderKey();
      const proof = createProof(key, baseUrl, await requestNonce(baseUrl), {
        header: { jwk: undefined, kid: kidOf(key) },
      });
      const answer = await requestCredential(baseUrl, await running.token(), {
        credential_configuration_id: 'identity-card_dc+sd-jwt',
        proofs: { jwt: [proof] },
      });
      const [first] = Object.values<{ credential: string }>(Object(answer.json['credentials']));
      expect(readJws(String(first?.credential)).payload).toMatchObject({ cnf: { jwk: key.jwk } });
    });
  }
});

test('OpenID4VCI F.1: iss may name the client of the token request', async () => {
  const { code, txCode } = await running.offer(['dc+sd-jwt']);
  const { json } = await requestToken(baseUrl, {
    'pre-authorized_code': code,
    tx_code: txCode,
    client_id: 'https://wallet.example',
  });
  const token = String(json['access_token']);
  const attempt = async (iss: string): Promise<unknown> => {
    const nonce = await requestNonce(baseUrl);
    const proof = createProof(createHolderKey(), baseUrl, nonce, { payload: { iss } });
    const { status, json: body } = await requestCredential(baseUrl, token, {
      credential_configuration_id: 'identity-card_dc+sd-jwt',
      proofs: { jwt: [proof] },
    });
    return status === 200 ? 200 : body['error'];
  };
  expect(await attempt('https://other.example')).toBe('invalid_proof');
  expect(await attempt('https://wallet.example')).toBe(200);
});

test('RFC 9449: a token bound to a key is used with proofs of that key', async () => {
  const dpopKey = createHolderKey();
  const { code, txCode } = await running.offer(['dc+sd-jwt']);
  const { json } = await requestToken(
    baseUrl,
    { 'pre-authorized_code': code, tx_code: txCode },
    { DPoP: createDpop(dpopKey, `${baseUrl}/token`, undefined) },
  );
  expect(json['token_type']).toBe('DPoP');
  const token = String(json['access_token']);
  const proof = createProof(createHolderKey(), baseUrl, await requestNonce(baseUrl));
  const answer = await requestCredential(
    baseUrl,
    token,
    { credential_configuration_id: 'identity-card_dc+sd-jwt', proofs: { jwt: [proof] } },
    {
      Authorization: `DPoP ${token}`,
      DPoP: createDpop(dpopKey, `${baseUrl}/credential`, token),
    },
  );
  expect(answer.status).toBe(200);
});
