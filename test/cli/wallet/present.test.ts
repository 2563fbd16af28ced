import { cpSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { decodeFrames, encodeRequestFrames, openAnswer } from '@symbolon/presentation';
import { drawQrPng } from '@symbolon/presentation/qr';
import { IDENTITY_CARD, type JsonObject } from '@symbolon/schemas';
import type { DcqlQuery } from '@symbolon/schemas/openid4vp';
import { afterAll, describe, expect, test } from 'vitest';
import { makeKey } from './support/authority.ts';
import { startFakeIssuer } from './support/fake-issuer.ts';
import { answeredOf, objectsOf, partOf, rowsOf } from './support/json.ts';
import { expectDone, prepareWallet, workFolder } from './support/prepared-wallet.ts';
import { runWallet } from './support/run-wallet.ts';

const folder = workFolder();
const issuer = await startFakeIssuer();
const { authority } = issuer;
const prepared = await prepareWallet(folder, authority);
await expectDone(prepared.home, [
  ...['accept', issuer.offer(), '--tx-code-file', prepared.txCode, '--yes'],
]);
issuer.seen.length = 0;

afterAll(() => {
  issuer.stop();
  folder.remove();
});

const NAME = ['family_name'];
const ADULT = ['age_equal_or_over', '18'];
const sdJwtVc = { format: 'dc+sd-jwt', meta: { vct_values: [IDENTITY_CARD.vct] } };
const w3c = { format: 'vc+sd-jwt', meta: { type_values: [[...IDENTITY_CARD.w3cTypes]] } };
const hotel = await authority.counter([
  { ...sdJwtVc, claim: [{ path: NAME }, { path: ADULT }] },
  { ...w3c, claim: [{ path: ['credentialSubject', ...NAME] }] },
]);

function asking(...paths: string[][]): DcqlQuery {
  return { credentials: [{ id: 'card', ...sdJwtVc, claims: paths.map((path) => ({ path })) }] };
}

type Request = Awaited<ReturnType<typeof hotel.ask>>;

/** What the counter reads in the frames of an answer. */
async function read(text: string, { sid, compact, responseKey }: Request) {
  const { message } = decodeFrames([text], sid);
  return openAnswer(message, {
    responsePrivateJwk: responseKey.privateJwk,
    requestCompact: compact,
  });
}

function disclosed(presentation: string) {
  const [, ...disclosures] = presentation.split('~');
  return disclosures
    .slice(0, -1)
    .map((each) => Buffer.from(each, 'base64url').toString().split('"')[3]);
}

async function copies(home: string) {
  const rows = rowsOf(await expectDone(home, ['list', '--json']));
  return Object.fromEntries(rows.map((row) => [row.format, row.fresh_copies]));
}

async function history(home: string) {
  return objectsOf(await expectDone(home, ['history', '--json']));
}

test('answers with what is asked and nothing more, spends one copy, and writes it down', async () => {
  const home = prepared.copy();
  const request = await hotel.ask(asking(NAME, ADULT));
  const ended = await runWallet(home, ['present', request.uri, '--yes', '--json']);
  expect(ended.code, ended.stderr).toBe(0);
  const result = answeredOf(ended.stdout);
  expect(result).toMatchObject({
    outcome: 'answered',
    counter: { name: 'Hotel Xenia', identifier: 'NTRCN-91310000' },
    claims: ['family_name', 'age_equal_or_over.18'],
    code: expect.stringMatching(/^\d\d$/),
  });
  expect(ended.stdout).not.toContain('Zhang');
  for (const shown of [
    'Hotel Xenia',
    'Xenia Hospitality Ltd',
    'NTRCN-91310000',
    'Check-in of a guest',
    'Family name: Zhang',
    '18 or older: yes',
    `code: ${result.code}`,
  ]) {
    expect(ended.stderr).toContain(shown);
  }
  const answer = await read(result.frames.join('\n'), request);
  if (answer.kind !== 'presented') throw new TypeError('refused');
  expect([...answer.vpToken.keys()]).toEqual(['card']);
  expect(disclosed(answer.vpToken.get('card') ?? '').sort()).toEqual(['18', 'family_name']);
  expect(await copies(home)).toEqual({ 'dc+sd-jwt': 2, 'vc+sd-jwt': 3 });
  const [, entry] = await history(home);
  expect(entry).toMatchObject({
    event: 'presented',
    counter: { name: 'Hotel Xenia', identifier: 'NTRCN-91310000' },
    claims: ['family_name', 'age_equal_or_over.18'],
  });
  expect(JSON.stringify(entry)).not.toContain('Zhang');
});

test('takes a request in every form, and gives the answer in every form', async () => {
  const home = prepared.copy();
  const request = await hotel.ask(asking(ADULT));
  const frames = encodeRequestFrames(request, { blockBytes: 600 });
  expect(frames.length).toBeGreaterThan(1);
  const pictures = frames.map((frame) => folder.file(drawQrPng(frame), 'request'));
  const [uri, text] = [folder.file(`${request.uri}\n`), folder.file(frames.join('\n'))];
  const out = folder.fresh('answer');
  for (const [input, output, give] of [
    [[uri], ['--out', out], () => readFileSync(out, 'utf8')],
    [[text], ['--text'], undefined],
    [pictures, [], undefined],
    [[request.compact], ['--text'], undefined],
  ] as const) {
    const again = folder.fresh();
    cpSync(home, again, { recursive: true });
    const ended = await runWallet(again, ['present', ...input, '--yes', ...output]);
    expect(ended.code, ended.stderr).toBe(0);
    const answer = await read((give?.() ?? ended.stdout).trim(), request);
    expect(answer.kind).toBe('presented');
  }
  const piped = await runWallet(home, ['present', '-', '--yes', '--text'], { input: request.uri });
  expect((await read(piped.stdout.trim(), request)).kind).toBe('presented');
});

test('draws the answer as numbered pictures, readable by their owner only', async () => {
  const name = folder.fresh('answer');
  const request = await hotel.ask(asking(NAME));
  const stdout = await expectDone(prepared.copy(), [
    ...['present', request.uri, '--yes', '--png', `${name}.png`, '--json'],
  ]);
  const { files } = answeredOf(stdout);
  expect(files.length).toBeGreaterThan(0);
  expect(files).toEqual(files.map((_, at) => `${name}-${at + 1}.png`));
  for (const file of files) {
    expect(readFileSync(file).subarray(1, 4).toString()).toBe('PNG');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  }
});

test('answers without a network: in an empty network namespace', async () => {
  const request = await hotel.ask(asking(NAME));
  const before = ['unshare', '-rn'];
  const ended = await runWallet(prepared.copy(), ['present', request.uri, '--yes', '--text'], {
    before,
  });
  expect(ended.code, ended.stderr).toBe(0);
  expect((await read(ended.stdout.trim(), request)).kind).toBe('presented');
  const fetching = await runWallet(
    prepared.copy(),
    ['bundle', 'import', `${issuer.origin}/trust-bundle`],
    { before },
  );
  expect(fetching.code).toBe(1);
});

test('two commands at once never show the same copy', async () => {
  const home = prepared.copy();
  const requests = await Promise.all([1, 2, 3].map(() => hotel.ask(asking(NAME))));
  const answers = await Promise.all(
    requests.map(async (request) => {
      const ended = await runWallet(home, ['present', request.uri, '--yes', '--text']);
      expect(ended.code, ended.stderr).toBe(0);
      const answer = await read(ended.stdout.trim(), request);
      if (answer.kind !== 'presented') throw new TypeError('refused');
      return answer.vpToken.get('card')?.split('~')[0];
    }),
  );
  expect(new Set(answers).size).toBe(3);
  expect(await copies(home)).toMatchObject({ 'dc+sd-jwt': 0 });
});

test('when no fresh copy is left: the same counter may see one again, another only if the holder says so', async () => {
  const home = prepared.copy();
  for (let visit = 0; visit < 4; visit += 1) {
    const { uri } = await hotel.ask(asking(NAME));
    const ended = await runWallet(home, ['present', uri, '--yes', '--text']);
    expect(ended.code, ended.stderr).toBe(0);
    if (visit === 3) expect(ended.stderr).toContain('one that it has seen before');
  }
  const other = await authority.counter(
    [{ ...sdJwtVc, claim: [{ path: NAME }] }],
    {},
    'NTRCN-91310009',
  );
  const { uri } = await other.ask(asking(NAME));
  const refused = await runWallet(home, ['present', uri, '--yes', '--text', '--json']);
  expect(JSON.parse(refused.stdout)).toMatchObject({ error: { code: 'no_fresh_copy' } });
  const allowed = await runWallet(home, ['present', uri, '--yes', '--text', '--allow-reuse']);
  expect(allowed.code, allowed.stderr).toBe(0);
});

test('a restored copy is shown, and says that it is one', async () => {
  const backup = folder.fresh('backup');
  await expectDone(prepared.copy(), ['backup', backup]);
  const home = folder.fresh();
  await expectDone(home, ['restore', backup]);
  const request = await hotel.ask(asking(NAME));
  const ended = await runWallet(home, ['present', request.uri, '--yes', '--text']);
  expect(ended.code, ended.stderr).toBe(0);
  expect(ended.stderr).toContain('comes from a backup');
});

describe('[attack 89] what goes beyond the registration is refused, also with --yes', () => {
  const credential = (changes: object) => ({
    credentials: [{ id: 'card', ...sdJwtVc, claims: [{ path: NAME }], ...changes }],
  });
  for (const [why, query] of [
    ['one claim too many', asking(NAME, ADULT, ['birthdate'])],
    ['another claim only', asking(['resident_address'])],
    ['another age', asking(['age_equal_or_over', '65'])],
    ['the whole object of ages', asking(['age_equal_or_over'])],
    ['every member by null', credential({ claims: [{ path: ['age_equal_or_over', null] }] })],
    ['no claims named', credential({ claims: undefined })],
    ['another type', credential({ meta: { vct_values: ['urn:other:1'] } })],
    [
      'another type beside the right one',
      credential({ meta: { vct_values: [IDENTITY_CARD.vct, 'urn:other:1'] } }),
    ],
    [
      'another claim in the other format',
      {
        credentials: [
          { id: 'card', ...w3c, claims: [{ path: ['credentialSubject', 'birthdate'] }] },
        ],
      },
    ],
    [
      'more in a second option of a set',
      {
        credentials: [
          { id: 'one', ...sdJwtVc, claims: [{ path: NAME }] },
          { id: 'two', ...sdJwtVc, claims: [{ path: ['birthdate'] }] },
        ],
        credential_sets: [{ options: [['one'], ['two']] }],
      },
    ],
    [
      'more in a claim set',
      credential({
        claims: [
          { id: 'a', path: NAME },
          { id: 'b', path: ['birthdate'] },
        ],
        claim_sets: [['a'], ['b']],
      }),
    ],
  ] satisfies readonly (readonly [string, DcqlQuery])[]) {
    test(why, async () => {
      const home = prepared.copy();
      const out = folder.fresh('answer');
      const { uri } = await hotel.ask(query);
      const ended = await runWallet(home, ['present', uri, '--yes', '--out', out, '--json']);
      expect(ended.code).toBe(1);
      expect(JSON.parse(ended.stdout)).toMatchObject({ error: { code: 'request_over_asks' } });
      expect(() => statSync(out)).toThrow();
      expect(await copies(home)).toEqual({ 'dc+sd-jwt': 3, 'vc+sd-jwt': 3 });
      const [, entry] = await history(home);
      expect(entry).toMatchObject({ event: 'refused', reason: 'over_asked' });
    });
  }
});

test('a refusal can be sealed for the counter: of the size of an answer, and it tells no reason', async () => {
  const asked = await hotel.ask(asking(NAME, ['birthdate']));
  const refused = await runWallet(prepared.copy(), [
    ...['present', asked.uri, '--yes', '--text', '--answer-refusal'],
  ]);
  expect(refused.code).toBe(1);
  const answer = await read(refused.stdout.trim(), asked);
  expect(answer).toMatchObject({ kind: 'refused', error: 'access_denied' });
  const honest = await hotel.ask(asking(NAME, ADULT));
  const shown = await runWallet(prepared.copy(), ['present', honest.uri, '--yes', '--text']);
  expect(refused.stdout.length).toBe(shown.stdout.length);
});

test('a card that is not there is refused alike, and written down', async () => {
  const home = folder.fresh();
  cpSync(prepared.home, home, { recursive: true });
  for (const { id } of rowsOf(await expectDone(home, ['list', '--json']))) {
    await expectDone(home, ['delete', id, '--yes']);
  }
  const { uri } = await hotel.ask(asking(NAME));
  const ended = await runWallet(home, ['present', uri, '--yes', '--json']);
  expect(JSON.parse(ended.stdout)).toMatchObject({ error: { code: 'request_not_matched' } });
  expect((await history(home)).at(-1)).toMatchObject({ event: 'refused', reason: 'no_match' });
});

test('without --yes and with nobody to ask, nothing is shown', async () => {
  const home = prepared.copy();
  const { uri } = await hotel.ask(asking(NAME));
  const ended = await runWallet(home, ['present', uri, '--text']);
  expect(ended).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('give --yes'),
  });
  expect(await copies(home)).toEqual({ 'dc+sd-jwt': 3, 'vc+sd-jwt': 3 });
});

