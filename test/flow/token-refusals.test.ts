import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Answer,
  createDpop,
  createHolderKey,
  GRANT,
  requestToken,
  seconds,
  send,
  signJws,
} from './holder.ts';
import { type ReceivedOffer, type RunningIssuer, startIssuer } from './running-issuer.ts';

let running: RunningIssuer;
let baseUrl: string;

beforeAll(async () => {
  running = await startIssuer({ limits: { failures_per_minute: 100_000 } });
  baseUrl = running.baseUrl;
});

afterAll(async () => {
  await running.stop();
});

const form = 'application/x-www-form-urlencoded';
const post = (body: string, headers: Record<string, string> = { 'Content-Type': form }) =>
  send(`${baseUrl}/token`, { method: 'POST', body, headers });

const redeem = ({ code, txCode }: ReceivedOffer, changes: Record<string, string> = {}) =>
  requestToken(baseUrl, { 'pre-authorized_code': code, tx_code: txCode, ...changes });

function expectRefusal(answer: Answer, status: number, error: string): void {
  expect([answer.status, answer.json['error']]).toEqual([status, error]);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.headers.get('content-type')).toBe('application/json');
  expect(answer.json['error_description']).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
}

const grant = encodeURIComponent(GRANT);

describe('requests that spend nothing', () => {
  for (const [why, body, error] of [
    [
      'no grant_type',
      (o: ReceivedOffer) => `pre-authorized_code=${o.code}&tx_code=${o.txCode}`,
      'invalid_request',
    ],
    [
      'another grant_type',
      (o: ReceivedOffer) => `grant_type=password&pre-authorized_code=${o.code}`,
      'unsupported_grant_type',
    ],
    ['no code', (o: ReceivedOffer) => `grant_type=${grant}&tx_code=${o.txCode}`, 'invalid_request'],
    [
      'an empty code',
      () => `grant_type=${grant}&pre-authorized_code=&tx_code=1`,
      'invalid_request',
    ],
    [
      'no tx_code',
      (o: ReceivedOffer) => `grant_type=${grant}&pre-authorized_code=${o.code}`,
      'invalid_request',
    ],
    [
      'an empty tx_code',
      (o: ReceivedOffer) => `grant_type=${grant}&pre-authorized_code=${o.code}&tx_code=`,
      'invalid_request',
    ],
    [
      'RFC 6749 3.2: a code twice',
      (o: ReceivedOffer) =>
        `grant_type=${grant}&pre-authorized_code=${o.code}&pre-authorized_code=${o.code}&tx_code=${o.txCode}`,
      'invalid_request',
    ],
    [
      'RFC 6749 5.2: a grant_type twice',
      (o: ReceivedOffer) =>
        `grant_type=${grant}&grant_type=${grant}&pre-authorized_code=${o.code}&tx_code=${o.txCode}`,
      'invalid_request',
    ],
    [
      'a tx_code twice',
      (o: ReceivedOffer) =>
        `grant_type=${grant}&pre-authorized_code=${o.code}&tx_code=1&tx_code=${o.txCode}`,
      'invalid_request',
    ],
    [
      'a malformed escape',
      (o: ReceivedOffer) => `grant_type=${grant}&pre-authorized_code=${o.code}&tx_code=%FF`,
      'invalid_request',
    ],
    [
      'a code of 10 kB',
      () => `grant_type=${grant}&pre-authorized_code=${'a'.repeat(8000)}&tx_code=1`,
      'invalid_request',
    ],
    [
      'a tx_code of 65 characters',
      (o: ReceivedOffer) =>
        `grant_type=${grant}&pre-authorized_code=${o.code}&tx_code=${'1'.repeat(65)}`,
      'invalid_request',
    ],
    ['forty parameters', () => 'a=1&'.repeat(40), 'invalid_request'],
    ['nothing at all', () => '', 'invalid_request'],
    ['JSON in the body', () => '{"grant_type":"x"}', 'invalid_request'],
    [
      'an unknown code',
      (o: ReceivedOffer) =>
        `grant_type=${grant}&pre-authorized_code=${'A'.repeat(48)}&tx_code=${o.txCode}`,
      'invalid_grant',
    ],
    [
      'a code of another shape',
      () => `grant_type=${grant}&pre-authorized_code=x&tx_code=123456`,
      'invalid_grant',
    ],
    [
      '[attack 115] SQL in a code',
      () =>
        `grant_type=${grant}&pre-authorized_code=${encodeURIComponent("' OR 1=1 --")}&tx_code=1`,
      'invalid_grant',
    ],
    [
      '[attack 115] NUL in a code',
      () => `grant_type=${grant}&pre-authorized_code=%00%00&tx_code=%00`,
      'invalid_grant',
    ],
    [
      'a code with one bit changed',
      (o: ReceivedOffer) =>
        `grant_type=${grant}&pre-authorized_code=${o.code.slice(0, -1)}${o.code.endsWith('A') ? 'B' : 'A'}&tx_code=${o.txCode}`,
      'invalid_grant',
    ],
    [
      'a code whose end was put off',
      (o: ReceivedOffer) =>
        `grant_type=${grant}&pre-authorized_code=${'_'.repeat(4)}${o.code.slice(4)}&tx_code=${o.txCode}`,
      'invalid_grant',
    ],
  ] as const) {
    test(`${why} is ${error}, and the offer is good afterwards`, async () => {
      const offer = await running.offer(['dc+sd-jwt']);
      expectRefusal(await post(body(offer)), 400, error);
      expect((await redeem(offer)).status).toBe(200);
    });
  }

  for (const [why, headers, parameters] of [
    ['HTTP Basic', { Authorization: 'Basic YTpi' }, ''],
    ['a bearer token', { Authorization: `Bearer ${'A'.repeat(48)}` }, ''],
    ['a secret', {}, '&client_id=a&client_secret=b'],
    ['an assertion', {}, '&client_assertion_type=urn%3Aa&client_assertion=a.b.c'],
  ] as const) {
    test(`RFC 6749 5.2: client authentication by ${why} is invalid_client, and the offer is good afterwards`, async () => {
      const offer = await running.offer(['dc+sd-jwt']);
      const { code, txCode } = offer;
      const body = `grant_type=${grant}&pre-authorized_code=${code}&tx_code=${txCode}${parameters}`;
      const answer = await post(body, { 'Content-Type': form, ...headers });
      expectRefusal(answer, 401, 'invalid_client');
      expect(answer.headers.get('www-authenticate')).toBe('Basic realm="token"');
      expect((await redeem(offer)).status).toBe(200);
    });
  }

  for (const [why, contentType] of [
    ['JSON', 'application/json'],
    ['text', 'text/plain'],
    ['multipart', 'multipart/form-data; boundary=x'],
    ['a longer name', `${form}x`],
    ['none', ''],
  ] as const) {
    test(`a form that calls itself ${why} is invalid_request`, async () => {
      const { code, txCode } = await running.offer(['dc+sd-jwt']);
      const body = `grant_type=${grant}&pre-authorized_code=${code}&tx_code=${txCode}`;
      expectRefusal(await post(body, { 'Content-Type': contentType }), 400, 'invalid_request');
    });
  }

  test('a charset parameter of the media type does not matter', async () => {
    const { code, txCode } = await running.offer(['dc+sd-jwt']);
    const body = `grant_type=${grant}&pre-authorized_code=${code}&tx_code=${txCode}`;
    const headers = { 'Content-Type': `${form.toUpperCase()}; charset=UTF-8` };
    expect((await post(body, headers)).status).toBe(200);
  });

  test('parameters in the query do not count', async () => {
    const { code, txCode } = await running.offer(['dc+sd-jwt']);
    const query = `grant_type=${grant}&pre-authorized_code=${code}&tx_code=${txCode}`;
    const answer = await send(`${baseUrl}/token?${query}`, {
      method: 'POST',
      headers: { 'Content-Type': form },
    });
    expectRefusal(answer, 400, 'invalid_request');
    expect(running.log()).not.toContain(code);
  });

  for (const method of ['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD']) {
    test(`${method} /token is 405 and says that POST is allowed`, async () => {
      const { status, headers } = await send(`${baseUrl}/token`, { method });
      expect([status, headers.get('allow')]).toEqual([405, 'POST']);
    });
  }
});

