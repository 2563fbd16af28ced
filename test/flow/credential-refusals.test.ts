import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Answer,
  createDpop,
  createHolderKey,
  createProof,
  type HolderKey,
  type ProofChanges,
  requestCredential,
  requestNonce,
  requestToken,
  seconds,
  send,
  signJws,
} from './holder.ts';
import { type RunningIssuer, startIssuer } from './running-issuer.ts';

const CONFIGURATION = 'identity-card_dc+sd-jwt';

let running: RunningIssuer;
let baseUrl: string;
let token: string;

beforeAll(async () => {
  running = await startIssuer({ limits: { failures_per_minute: 100_000 } });
  baseUrl = running.baseUrl;
  token = await running.token();
});

afterAll(async () => {
  await running.stop();
});

const countIssued = async (): Promise<number> => {
  const { text } = await send(`${baseUrl}/metrics`);
  return Number(
    /^symbolon_credentials_issued_total\{[^}]*dc\+sd-jwt[^}]*\} (\d+)/m.exec(text)?.[1] ?? 0,
  );
};

async function expectRefusal(
  attempt: () => Promise<Answer>,
  status: number,
  error: string,
): Promise<Answer> {
  const before = await countIssued();
  const answer = await attempt();
  expect([answer.status, answer.json['error']]).toEqual([status, error]);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.text).not.toContain('credentials');
  expect(answer.json['error_description']).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
  expect(await countIssued()).toBe(before);
  return answer;
}

const key = createHolderKey();
const other = createHolderKey();

const proofOf = async (changes?: ProofChanges, by: HolderKey = key): Promise<string> =>
  createProof(by, baseUrl, await requestNonce(baseUrl), changes);

const withProofs = (...jwt: string[]): object => ({
  credential_configuration_id: CONFIGURATION,
  proofs: { jwt },
});