describe('[attack 83] a request that is not what it should be is refused, and nothing is written', async () => {
  const now = Math.floor(Date.now() / 1000);
  const good = await hotel.ask(asking(NAME));
  const [header = '', payload = '', signature = ''] = good.compact.split('.');
  const part = (text: string, change: (value: Record<string, unknown>) => object) =>
    Buffer.from(JSON.stringify(change(partOf(text)))).toString('base64url');
  const otherKey = await makeKey();
  const forged = await otherKey.signer.sign(new TextEncoder().encode(`${header}.${payload}`));
  const uriOf = (compact: string, clientId = good.clientId) =>
    `openid4vp://?${new URLSearchParams({ client_id: clientId, request: compact })}`;
  for (const [why, request] of [
    ['signed by another key', `${header}.${payload}.${Buffer.from(forged).toString('base64url')}`],
    ['unsigned', `${part(header, (h) => ({ ...h, alg: 'none' }))}.${payload}.`],
    [
      'changed after signing',
      `${header}.${part(payload, (p) => ({ ...p, nonce: 'x'.repeat(22) }))}.${signature}`,
    ],
    ['of another typ', `${part(header, (h) => ({ ...h, typ: 'JWT' }))}.${payload}.${signature}`],
    ['without certificates', `${part(header, ({ x5c: _, ...h }) => h)}.${payload}.${signature}`],
    ['with another client_id outside', uriOf(good.compact, 'x509_hash:AAAA')],
    ['without client_id', `openid4vp://?request=${good.compact}`],
    ['by reference', 'openid4vp://?client_id=x&request_uri=https%3A%2F%2Fhotel.example%2Frequest'],
    ['expired', (await hotel.ask(asking(NAME), now - 4000)).uri],
    ['from the future', (await hotel.ask(asking(NAME), now + 4000)).uri],
    ['not a request', 'ey'],
    ['an answer', 'PQ1:ABC'],
    ['empty', ''],
    ['1 MB', `openid4vp://?client_id=x&request=${'a'.repeat(1_000_000)}`],
  ] as const) {
    test(why, async () => {
      const home = prepared.copy();
      const before = readFileSync(join(home, 'wallet.sealed'));
      const ended = await runWallet(home, ['present', '-', '--yes', '--text'], { input: request });
      expect(ended, ended.stderr).toMatchObject({ code: 1, stdout: '' });
      expect(ended.stderr).not.toContain('internal_error');
      expect(readFileSync(join(home, 'wallet.sealed')).equals(before)).toBe(true);
    });
  }

  test('of a counter that another authority admitted', async () => {
    const { createAuthority } = await import('./support/authority.ts');
    const other = await createAuthority(issuer.origin);
    const stranger = await other.counter([{ ...sdJwtVc, claim: [{ path: NAME }] }]);
    const { uri } = await stranger.ask(asking(NAME));
    const ended = await runWallet(prepared.copy(), ['present', uri, '--yes', '--json']);
    expect(ended.code).toBe(1);
    expect(JSON.parse(ended.stdout)).toMatchObject({
      error: { code: expect.stringMatching(/^certificate_/) },
    });
  });
});

