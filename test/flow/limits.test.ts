import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  createHolderKey,
  createProof,
  GRANT,
  requestCredential,
  requestNonce,
  requestToken,
  send,
} from './holder.ts';
import { type RunningIssuer, startIssuer } from './running-issuer.ts';

let running: RunningIssuer;
let baseUrl: string;

beforeAll(async () => {
  running = await startIssuer({
    limits: { request_seconds: 2, failures_per_minute: 100_000 },
  });
  baseUrl = running.baseUrl;
});

afterEach(async () => {
  // Whatever was sent, others are still served.
  expect((await send(`${baseUrl}/healthz`)).status).toBe(200);
});

afterAll(async () => {
  await running.stop();
});

/** Sends bytes as they are and gives everything that comes back until the connection ends. */
const raw = (...parts: (string | number)[]): Promise<string> =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(baseUrl);
    const socket = connect(Number(port), hostname);
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(text));
    void (async () => {
      for (const part of parts) {
        if (typeof part === 'string') socket.write(part);
        else await new Promise((wake) => setTimeout(wake, part));
      }
    })();
  });

const POSTS = ['/token', '/nonce', '/credential'] as const;

describe('[attack 113] bodies', () => {
  for (const path of POSTS) {
    test(`10 MB to ${path} is 413, or 401 where a token is missing`, async () => {
      const { status } = await send(`${baseUrl}${path}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        body: randomBytes(5_000_000).toString('hex'),
      });
      expect(status).toBe(path === '/credential' ? 401 : 413);
    });
  }

  test('10 MB to /credential with a token is 413', async () => {
    const token = await running.token();
    const { status, json } = await requestCredential(baseUrl, token, 'x'.repeat(10_000_000));
    expect([status, json['error']]).toEqual([413, 'body_too_large']);
  });

  test('a body that does not say how long it is, is measured', async () => {
    const chunk = `${(65_536).toString(16)}\r\n${'x'.repeat(65_536)}\r\n`;
    const head =
      'POST /nonce HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n';
    expect(await raw(head + chunk.repeat(10), '0\r\n\r\n')).toMatch(/^HTTP\/1.1 413 /);
  });

  for (const path of POSTS) {
    test(`a compressed body to ${path} is refused unread`, async () => {
      const token = path === '/credential' ? await running.token() : '';
      const { status } = await send(`${baseUrl}${path}`, {
        method: 'POST',
        headers: {
          'Content-Type':
            path === '/token' ? 'application/x-www-form-urlencoded' : 'application/json',
          'Content-Encoding': 'gzip',
          Authorization: `Bearer ${token}`,
        },
        body: gzipSync(Buffer.alloc(10_000_000)),
      });
      expect(status).toBe(415);
    });
  }

  test('a body that is not UTF-8 is refused', async () => {
    const { status, json } = await send(`${baseUrl}/token`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: new Uint8Array([0x61, 0x3d, 0xff, 0xfe]),
    });
    expect([status, json['error']]).toEqual([400, 'invalid_request']);
  });
});

describe('[attack 113] time and heads', () => {
  test('a head that trickles is 408', async () => {
    const answer = await raw('POST /nonce HTTP/1.1\r\nHost: x\r\n', 1000, 'X-A: 1\r\n', 2500);
    expect(answer).toMatch(/^HTTP\/1.1 408 /);
  });

  test('a body that trickles is 408', async () => {
    const head = 'POST /nonce HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n';
    expect(await raw(head, 'x', 1000, 'x', 2500)).toMatch(/^HTTP\/1.1 408 /);
  });

  test('10^4 headers are 431', async () => {
    const headers = Array.from({ length: 10_000 }, (_, at) => `X-${at}: 1\r\n`).join('');
    const answer = await raw(`GET /healthz HTTP/1.1\r\nHost: x\r\n${headers}\r\n`);
    expect(answer).toMatch(/^HTTP\/1.1 431 /);
  });

  test('a path of 20 kB is 431', async () => {
    const answer = await raw(`GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1.1 (?:414|431) /);
  });

  for (const [why, head] of [
    ['length and chunks', 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n'],
    ['two lengths', 'Content-Length: 5\r\nContent-Length: 6\r\n'],
    ['a spaced-out chunked', 'Transfer-Encoding : chunked\r\n'],
    ['an unknown transfer coding', 'Transfer-Encoding: xchunked\r\n'],
    ['a folded header', 'X-A: 1\r\n 2\r\nTransfer-Encoding: chunked, identity\r\n'],
    ['a negative length', 'Content-Length: -1\r\n'],
  ] as const) {
    test(`a request with ${why} is 400, and nothing behind it is answered`, async () => {
      const smuggled = '0\r\n\r\nGET /metrics HTTP/1.1\r\nHost: x\r\n\r\n';
      const answer = await raw(`POST /nonce HTTP/1.1\r\nHost: x\r\n${head}\r\n${smuggled}`);
      expect(answer).toMatch(/^HTTP\/1.1 400 /);
      expect(answer).not.toContain('symbolon_');
    });
  }
});

test('RFC 6750: two Authorization headers are refused', async () => {
  const token = await running.token();
  const lines = `Authorization: Bearer ${token}\r\nAuthorization: Bearer x\r\n`;
  const answer = await raw(
    `POST /credential HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${lines}Content-Length: 0\r\n\r\n`,
  );
  expect(answer).toMatch(/^HTTP\/1.1 400 /);
});

describe('rate limits', () => {
  test('[attack 51] 10^4 random codes: refused, then stopped, and none was right', async () => {
    const guarded = await startIssuer();
    try {
      const statuses = new Map<number, number>();
      const guess = async (): Promise<void> => {
        const { status } = await requestToken(guarded.baseUrl, {
          'pre-authorized_code': randomBytes(36).toString('base64url'),
          tx_code: '000000',
        });
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      };
      for (let round = 0; round < 100; round += 1) {
        await Promise.all(Array.from({ length: 100 }, guess));
      }
      expect(new Set(statuses.keys())).toEqual(new Set([400, 429]));
      expect(statuses.get(400)).toBeLessThan(3000);
      expect(guarded.issuer.config.limits.failuresPerMinute).toBeLessThanOrEqual(1000);
    } finally {
      await guarded.stop();
    }
  });

  test('[attack 49] wrong transaction codes are limited over all offers of one address', async () => {
    const guarded = await startIssuer({ limits: { failures_per_minute: 12 } });
    try {
      const answers: (number | string | null)[] = [];
      for (let offer = 0; offer < 4; offer += 1) {
        const { code } = await guarded.offer(['dc+sd-jwt']);
        for (let guess = 0; guess < 4; guess += 1) {
          const { status, headers } = await requestToken(guarded.baseUrl, {
            'pre-authorized_code': code,
            tx_code: 'wrong',
          });
          answers.push(status === 429 ? headers.get('retry-after') : status);
        }
      }
      expect(answers.slice(0, 12)).toEqual(Array(12).fill(400));
      for (const wait of answers.slice(12)) expect(Number(wait)).toBeLessThanOrEqual(60);
    } finally {
      await guarded.stop();
    }
  });

  test('1,000 issuances from one address pass', async () => {
    const plain = await startIssuer();
    try {
      const flow = async (): Promise<number> => {
        const { code, txCode } = await plain.offer(['dc+sd-jwt']);
        const { json } = await requestToken(plain.baseUrl, {
          'pre-authorized_code': code,
          tx_code: txCode,
        });
        const nonce = await requestNonce(plain.baseUrl);
        const { status } = await requestCredential(plain.baseUrl, String(json['access_token']), {
          credential_configuration_id: 'identity-card_dc+sd-jwt',
          proofs: { jwt: [createProof(createHolderKey(), plain.baseUrl, nonce)] },
        });
        return status;
      };
      for (let round = 0; round < 50; round += 1) {
        const statuses = await Promise.all(Array.from({ length: 20 }, flow));
        expect(new Set(statuses)).toEqual(new Set([200]));
      }
    } finally {
      await plain.stop();
    }
  });
});

test('[attack 119] the log of a whole flow holds no code, token, nonce, credential, name or number', async () => {
  const planted = { family_name: '诸葛', given_name: 'Planted' };
  const enrolmentId = await running.enrol(planted);
  const key = createHolderKey();
  const { code, txCode } = await running.offer(['dc+sd-jwt'], 'value', enrolmentId);
  const { offerUri } = await running.offer(['dc+sd-jwt'], 'reference', enrolmentId);
  const reference = new URL(String(new URL(offerUri).searchParams.get('credential_offer_uri')));
  await send(reference.href);
  await requestToken(baseUrl, { 'pre-authorized_code': code, tx_code: '99x' });
  const { json } = await requestToken(baseUrl, { 'pre-authorized_code': code, tx_code: txCode });
  const token = String(json['access_token']);
  const nonce = await requestNonce(baseUrl);
  const proof = createProof(key, baseUrl, nonce);
  const { text } = await requestCredential(baseUrl, token, {
    credential_configuration_id: 'identity-card_dc+sd-jwt',
    proofs: { jwt: [proof] },
  });
  await send(`${baseUrl}/nonce?secret=${token}`, { method: 'POST' });
  await send(`${baseUrl}/forged%0a{"level":30}?x=%1b[2J${token}`);
  await send(`${baseUrl}/token`, { method: 'POST', headers: { 'User-Agent': 'planted-agent' } });
  const log = running.log();
  expect(log).toContain('/credential');
  for (const secret of [
    code,
    token,
    nonce,
    proof,
    text.slice(30, 200),
    reference.pathname.slice('/offers/'.length),
    key.jwk.x,
    enrolmentId,
    planted.family_name,
    planted.given_name,
    'planted',
    'forged',
    GRANT,
  ]) {
    expect(log).not.toContain(secret);
  }
  // A transaction code has six digits, which a time may have too: look for it as a value.
  expect(log).not.toMatch(new RegExp(`"${txCode}"|[:=]${txCode}\\b`));
  for (const line of log.trim().split('\n')) expect(() => JSON.parse(line)).not.toThrow();
});