describe('codes', () => {
  test('OpenID4VCI 6.3: a code is redeemed once', async () => {
    const offer = await running.offer(['dc+sd-jwt']);
    expect((await redeem(offer)).status).toBe(200);
    expectRefusal(await redeem(offer), 400, 'invalid_grant');
  });

  test('OpenID4VCI 6.3: a wrong tx_code is invalid_grant, and the right one is good afterwards', async () => {
    const offer = await running.offer(['dc+sd-jwt']);
    const wrong = offer.txCode === '000000' ? '000001' : '000000';
    expectRefusal(await redeem(offer, { tx_code: wrong }), 400, 'invalid_grant');
    expect((await redeem(offer)).status).toBe(200);
  });

  test('[attack 49] the fifth wrong tx_code burns the code', async () => {
    const offer = await running.offer(['dc+sd-jwt']);
    const wrong = offer.txCode === '000000' ? '000001' : '000000';
    for (let guess = 0; guess < 5; guess += 1) {
      expectRefusal(await redeem(offer, { tx_code: wrong }), 400, 'invalid_grant');
    }
    expectRefusal(await redeem(offer), 400, 'invalid_grant');
  });

  test('[attack 49] 50 parallel wrong guesses and then the right one: no token', async () => {
    const offer = await running.offer(['dc+sd-jwt']);
    const guesses = Array.from({ length: 50 }, (_, at) => String(at).padStart(6, '0'));
    const wrong = guesses.filter((guess) => guess !== offer.txCode);
    const answers = await Promise.all(wrong.map((tx_code) => redeem(offer, { tx_code })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([400]));
    expectRefusal(await redeem(offer), 400, 'invalid_grant');
  });

  test('50 parallel redemptions of one code give exactly one token', async () => {
    const offer = await running.offer(['dc+sd-jwt']);
    const answers = await Promise.all(Array.from({ length: 50 }, () => redeem(offer)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const refused = answers.filter(({ status }) => status !== 200);
    expect(new Set(refused.map(({ json }) => json['error']))).toEqual(new Set(['invalid_grant']));
  });

  test('an expired code is invalid_grant', async () => {
    const offer = await running.offer(['dc+sd-jwt']);
    running.clock.ahead = running.issuer.config.offerSeconds;
    try {
      expectRefusal(await redeem(offer), 400, 'invalid_grant');
    } finally {
      running.clock.ahead = 0;
    }
  });
});

describe('DPoP at the token endpoint', () => {
  const key = createHolderKey();
  const url = (): string => `${baseUrl}/token`;
  const other = createHolderKey();
  const attempt = async (proof: string): Promise<Answer> => {
    const { code, txCode } = await running.offer(['dc+sd-jwt']);
    const parameters = { 'pre-authorized_code': code, tx_code: txCode };
    const answer = await requestToken(baseUrl, parameters, { DPoP: proof });
    if (answer.status !== 200) expect((await requestToken(baseUrl, parameters)).status).toBe(200);
    return answer;
  };
  const payload = (): Record<string, unknown> => ({
    jti: randomBytes(16).toString('hex'),
    htm: 'POST',
    htu: url(),
    iat: seconds(),
  });
  const header = { typ: 'dpop+jwt', alg: 'ES256', jwk: key.jwk };

  for (const [why, proof] of [
    ['typ JWT', () => createDpop(key, url(), undefined, { header: { typ: 'JWT' } })],
    ['no typ', () => createDpop(key, url(), undefined, { header: { typ: undefined } })],
    ['alg none', () => createDpop(key, url(), undefined, { header: { alg: 'none' } })],
    ['alg HS256', () => createDpop(key, url(), undefined, { header: { alg: 'HS256' } })],
    ['no key', () => createDpop(key, url(), undefined, { header: { jwk: undefined } })],
    [
      'a private key',
      () => createDpop(key, url(), undefined, { header: { jwk: { ...key.jwk, d: key.jwk.x } } }),
    ],
    ['another key', () => createDpop(key, url(), undefined, { header: { jwk: other.jwk } })],
    ['htm GET', () => createDpop(key, url(), undefined, { payload: { htm: 'GET' } })],
    ['htu of another endpoint', () => createDpop(key, `${baseUrl}/credential`, undefined)],
    ['htu of another host', () => createDpop(key, 'https://evil.example/token', undefined)],
    ['htu with a user', () => createDpop(key, url().replace('//', '//u@'), undefined)],
    ['htu that is no URL', () => createDpop(key, 'token', undefined)],
    [
      'iat two minutes ago',
      () => createDpop(key, url(), undefined, { payload: { iat: seconds() - 121 } }),
    ],
    [
      'iat in the future',
      () => createDpop(key, url(), undefined, { payload: { iat: seconds() + 90 } }),
    ],
    [
      'iat as text',
      () => createDpop(key, url(), undefined, { payload: { iat: String(seconds()) } }),
    ],
    ['no iat', () => createDpop(key, url(), undefined, { payload: { iat: undefined } })],
    ['no jti', () => createDpop(key, url(), undefined, { payload: { jti: undefined } })],
    ['a payload that is an array', () => signJws(key, header, [payload()])],
    [
      '[attack 13] a doubled member',
      () => signJws(key, header, `{"jti":"a",${JSON.stringify(payload()).slice(1)}`),
    ],
    [
      '[attack 7] crit',
      () => createDpop(key, url(), undefined, { header: { crit: ['exp'], exp: 1 } }),
    ],
    [
      'two JWTs',
      () => `${createDpop(key, url(), undefined)}, ${createDpop(key, url(), undefined)}`,
    ],
    ['no JWT', () => 'x'],
  ] as const) {
    test(`RFC 9449 4.3: ${why} is invalid_dpop_proof, and the code is not spent`, async () => {
      expectRefusal(await attempt(proof()), 400, 'invalid_dpop_proof');
    });
  }

  test('RFC 9449 4.3: htu is compared after normalisation, without query and fragment', async () => {
    const spelled = `${baseUrl.replace('http', 'HTTP')}/./token?x=1#y`;
    expect((await attempt(createDpop(key, spelled, undefined))).status).toBe(200);
  });

  test('RFC 9449 11.1: a proof is good once', async () => {
    const proof = createDpop(key, url(), undefined);
    expect((await attempt(proof)).status).toBe(200);
    expectRefusal(await attempt(proof), 400, 'invalid_dpop_proof');
  });
});