describe('[attack 85] [attack 87] a request that is signed well and is wrong is refused', () => {
  const withKeys = (keys: readonly JsonObject[]) => (payload: JsonObject) => ({
    ...payload,
    client_metadata: { jwks: { keys } },
  });
  const without = (name: string) => (payload: JsonObject) =>
    Object.fromEntries(Object.entries(payload).filter(([member]) => member !== name));
  const point = { x: 'A'.repeat(43), y: 'A'.repeat(43) };
  for (const [why, change, code] of [
    ['no nonce', without('nonce'), 'request_malformed'],
    ['a short nonce', (p) => ({ ...p, nonce: 'AAAA' }), 'request_malformed'],
    ['a nonce that is not ASCII', (p) => ({ ...p, nonce: 'é'.repeat(22) }), 'request_malformed'],
    ['a nonce of another exchange', (p) => ({ ...p, nonce: 'A'.repeat(22) }), 'request_malformed'],
    ['an unknown prefix', (p) => ({ ...p, client_id: 'other:abc' }), 'client_id_mismatch'],
    ['a reserved prefix', (p) => ({ ...p, client_id: 'origin:abc' }), 'client_id_mismatch'],
    ['another audience', (p) => ({ ...p, aud: 'https://id.example' }), 'request_malformed'],
    ['another response type', (p) => ({ ...p, response_type: 'code' }), 'request_malformed'],
    ['another response mode', (p) => ({ ...p, response_mode: 'direct_post' }), 'request_malformed'],
    ['transaction data', (p) => ({ ...p, transaction_data: ['e30'] }), 'request_unsupported'],
    ['a scope', (p) => ({ ...p, scope: 'everything' }), 'request_unsupported'],
    ['a life of a day', (p) => ({ ...p, exp: Number(p['iat']) + 86_400 }), 'request_malformed'],
    ['no registration', (p) => ({ ...p, verifier_info: [] }), 'request_malformed'],
    [
      'another info only',
      (p) => ({ ...p, verifier_info: [{ format: 'x', data: 'y' }] }),
      'registration_missing',
    ],
    ['no query', without('dcql_query'), 'request_malformed'],
    ['no key', withKeys([]), 'request_malformed'],
    [
      'a private key',
      withKeys([{ kty: 'EC', crv: 'P-256', kid: '1', ...point, d: 'A'.repeat(43) }]),
      'response_key_unusable',
    ],
    [
      'a key off its curve',
      withKeys([{ kty: 'EC', crv: 'P-256', kid: '1', ...point }]),
      'response_key_unusable',
    ],
    ['an RSA key', withKeys([{ kty: 'RSA', kid: '1' }]), 'response_key_unusable'],
    ['an unknown key', withKeys([{ kty: 'AKP', kid: '1' }]), 'response_key_unusable'],
    [
      'a signing key',
      withKeys([{ kty: 'EC', crv: 'P-256', kid: '1', use: 'sig', ...point }]),
      'response_key_unusable',
    ],
  ] satisfies readonly (readonly [string, (payload: JsonObject) => JsonObject, string])[]) {
    test(why, async () => {
      const request = await hotel.askChanged(asking(NAME), change);
      const ended = await runWallet(prepared.home, ['present', request, '--yes', '--json']);
      expect({ exit: ended.code, output: ended.stdout }).toEqual({
        exit: 1,
        output: expect.stringContaining(`"code":"${code}"`),
      });
    });
  }
});

