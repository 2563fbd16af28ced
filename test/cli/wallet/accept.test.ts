import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawQrPng } from '@symbolon/presentation/qr';
import { PRE_AUTHORIZED_CODE_GRANT } from '@symbolon/schemas/openid4vci';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { makeKey, today } from './support/authority.ts';
import {
  issuerMetadata,
  type Minting,
  type Misbehaviour,
  mintRightly,
  sendJson,
  serverMetadata,
  startFakeIssuer,
} from './support/fake-issuer.ts';
import { objectOf, partOf, proofsOf, rowsOf } from './support/json.ts';
import { expectDone, prepareWallet, workFolder } from './support/prepared-wallet.ts';
import { runWallet } from './support/run-wallet.ts';

const folder = workFolder();
const issuer = await startFakeIssuer();
const prepared = await prepareWallet(folder, issuer.authority);
const accept = ['--tx-code-file', prepared.txCode, '--yes'];

beforeEach(() => issuer.reset());
afterAll(() => {
  issuer.stop();
  folder.remove();
});

async function listed(home: string) {
  return rowsOf(await expectDone(home, ['list', '--json']));
}

/** The wallet refuses with this code, and its file has not changed by a byte. */
async function expectRefused(argv: readonly string[], code: string): Promise<void> {
  const home = prepared.copy();
  const before = readFileSync(join(home, 'wallet.sealed'));
  const ended = await runWallet(home, [...argv, '--json']);
  expect(ended.stderr).not.toMatch(/\n\s+at /);
  expect({ exit: ended.code, output: ended.stdout }).toEqual({
    exit: 1,
    output: expect.stringContaining(code),
  });
  expect(objectOf(ended.stdout)).toMatchObject({ error: { code: expect.any(String) } });
  expect(readFileSync(join(home, 'wallet.sealed')).equals(before)).toBe(true);
}

test('accepts an offer by value: both cards, each copy on a key of its own', async () => {
  const home = prepared.copy();
  const { code, stdout, stderr } = await runWallet(home, ['accept', issuer.offer(), ...accept]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('Testland office') });
  expect(stdout).toMatch(/Identity card [a-z2-7]{6} \(dc\+sd-jwt\): 3 copies/);
  expect(await listed(home)).toMatchObject([
    { type: 'identity-card', format: 'dc+sd-jwt', copies: 3, fresh_copies: 3, status: 'valid' },
    { type: 'identity-card', format: 'vc+sd-jwt', copies: 3, fresh_copies: 3, status: 'valid' },
  ]);
  const proofs = issuer.seen
    .filter(({ path }) => path === '/credential')
    .flatMap(({ body }) => proofsOf(body));
  const keys = proofs.map((proof) =>
    Buffer.from(proof.split('.')[0] ?? '', 'base64url').toString(),
  );
  expect(new Set(keys).size).toBe(6);
  expect(issuer.seen.map(({ path }) => path)).toEqual([
    '/.well-known/openid-credential-issuer',
    '/.well-known/oauth-authorization-server',
    '/token',
    '/nonce',
    '/credential',
    '/nonce',
    '/credential',
  ]);
});

test('accepts an offer by reference: as text, from a file, a picture and standard input', async () => {
  const uri = `openid-credential-offer://?credential_offer_uri=${encodeURIComponent(`${issuer.origin}/offers/1`)}`;
  for (const [argument, input] of [
    [uri, ''],
    [folder.file(`${uri}\n`), ''],
    [folder.file(drawQrPng(uri)), ''],
    ['-', uri],
  ] as const) {
    const ended = await runWallet(prepared.copy(), ['accept', argument, ...accept], { input });
    expect(ended.code, ended.stderr).toBe(0);
  }
});

test('--copies asks for fewer, and the issuer may allow fewer still', async () => {
  const home = prepared.copy();
  await expectDone(home, ['accept', issuer.offer(), ...accept, '--copies', '2']);
  issuer.settings.batchSize = 1;
  issuer.misbehave.set('/.well-known/openid-credential-issuer', (response) =>
    sendJson(response, { ...issuerMetadata(issuer.origin), batch_credential_issuance: undefined }),
  );
  await expectDone(home, ['accept', issuer.offer(), ...accept, '--copies', '2']);
  expect(await listed(home)).toMatchObject([
    { copies: 2 },
    { copies: 2 },
    { copies: 1 },
    { copies: 1 },
  ]);
});