describe('OpenID4VCI 8.2: the body of a credential request', () => {
  for (const [why, body, error] of [
    ['is no JSON', async () => '{', 'invalid_credential_request'],
    ['is empty', async () => '', 'invalid_credential_request'],
    ['is an array', async () => '[]', 'invalid_credential_request'],
    ['is a text', async () => '"x"', 'invalid_credential_request'],
    ['is null', async () => 'null', 'invalid_credential_request'],
    ['is empty of members', async () => '{}', 'invalid_credential_request'],
    [
      '[attack 13] doubles a member',
      async () =>
        `{"credential_configuration_id":"${CONFIGURATION}","credential_configuration_id":"${CONFIGURATION}","proofs":{"jwt":["${await proofOf()}"]}}`,
      'invalid_credential_request',
    ],
    [
      '[attack 13] has the member __proto__',
      async () =>
        `{"__proto__":{"x":1},"credential_configuration_id":"${CONFIGURATION}","proofs":{"jwt":["${await proofOf()}"]}}`,
      'invalid_credential_request',
    ],
    [
      '[attack 13] is nested 10^5 deep',
      async () =>
        `{"credential_configuration_id":"${CONFIGURATION}","x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      'invalid_credential_request',
    ],
    [
      '[attack 13] has a lone surrogate',
      async () =>
        `{"credential_configuration_id":"\\ud800","proofs":{"jwt":["${await proofOf()}"]}}`,
      'invalid_credential_request',
    ],
    [
      'names a number as configuration',
      async () => ({ credential_configuration_id: 7 }),
      'invalid_credential_request',
    ],
    [
      'names no configuration',
      async () => ({ proofs: { jwt: [await proofOf()] } }),
      'invalid_credential_request',
    ],
    [
      'names configuration and identifier',
      async () => ({ ...withProofs(await proofOf()), credential_identifier: 'x' }),
      'invalid_credential_request',
    ],
    [
      'names an identifier that was not issued',
      async () => ({ credential_identifier: 'x', proofs: { jwt: [await proofOf()] } }),
      'unknown_credential_identifier',
    ],
    [
      'names an unknown configuration',
      async () => ({ ...withProofs(await proofOf()), credential_configuration_id: 'passport' }),
      'unknown_credential_configuration',
    ],
    [
      'names a member of every object as configuration',
      async () => ({ ...withProofs(await proofOf()), credential_configuration_id: 'constructor' }),
      'unknown_credential_configuration',
    ],
    [
      '[attack 67] asks for an encrypted answer',
      async () => ({
        ...withProofs(await proofOf()),
        credential_response_encryption: { jwk: key.jwk, enc: 'A128GCM' },
      }),
      'invalid_encryption_parameters',
    ],
    [
      'has no proofs',
      async () => ({ credential_configuration_id: CONFIGURATION }),
      'invalid_proof',
    ],
    [
      'has null for proofs',
      async () => ({ credential_configuration_id: CONFIGURATION, proofs: null }),
      'invalid_proof',
    ],
    ['has empty proofs', async () => withProofs(), 'invalid_proof'],
    [
      '[attack 63] has two proof types',
      async () => ({
        credential_configuration_id: CONFIGURATION,
        proofs: { jwt: [await proofOf()], attestation: ['a.b.c'] },
      }),
      'invalid_proof',
    ],
    [
      '[attack 65] has an attestation as proof',
      async () => ({
        credential_configuration_id: CONFIGURATION,
        proofs: { attestation: ['a.b.c'] },
      }),
      'invalid_proof',
    ],
    [
      'has proof and proofs',
      async () => {
        const jwt = await proofOf();
        return { ...withProofs(jwt), proof: { proof_type: 'jwt', jwt } };
      },
      'invalid_proof',
    ],
    [
      'has a single proof of another type',
      async () => ({
        credential_configuration_id: CONFIGURATION,
        proof: { proof_type: 'ldp_vp', ldp_vp: {} },
      }),
      'invalid_proof',
    ],
    [
      '[attack 63] has 10^4 proofs',
      async () => withProofs(...Array(10_000).fill('a.b.c')),
      'invalid_proof',
    ],
    [
      '[attack 63] has one proof more than the batch size',
      async () => {
        const nonce = await requestNonce(baseUrl);
        const keys = Array.from({ length: 31 }, createHolderKey);
        return withProofs(...keys.map((each) => createProof(each, baseUrl, nonce)));
      },
      'invalid_proof',
    ],
    [
      '[attack 63] proves one key twice',
      async () => withProofs(await proofOf(), await proofOf()),
      'invalid_proof',
    ],
    [
      'has one bad proof among good ones',
      async () => {
        const bad = await proofOf({ payload: { aud: 'https://other.example' } }, other);
        return withProofs(await proofOf(), bad);
      },
      'invalid_proof',
    ],
  ] as const) {
    test(`that ${why} is ${error}`, async () => {
      const sent = await body();
      await expectRefusal(() => requestCredential(baseUrl, token, sent), 400, error);
    });
  }

  test('unknown members are ignored', async () => {
    const body = { ...withProofs(await proofOf()), issuer_state: 'x', format: 'dc+sd-jwt' };
    expect((await requestCredential(baseUrl, await running.token(), body)).status).toBe(200);
  });

  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jwt', '']) {
    test(`of media type '${type}' is invalid_credential_request`, async () => {
      const body = withProofs(await proofOf());
      await expectRefusal(
        () => requestCredential(baseUrl, token, body, { 'Content-Type': type }),
        400,
        'invalid_credential_request',
      );
    });
  }

  test('for a configuration that was not offered is insufficient_scope', async () => {
    const body = {
      ...withProofs(await proofOf()),
      credential_configuration_id: 'identity-card_vc+sd-jwt',
    };
    const { headers } = await expectRefusal(
      () => requestCredential(baseUrl, token, body),
      403,
      'insufficient_scope',
    );
    expect(headers.get('www-authenticate')).toContain('error="insufficient_scope"');
  });
});

describe('OpenID4VCI F.1: a key proof', () => {
  const jwk = key.jwk;
  const secret = 'c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3I';
  for (const [why, changes] of [
    ['with typ JWT', { header: { typ: 'JWT' } }],
    ['without typ', { header: { typ: undefined } }],
    ['[attack 1] with alg none', { header: { alg: 'none' } }],
    ['[attack 1] with alg nOnE', { header: { alg: 'nOnE' } }],
    ['with alg HS256', { header: { alg: 'HS256' } }],
    ['with an alg that is not advertised', { header: { alg: 'ES384' } }],
    ['without alg', { header: { alg: undefined } }],
    ['without a key', { header: { jwk: undefined } }],
    ['with jwk and kid', { header: { kid: 'did:jwk:x#0' } }],
    ['with jwk and x5c', { header: { x5c: ['AA=='] } }],
    ['with x5c only', { header: { jwk: undefined, x5c: ['AA=='] } }],
    ['with a kid that is no DID', { header: { jwk: undefined, kid: 'key-1' } }],
    [
      'with a kid that would have to be fetched',
      { header: { jwk: undefined, kid: 'did:web:evil.example#0' } },
    ],
    ['with a malformed did:jwk', { header: { jwk: undefined, kid: 'did:jwk:@@@#0' } }],
    ['with a private key in its header', { header: { jwk: { ...jwk, d: secret } } }],
    ['with a symmetric key in its header', { header: { jwk: { kty: 'oct', k: secret } } }],
    ['with another key in its header', { header: { jwk: other.jwk } }],
    ['with a key for encryption', { header: { jwk: { ...jwk, use: 'enc' } } }],
    ['with a key for another algorithm', { header: { jwk: { ...jwk, alg: 'ES384' } } }],
    ['with a key that may not verify', { header: { jwk: { ...jwk, key_ops: ['encrypt'] } } }],
    ['with a key that is not on the curve', { header: { jwk: { ...jwk, x: jwk.y } } }],
    ['with a coordinate that is too short', { header: { jwk: { ...jwk, x: 'AA' } } }],
    ['with a key on another curve', { header: { jwk: { ...jwk, crv: 'P-384' } } }],
    [
      '[attack 65] with a key attestation, which nobody here can judge',
      { header: { key_attestation: 'a.b.c' } },
    ],
    ['with a trust chain', { header: { trust_chain: ['a.b.c'] } }],
    ['[attack 7] with crit', { header: { crit: ['exp'], exp: 1 } }],
    ['[attack 7] with b64 false', { header: { crit: ['b64'], b64: false } }],
    ['without aud', { payload: { aud: undefined } }],
    ['with another aud', { payload: { aud: 'https://other.example' } }],
    ['with aud in another spelling', { payload: { aud: 'HTTP://127.0.0.1' } }],
    ['with an array as aud', { payload: { aud: ['https://other.example'] } }],
    ['with iss of nobody', { payload: { iss: 'someone' } }],
    ['without iat', { payload: { iat: undefined } }],
    ['[attack 13] with iat as text', { payload: { iat: String(seconds()) } }],
    ['[attack 13] with a negative iat', { payload: { iat: -1 } }],
    ['with iat an hour ago', { payload: { iat: seconds() - 3600 } }],
    ['with iat in an hour', { payload: { iat: seconds() + 3600 } }],
    ['[attack 13] with exp as text', { payload: { exp: '9999999999' } }],
    ['with exp in the past', { payload: { exp: seconds() - 3600 } }],
    ['with nbf in the future', { payload: { nbf: seconds() + 3600 } }],
    ['without nonce', { payload: { nonce: undefined } }],
    ['with a nonce that is a number', { payload: { nonce: 7 } }],
  ] as const) {
    test(`[attack 61] ${why} is invalid_proof`, async () => {
      const proof = await proofOf(changes);
      await expectRefusal(
        () => requestCredential(baseUrl, token, withProofs(proof)),
        400,
        'invalid_proof',
      );
    });
  }

  const header = { typ: 'openid4vci-proof+jwt', alg: 'ES256', jwk };
  for (const [why, forge] of [
    ['[attack 13] whose payload is an array', async () => signJws(key, header, ['x'])],
    ['[attack 13] whose payload is no JSON', async () => signJws(key, header, '{')],
    [
      '[attack 13] with iat 1e400',
      async () =>
        signJws(
          key,
          header,
          `{"aud":"${baseUrl}","iat":1e400,"nonce":"${await requestNonce(baseUrl)}"}`,
        ),
    ],
    [
      '[attack 13] with a doubled aud',
      async () =>
        signJws(
          key,
          header,
          `{"aud":"x","aud":"${baseUrl}","iat":${seconds()},"nonce":"${await requestNonce(baseUrl)}"}`,
        ),
    ],
    [
      '[attack 9] with a signature of zeros',
      async () => (await proofOf()).replace(/[^.]*$/, 'A'.repeat(86)),
    ],
    [
      '[attack 9] with a signature of 63 bytes',
      async () => (await proofOf()).replace(/[^.]*$/, 'A'.repeat(84)),
    ],
    ['[attack 1] without a signature', async () => (await proofOf()).replace(/[^.]*$/, '')],
    ['[attack 11] with padding', async () => `${await proofOf()}==`],
    ['[attack 11] with a space', async () => ` ${await proofOf()}`],
    ['[attack 11] with a part too many', async () => `${await proofOf()}.x`],
    ['[attack 11] with two parts', async () => (await proofOf()).split('.').slice(0, 2).join('.')],
    ['of 9 kB', async () => proofOf({ payload: { padding: 'x'.repeat(9000) } })],
  ] as const) {
    test(`[attack 61] ${why} is invalid_proof`, async () => {
      const proof = await forge();
      await expectRefusal(
        () => requestCredential(baseUrl, token, withProofs(proof)),
        400,
        'invalid_proof',
      );
    });
  }

  for (const [why, nonce] of [
    ['of another issuer', 'A'.repeat(48)],
    ['that is no nonce', 'x'],
    ['[attack 115] with NUL', '\0'],
  ] as const) {
    test(`[attack 61] with a nonce ${why} is invalid_nonce`, async () => {
      const proof = createProof(key, baseUrl, nonce);
      await expectRefusal(
        () => requestCredential(baseUrl, token, withProofs(proof)),
        400,
        'invalid_nonce',
      );
    });
  }

  test('[attack 61] with a nonce that was used is invalid_nonce, with whatever token and key', async () => {
    const nonce = await requestNonce(baseUrl);
    const use = async (by: HolderKey): Promise<Answer> =>
      requestCredential(
        baseUrl,
        await running.token(),
        withProofs(createProof(by, baseUrl, nonce)),
      );
    expect((await use(key)).status).toBe(200);
    await expectRefusal(() => use(other), 400, 'invalid_nonce');
  });

  test('of 20 requests at once with one nonce, one gets a credential', async () => {
    const nonce = await requestNonce(baseUrl);
    const answers = await Promise.all(
      Array.from({ length: 20 }, async () =>
        requestCredential(
          baseUrl,
          token,
          withProofs(createProof(createHolderKey(), baseUrl, nonce)),
        ),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const refused = answers.filter(({ status }) => status !== 200);
    expect(new Set(refused.map(({ json }) => json['error']))).toEqual(new Set(['invalid_nonce']));
  });
});

describe('the access token', () => {
  const body = async (): Promise<object> => withProofs(await proofOf());

  for (const [why, headers, error] of [
    ['unknown', { Authorization: `Bearer ${'A'.repeat(48)}` }, 'invalid_token'],
    ['of another shape', { Authorization: 'Bearer x' }, 'invalid_token'],
    ['empty', { Authorization: 'Bearer ' }, 'invalid_token'],
    ['with a comma', { Authorization: 'Bearer a,b' }, 'invalid_token'],
    ['of 10 kB', { Authorization: `Bearer ${'A'.repeat(10_000)}` }, 'invalid_token'],
    ['by another scheme', { Authorization: 'Basic YTpi' }, 'invalid_token'],
    ['missing', { Authorization: '' }, 'invalid_token'],
  ] as const) {
    test(`${why}: 401 with a challenge`, async () => {
      const sent = await body();
      const answer = await expectRefusal(
        () => requestCredential(baseUrl, 'unused', sent, headers),
        401,
        error,
      );
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer.*DPoP algs="ES256/);
    });
  }

  test('RFC 6750 3.1: a token with something behind it is another token', async () => {
    for (const tail of ['.', '.x', '.x.y', `.${'A'.repeat(22)}.`]) {
      const sent = await body();
      await expectRefusal(
        () => requestCredential(baseUrl, `${token}${tail}`, sent),
        401,
        'invalid_token',
      );
    }
  });

  test('[attack 59] RFC 6750: in the query or the body it is no token', async () => {
    const sent = JSON.stringify({ ...(await body()), access_token: token });
    for (const place of ['', `?access_token=${token}`]) {
      const headers = { 'Content-Type': 'application/json' };
      const url = `${baseUrl}/credential${place}`;
      await expectRefusal(
        () => send(url, { method: 'POST', headers, body: sent }),
        401,
        'invalid_token',
      );
    }
    expect(running.log()).not.toContain(token);
  });

  test('RFC 6750 3: without a token the challenge names no error', async () => {
    const { headers } = await send(`${baseUrl}/credential`, { method: 'POST' });
    expect(headers.get('www-authenticate')).not.toContain('error');
  });

  test('a mark of a client that was taken off or changed opens nothing', async () => {
    const { code, txCode } = await running.offer(['dc+sd-jwt']);
    const { json } = await requestToken(baseUrl, {
      'pre-authorized_code': code,
      tx_code: txCode,
      client_id: 'wallet',
    });
    const marked = String(json['access_token']);
    const proof = await proofOf({ payload: { iss: 'wallet' } });
    for (const forged of [marked.split('.')[0], `${marked.split('.')[0]}.${'A'.repeat(22)}`]) {
      await expectRefusal(
        () => requestCredential(baseUrl, String(forged), withProofs(proof)),
        400,
        'invalid_proof',
      );
    }
  });

  test('of a suspended or revoked enrolment: credential_request_denied', async () => {
    const enrolmentId = await running.enrol();
    const { code, txCode } = await running.offer(['dc+sd-jwt'], 'value', enrolmentId);
    const parameters = { 'pre-authorized_code': code, tx_code: txCode };
    const { json } = await requestToken(baseUrl, parameters);
    await running.issuer.store.setEnrolmentState(enrolmentId, 'suspended');
    const sent = await body();
    await expectRefusal(
      () => requestCredential(baseUrl, String(json['access_token']), sent),
      400,
      'credential_request_denied',
    );
  });
});

describe('RFC 9449: a token that is bound to a key', () => {
  const dpopKey = createHolderKey();
  let bound: string;

  beforeAll(async () => {
    const { code, txCode } = await running.offer(['dc+sd-jwt']);
    const { json } = await requestToken(
      baseUrl,
      { 'pre-authorized_code': code, tx_code: txCode },
      { DPoP: createDpop(dpopKey, `${baseUrl}/token`, undefined) },
    );
    bound = String(json['access_token']);
  });

  const proof = (changes?: ProofChanges, by = dpopKey, accessToken = bound): string =>
    createDpop(by, `${baseUrl}/credential`, accessToken, changes);

  for (const [why, headers, error] of [
    ['[attack 59] as Bearer', () => ({ Authorization: `Bearer ${bound}` }), 'invalid_token'],
    [
      'as Bearer with a proof',
      () => ({ Authorization: `Bearer ${bound}`, DPoP: proof() }),
      'invalid_token',
    ],
    ['without a proof', () => ({ Authorization: `DPoP ${bound}` }), 'invalid_dpop_proof'],
    [
      'with a proof by another key',
      () => ({ Authorization: `DPoP ${bound}`, DPoP: proof({}, other) }),
      'invalid_token',
    ],
    [
      'with a proof for another token',
      () => ({ Authorization: `DPoP ${bound}`, DPoP: proof({}, dpopKey, token) }),
      'invalid_dpop_proof',
    ],
    [
      'with a proof without ath',
      () => ({ Authorization: `DPoP ${bound}`, DPoP: proof({ payload: { ath: undefined } }) }),
      'invalid_dpop_proof',
    ],
    [
      'with a proof for the token endpoint',
      () => ({
        Authorization: `DPoP ${bound}`,
        DPoP: createDpop(dpopKey, `${baseUrl}/token`, bound),
      }),
      'invalid_dpop_proof',
    ],
    [
      'with an old proof',
      () => ({
        Authorization: `DPoP ${bound}`,
        DPoP: proof({ payload: { iat: seconds() - 200 } }),
      }),
      'invalid_dpop_proof',
    ],
    [
      '[attack 59] an unbound token as DPoP',
      () => ({ Authorization: `DPoP ${token}`, DPoP: proof({}, dpopKey, token) }),
      'invalid_token',
    ],
  ] as const) {
    test(`${why}: 401 ${error}`, async () => {
      const sent = withProofs(await proofOf());
      const answer = await expectRefusal(
        () => requestCredential(baseUrl, bound, sent, headers()),
        401,
        error,
      );
      expect(answer.headers.get('www-authenticate')).toContain(`error="${error}"`);
    });
  }

  test('with a proof that was used: 401 invalid_dpop_proof', async () => {
    const headers = { Authorization: `DPoP ${bound}`, DPoP: proof() };
    const sent = withProofs(await proofOf());
    expect((await requestCredential(baseUrl, bound, sent, headers)).status).toBe(200);
    const again = withProofs(await proofOf());
    await expectRefusal(
      () => requestCredential(baseUrl, bound, again, headers),
      401,
      'invalid_dpop_proof',
    );
  });
});

test('compatibility.draft15_proof false: a single proof is invalid_proof', async () => {
  const strict = await startIssuer({ compatibility: { draft15_proof: false } });
  try {
    const jwt = createProof(key, strict.baseUrl, await requestNonce(strict.baseUrl));
    const body = {
      credential_configuration_id: CONFIGURATION,
      proof: { proof_type: 'jwt', jwt },
    };
    const { status, json } = await requestCredential(strict.baseUrl, await strict.token(), body);
    expect([status, json['error']]).toEqual([400, 'invalid_proof']);
  } finally {
    await strict.stop();
  }
});

// Last, since after a jump of the clock and back what was spent meanwhile stays spent.
test('[attack 61] a key proof with a nonce that has ended is invalid_nonce', async () => {
  const nonce = await requestNonce(baseUrl);
  running.clock.ahead = 301;
  try {
    const proof = createProof(key, baseUrl, nonce, { payload: { iat: seconds() + 301 } });
    const later = await running.token();
    await expectRefusal(
      () => requestCredential(baseUrl, later, withProofs(proof)),
      400,
      'invalid_nonce',
    );
  } finally {
    running.clock.ahead = 0;
  }
});

test('an access token that has expired: 401 invalid_token', async () => {
  const old = await running.token();
  running.clock.ahead = 100_000;
  try {
    const sent = withProofs(await proofOf());
    await expectRefusal(() => requestCredential(baseUrl, old, sent), 401, 'invalid_token');
  } finally {
    running.clock.ahead = 0;
  }
});