for (const [what, texts] of [
  ['a purpose that turns the text round', { purpose: 'Check-in \u202eevil' }],
  ['a purpose of two lines', { purpose: 'Check-in\nwallet: note: fine' }],
  ['a name that moves the cursor', { name: '\u001b[2J\u001b[HBank' }],
] as const) {
  test(`[attack 119] ${what} is refused, and not shown`, async () => {
    const counter = await authority.counter([{ ...sdJwtVc, claim: [{ path: NAME }] }], texts);
    const { uri } = await counter.ask(asking(NAME));
    const ended = await runWallet(prepared.home, ['present', uri, '--yes', '--text']);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(/^wallet: error: registration certificate: [\x20-\x7e]+\n$/);
  });
}

test('[attack 119] what nobody sees in a name is shown', async () => {
  const claims = [{ ...sdJwtVc, claim: [{ path: NAME }] }];
  const counter = await authority.counter(claims, { name: 'Ho\u200btel \u{e0041}Xenia' });
  const { uri } = await counter.ask(asking(NAME));
  const home = prepared.copy();
  const ended = await runWallet(home, ['present', uri, '--yes', '--text']);
  expect(ended.stderr).toContain('Ho<U+200B>tel <U+E0041>Xenia asks');
  expect(await expectDone(home, ['history'])).toContain('Ho<U+200B>tel <U+E0041>Xenia');
});