test('binds the token to a key where the server supports it, and only then', async () => {
  const home = prepared.copy();
  issuer.settings.dpop = true;
  await expectDone(home, ['accept', issuer.offer(), ...accept]);
  const posts = issuer.seen.filter(({ path }) => path === '/token' || path === '/credential');
  expect(posts.map(({ headers }) => typeof headers['dpop'])).toEqual([
    'string',
    'string',
    'string',
  ]);
  expect(posts.at(1)?.headers.authorization).toBe('DPoP the-token');
  issuer.reset();
  await expectDone(home, ['accept', issuer.offer(), ...accept]);
  expect(issuer.seen.some(({ headers }) => headers['dpop'] !== undefined)).toBe(false);
});

test('RFC 9449 8: sends its proof again with the nonce that the server wants', async () => {
  issuer.settings.dpop = true;
  let asked = 0;
  issuer.misbehave.set('/token', (response, { headers }) => {
    asked += 1;
    const proof = String(headers['dpop']).split('.')[1] ?? '';
    const { nonce } = partOf(proof);
    if (nonce === 'server-nonce') {
      sendJson(response, { access_token: 'the-token', token_type: 'DPoP' });
      return;
    }
    response.setHeader('dpop-nonce', 'server-nonce');
    sendJson(response, { error: 'use_dpop_nonce' }, 400);
  });
  await expectDone(prepared.copy(), ['accept', issuer.offer(), ...accept]);
  expect(asked).toBe(2);
});

describe('[attack 57] an offer that is not acceptable ends before any request', () => {
  for (const [why, changes, code] of [
    ['only an unknown grant', { grants: { 'urn:unknown': {} } }, 'offer_unsupported'],
    ['empty configuration ids', { credential_configuration_ids: [] }, 'malformed'],
    [
      'duplicate configuration ids',
      { credential_configuration_ids: ['identity-card_dc+sd-jwt', 'identity-card_dc+sd-jwt'] },
      'malformed',
    ],
    [
      'an unknown configuration',
      { credential_configuration_ids: ['other'] },
      'credential_configuration_unsupported',
    ],
    ['another issuer', { credential_issuer: 'http://127.0.0.1:1' }, 'issuer_not_in_bundle'],
  ] as const) {
    test(why, async () => {
      await expectRefused(['accept', issuer.offer(changes), ...accept], code);
      expect(issuer.seen).toEqual([]);
    });
  }
});

describe('[attack 55] an issuer that is not what the offer says gets no code', () => {
  const { origin } = issuer;
  const metadata = '/.well-known/openid-credential-issuer';
  const server = '/.well-known/oauth-authorization-server';
  const json =
    (body: unknown): Misbehaviour =>
    (response) =>
      sendJson(response, body);
  for (const [why, path, misbehaviour, code] of [
    [
      'metadata of another issuer',
      metadata,
      json({ ...issuerMetadata(origin), credential_issuer: 'https://id.example' }),
      'issuer_mismatch',
    ],
    [
      "an attacker's authorization server",
      metadata,
      json({ ...issuerMetadata(origin), authorization_servers: ['https://evil.example'] }),
      'issuer_mismatch',
    ],
    [
      "an attacker's token endpoint",
      server,
      json({ ...serverMetadata(origin), token_endpoint: 'https://evil.example/token' }),
      'issuer_mismatch',
    ],
    [
      'server metadata of another',
      server,
      json({ ...serverMetadata(origin), issuer: 'https://evil.example' }),
      'issuer_mismatch',
    ],
    [
      'a redirect to another host',
      metadata,
      (response) => {
        response.writeHead(302, { location: 'https://evil.example/' });
        response.end();
      },
      'redirect_refused',
    ],
    [
      'a body without end',
      metadata,
      (response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        const timer = setInterval(() => response.write(' '.repeat(65_536)), 1);
        response.on('close', () => clearInterval(timer));
      },
      'response_too_large',
    ],
    [
      'a body that drips',
      metadata,
      (response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        const timer = setInterval(() => response.write(' '), 200);
        response.on('close', () => clearInterval(timer));
      },
      'too_slow',
    ],
    [
      'an answer that is HTML',
      metadata,
      (response) => void response.end('<html>'),
      'response_unexpected',
    ],
  ] satisfies readonly (readonly [string, string, Misbehaviour, string])[]) {
    test(why, async () => {
      issuer.misbehave.set(path, misbehaviour);
      await expectRefused(['accept', issuer.offer(), ...accept], code);
      expect(issuer.seen.filter(({ method }) => method === 'POST')).toEqual([]);
    });
  }
});

