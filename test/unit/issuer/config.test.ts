import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../../issuer/config.ts';

const FILE = {
  kind: 'symbolon-issuer',
  version: 1,
  authority: 'City of Example',
  demo: false,
  base_url: 'https://id.example',
  listen: { host: '127.0.0.1', port: 8080 },
};

test('what an operator leaves out has its default', () => {
  expect(parseConfig(JSON.stringify(FILE))).toEqual({
    authority: 'City of Example',
    country: 'CN',
    demo: false,
    baseUrl: 'https://id.example',
    listen: { host: '127.0.0.1', port: 8080 },
    compatibility: { draft15Proof: true },
    limits: {
      failuresPerMinute: 600,
      requestsPerMinute: 120_000,
      bodyBytes: 262_144,
      requestSeconds: 15,
      connections: 4_096,
    },
    register: { kind: 'embedded' },
    validityDays: 365,
    batchSize: 30,
    offerSeconds: 900,
    logLevel: 'info',
  });
});

test('what an operator writes is what is used', () => {
  const written = {
    ...FILE,
    compatibility: { draft15_proof: false },
    limits: { failures_per_minute: 5 },
    register: { kind: 'http', url: 'https://register.example', token_file: 'register.token' },
    batch_size: 5,
    offer_minutes: 1,
  };
  expect(parseConfig(JSON.stringify(written))).toMatchObject({
    compatibility: { draft15Proof: false },
    limits: { failuresPerMinute: 5, bodyBytes: 262_144 },
    register: {
      kind: 'http',
      url: 'https://register.example',
      timeoutSeconds: 5,
      tokenFile: 'register.token',
    },
    batchSize: 5,
    offerSeconds: 60,
  });
});

describe('a wrong configuration is refused by the name of its member, whose value is not repeated', () => {
  const cases: readonly (readonly [name: string, change: Record<string, unknown>, path: string])[] =
    [
      ['a misspelt member', { batch_siez: 30 }, 'batch_siez'],
      ['plain http', { base_url: 'http://id.example' }, 'base_url'],
      ['a path', { base_url: 'https://id.example/issuer' }, 'base_url'],
      ['a trailing slash', { base_url: 'https://id.example/' }, 'base_url'],
      ['a user', { base_url: 'https://me@id.example' }, 'base_url'],
      ['a port as text', { listen: { host: '::1', port: '8080' } }, 'listen.port'],
      ['a port out of range', { listen: { host: '::1', port: 65_536 } }, 'listen.port'],
      ['a batch of none', { batch_size: 0 }, 'batch_size'],
      ['a batch without end', { batch_size: 1e9 }, 'batch_size'],
      ['a fraction of a day', { validity_days: 0.5 }, 'validity_days'],
      ['a limit of none', { limits: { body_bytes: -1 } }, 'limits.body_bytes'],
      [
        'a register over plain http',
        { register: { kind: 'http', url: 'http://r.example' } },
        'register.url',
      ],
      [
        'a token file outside the folder',
        { register: { kind: 'http', url: 'https://r.example', token_file: '../token' } },
        'register.token_file',
      ],
      ['a register of no kind', { register: { kind: 'file' } }, 'register.kind'],
      ['another kind of file', { kind: 'symbolon-wallet' }, 'kind'],
      ['a later version', { version: 2 }, 'version'],
      ['demo as a word', { demo: 'yes' }, 'demo'],
    ];
  for (const [name, change, path] of cases) {
    test(name, () => {
      expect(() => parseConfig(JSON.stringify({ ...FILE, ...change }))).toThrow(
        expect.objectContaining({ name: 'ParseError', path }),
      );
    });
  }

  for (const text of ['', '{', 'null', '[]', '"issuer"']) {
    test(`the text ${JSON.stringify(text)}`, () => {
      expect(() => parseConfig(text)).toThrow(expect.objectContaining({ name: 'ParseError' }));
    });
  }
});

test('[attack 111] a hostile URL of 100 kB is refused in no time', () => {
  for (const text of ['a.', 'a-', 'a:', '/', '%', '1']) {
    const base_url = `https://${text.repeat(100_000 / text.length)}!`;
    const begun = performance.now();
    expect(() => parseConfig(JSON.stringify({ ...FILE, base_url }))).toThrow(
      expect.objectContaining({ path: 'base_url' }),
    );
    expect(performance.now() - begun).toBeLessThan(50);
  }
});