test('a revoked card is told to the holder, by the bundle that is held', async () => {
  const home = prepared.copy();
  const everything = Array.from({ length: 2000 }, (_, index) => index);
  const revoked = folder.file(await authority.bundle(3, {}, everything));
  await expectDone(home, ['bundle', 'import', revoked]);
  expect(JSON.parse(await expectDone(home, ['list', '--json']))).toMatchObject([
    { status: 'revoked' },
    { status: 'revoked' },
  ]);
  const { uri } = await hotel.ask(asking(NAME));
  const ended = await runWallet(home, ['present', uri, '--yes', '--text']);
  expect(ended.stderr).toContain('This card is revoked');
});

test('an output that cannot be written is told before a copy is spent', async () => {
  const home = prepared.copy();
  const { uri } = await hotel.ask(asking(NAME));
  const ended = await runWallet(home, ['present', uri, '--yes', '--out', '/nowhere/answer']);
  expect(ended.code).toBe(1);
  expect(await copies(home)).toEqual({ 'dc+sd-jwt': 3, 'vc+sd-jwt': 3 });
});

test('present contacts nobody: the issuer has seen nothing of all this', () => {
  expect(issuer.seen).toEqual([]);
});

for (const argv of [
  ['present'],
  ['present', 'x', '--png', 'a', '--text'],
  ['present', 'x', '--no'],
]) {
  test(`usage: '${argv.join(' ')}' ends with 2`, async () => {
    await expect(runWallet(prepared.home, argv)).resolves.toMatchObject({ code: 2, stdout: '' });
  });
}