describe('what the issuer refuses is told by its own code, and nothing is kept', () => {
  for (const [path, status, error, code] of [
    ['/token', 400, 'invalid_grant', 'invalid_grant'],
    ['/token', 400, 'invalid_request', 'invalid_request'],
    ['/token', 400, 'something_new', 'issuer_error'],
    ['/token', 500, 'x', 'issuer_error'],
    ['/token', 429, 'x', 'issuer_error'],
    ['/nonce', 500, 'x', 'issuer_error'],
    ['/credential', 400, 'invalid_nonce', 'invalid_nonce'],
    ['/credential', 400, 'credential_request_denied', 'credential_request_denied'],
    ['/credential', 401, 'invalid_token', 'invalid_token'],
    ['/credential', 202, 'x', 'issuer_error'],
  ] as const) {
    test(`${path} ${status} ${error}`, async () => {
      issuer.misbehave.set(path, (response) => sendJson(response, { error }, status));
      await expectRefused(['accept', issuer.offer(), ...accept], code);
    });
  }

  test('a wrong transaction code', async () => {
    const wrong = folder.file('000000');
    await expectRefused(
      ['accept', issuer.offer(), '--tx-code-file', wrong, '--yes'],
      'invalid_grant',
    );
  });

  test('a transaction code of another length is not even sent', async () => {
    const short = folder.file('1234');
    await expectRefused(
      ['accept', issuer.offer(), '--tx-code-file', short, '--yes'],
      'tx_code_malformed',
    );
    expect(issuer.seen.filter(({ path }) => path === '/token')).toEqual([]);
  });

  test('a bearer token in answer to a DPoP proof', async () => {
    issuer.settings.dpop = true;
    issuer.misbehave.set('/token', (response) =>
      sendJson(response, { access_token: 'the-token', token_type: 'Bearer' }),
    );
    await expectRefused(['accept', issuer.offer(), ...accept], 'token_not_bound');
  });
});

describe('[attack 73] a credential that is not right is not kept, nor any other of the offer', () => {
  const second =
    (change: Minting): Minting =>
    (authority, keys, id) =>
      id.endsWith('vc+sd-jwt') ? change(authority, keys, id) : mintRightly(authority, keys, id);
  const vc = { format: 'vc+sd-jwt' } as const;
  for (const [why, minting, code] of [
    [
      'for another key',
      second(async (authority, keys) => {
        const other = await makeKey();
        return Promise.all(keys.map(() => authority.mint({ ...vc, holderKey: other.publicJwk })));
      }),
      'holder_binding: holder_key_mismatch',
    ],
    [
      'one key twice',
      second((authority, keys) => {
        const [holderKey] = keys;
        if (holderKey === undefined) throw new TypeError('no key');
        return Promise.all(keys.map(() => authority.mint({ ...vc, holderKey })));
      }),
      'credential_not_mine',
    ],
    [
      'the same credential twice',
      second(async (authority, keys, id) => {
        const [first = ''] = await mintRightly(authority, keys, id);
        return keys.map(() => first);
      }),
      'credential_not_mine',
    ],
    [
      'signed by somebody else',
      second(async (authority, keys) => {
        const { signer } = await makeKey();
        return Promise.all(keys.map((holderKey) => authority.mint({ ...vc, holderKey, signer })));
      }),
      'issuer_signature: signature_invalid',
    ],
    [
      'of another issuer',
      (authority, keys) =>
        Promise.all(
          keys.map((holderKey) =>
            authority.mint({
              format: 'dc+sd-jwt',
              holderKey,
              claims: { iss: 'https://id.example' },
            }),
          ),
        ),
      'issuer_trusted: issuer_untrusted',
    ],
    [
      'of another vct',
      (authority, keys) =>
        Promise.all(
          keys.map((holderKey) =>
            authority.mint({ format: 'dc+sd-jwt', holderKey, claims: { vct: 'urn:other:1' } }),
          ),
        ),
      'issuer_trusted: credential_type_not_allowed',
    ],
    [
      'expired',
      (authority, keys) =>
        Promise.all(
          keys.map((holderKey) =>
            authority.mint({
              format: 'dc+sd-jwt',
              holderKey,
              claims: {
                exp: today() - 86_400,
                nbf: today() - 2 * 86_400,
                iat: today() - 2 * 86_400,
              },
            }),
          ),
        ),
      'validity_period: credential_expired',
    ],
    [
      'not yet valid',
      (authority, keys) =>
        Promise.all(
          keys.map((holderKey) =>
            authority.mint({
              format: 'dc+sd-jwt',
              holderKey,
              claims: { nbf: today() + 5 * 86_400 },
            }),
          ),
        ),
      'validity_period: credential_not_yet_valid',
    ],
    [
      'in the other format',
      (authority, keys) => mintRightly(authority, keys, 'identity-card_vc+sd-jwt'),
      'format: format_mismatch',
    ],
    [
      'with a changed byte',
      async (authority, keys, id) =>
        (await mintRightly(authority, keys, id)).map((credential) =>
          credential.replace(/(?<=\.[^.]*\.....)./, (one) => (one === 'A' ? 'B' : 'A')),
        ),
      'issuer_signature: signature_invalid',
    ],
    [
      'unsigned',
      async (authority, keys, id) =>
        (await mintRightly(authority, keys, id)).map((credential) => {
          const [jws = '', ...rest] = credential.split('~');
          const [, payload] = jws.split('.');
          const header = Buffer.from('{"alg":"none","typ":"dc+sd-jwt"}').toString('base64url');
          return [`${header}.${payload}.`, ...rest].join('~');
        }),
      'format: algorithm_not_allowed',
    ],
    [
      'with a disclosure too many',
      async (authority, keys, id) =>
        (await mintRightly(authority, keys, id)).map(
          (credential) =>
            `${credential}${Buffer.from('["c2FsdHNhbHRzYWx0c2FsdA","x",1]').toString('base64url')}~`,
        ),
      'disclosures: disclosure_unreferenced',
    ],
    [
      'not a credential',
      (_, keys) => Promise.resolve(keys.map(() => 'hello')),
      'format: malformed',
    ],
    [
      'one too few',
      async (authority, keys, id) => (await mintRightly(authority, keys, id)).slice(1),
      'credential_count',
    ],
    [
      'one too many',
      async (authority, keys, id) => {
        const credentials = await mintRightly(authority, keys, id);
        return [...credentials, ...credentials.slice(0, 1)];
      },
      'credential_count',
    ],
  ] satisfies readonly (readonly [string, Minting, string])[]) {
    test(why, async () => {
      issuer.settings.minting = minting;
      await expectRefused(['accept', issuer.offer(), ...accept], code);
    });
  }
});

test('[attack 119] text of the issuer cannot steer the terminal', async () => {
  const grant = {
    'pre-authorized_code': 'the-code',
    tx_code: { length: 6, description: '\u001b[2J\u202eevil\nwallet: error: none' },
  };
  const offer = issuer.offer({ grants: { [PRE_AUTHORIZED_CODE_GRANT]: grant } });
  const ended = await runWallet(prepared.copy(), ['accept', offer, '--yes']);
  expect(ended.code).toBe(1);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not come through
  expect(ended.stdout + ended.stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
});

test('a picture without a QR code, and what is neither text nor picture, is no offer', async () => {
  const noise = Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47]), Buffer.alloc(100)]);
  await expectRefused(['accept', folder.file(noise), ...accept], 'picture_unreadable');
  await expectRefused(
    ['accept', folder.file(Buffer.from([0xff, 0xfe])), ...accept],
    'input_unreadable',
  );
  await expectRefused(['accept', '/nowhere/offer', ...accept], 'input_missing');
});

test('a transaction code on the command line is refused with the reason', async () => {
  const ended = await runWallet(prepared.copy(), ['accept', issuer.offer(), '--tx-code', '493536']);
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain('--tx-code-file');
  expect(ended.stderr).not.toContain('493536');
  expect(issuer.seen).toEqual([]);
});

test('without a code, and with nobody to ask, it says which option to use', async () => {
  const ended = await runWallet(prepared.copy(), ['accept', issuer.offer()]);
  expect(ended.code).toBe(1);
  expect(ended.stderr).toContain('hint: give --tx-code-file FILE');
});

test('no wallet, no bundle and an old bundle are told before anything is sent', async () => {
  await expect(runWallet(folder.fresh(), ['accept', issuer.offer()])).resolves.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('wallet init'),
  });
  const bare = folder.fresh();
  const { anchor, authority } = { anchor: prepared.anchor, authority: issuer.authority };
  await expectDone(bare, [
    'init',
    '--anchor',
    anchor,
    '--anchor-fingerprint',
    authority.fingerprint,
  ]);
  await expect(runWallet(bare, ['accept', issuer.offer()])).resolves.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('wallet bundle import'),
  });
  expect(issuer.seen).toEqual([]);
});

for (const [argv, why] of [
  [['accept'], 'no offer'],
  [['accept', 'a', 'b'], 'two offers'],
  [['accept', 'x', '--copies', '0'], 'no copies'],
  [['accept', 'x', '--copies', '31'], 'too many copies'],
  [['accept', 'x', '--copies', '1e1'], 'copies that are no number'],
  [['accept', 'x', '--unknown'], 'an unknown option'],
] as const) {
  test(`usage: ${why} ends with 2`, async () => {
    await expect(runWallet(prepared.home, argv)).resolves.toMatchObject({ code: 2, stdout: '' });
  });
}
