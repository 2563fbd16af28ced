import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { objectOf, rowsOf } from './support/json.ts';
import { expectDone, workFolder } from './support/prepared-wallet.ts';
import { runProgram, runWallet, startProgram } from './support/run-wallet.ts';

const folder = workFolder();
const authority = folder.fresh('authority');
const port = await freePort();
const url = `http://localhost:${port}`;
const { anchor_fingerprint: fingerprint } = await issuer(
  'init',
  '--authority',
  'Testland',
  '--url',
  url,
  '--demo',
);
const server = startProgram('issuer', authority, ['serve']);
server.stdout.resume();
server.stderr.resume();
await answers(`${url}/readyz`);
const record = folder.file((await runProgram('issuer', authority, ['enrol', '--example'])).stdout);
const { enrolment_id: enrolment } = await issuer('enrol', '--record', record, '--operator', 'op-1');
const home = folder.fresh();
await expectDone(home, [
  ...[
    'init',
    '--anchor',
    join(authority, 'anchor.json'),
    '--anchor-fingerprint',
    String(fingerprint),
  ],
]);
await expectDone(home, ['bundle', 'import', `${url}/trust-bundle`]);

afterAll(async () => {
  server.kill('SIGTERM');
  await once(server, 'exit');
  folder.remove();
});

async function issuer(...argv: readonly string[]) {
  const ended = await runProgram('issuer', authority, [...argv, '--json']);
  if (ended.code !== 0) throw new Error(`issuer ${argv.join(' ')}: ${ended.stdout}${ended.stderr}`);
  return objectOf(ended.stdout);
}

async function offered(...argv: readonly string[]) {
  const { offer, tx_code: txCode } = await issuer('offer', String(enrolment), ...argv);
  return { offer: String(offer), txCode: folder.file(`${String(txCode)}\n`) };
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  await new Promise((closed) => probe.close(closed));
  if (address === null || typeof address === 'string') throw new TypeError('no port');
  return address.port;
}

async function answers(readyUrl: string) {
  for (let attempt = 0; attempt < 400; attempt += 1) {
    const response = await fetch(readyUrl).catch(() => undefined);
    if (response?.ok === true) return;
    await wait(50);
  }
  throw new Error('the issuer does not answer');
}

test('collects a card in each format from the running issuer, once', async () => {
  const formats = ['dc+sd-jwt', 'vc+sd-jwt', 'jwt_vc_json'];
  const { offer, txCode } = await offered(...formats.flatMap((format) => ['--format', format]));
  const accept = ['accept', offer, '--tx-code-file', txCode, '--yes', '--json'];
  await expectDone(home, accept);
  const rows = rowsOf(await expectDone(home, ['list', '--json']));
  expect(rows.map(({ format, fresh_copies: fresh }) => [format, fresh])).toEqual([
    ['dc+sd-jwt', 30],
    ['vc+sd-jwt', 30],
    ['jwt_vc_json', 1],
  ]);
  for (const { id } of rows) {
    const shown = objectOf(await expectDone(home, ['show', id, '--json']));
    expect(shown['claims']).toMatchObject({ issuing_country: 'CN', age_equal_or_over_18: true });
  }
  const again = await runWallet(home, accept);
  expect(objectOf(again.stdout)).toMatchObject({ error: { code: 'invalid_grant' } });
});

test('collects from an offer by reference, with fewer copies', async () => {
  const { offer, txCode } = await offered('--format', 'dc+sd-jwt', '--by-reference');
  expect(offer).toContain('credential_offer_uri=');
  const stdout = await expectDone(home, [
    ...['accept', offer, '--tx-code-file', txCode, '--yes', '--copies', '2', '--json'],
  ]);
  expect(objectOf(stdout)).toMatchObject({ cards: [{ format: 'dc+sd-jwt', copies: 2 }] });
});

test('five wrong transaction codes burn the offer, and the right one comes too late', async () => {
  const { offer, txCode } = await offered('--format', 'dc+sd-jwt');
  const wrong = folder.file('');
  for (let guess = 0; guess < 5; guess += 1) {
    writeFileSync(wrong, `00000${guess}`);
    const ended = await runWallet(home, ['accept', offer, '--tx-code-file', wrong, '--json']);
    expect(objectOf(ended.stdout)).toMatchObject({ error: { code: 'invalid_grant' } });
  }
  const ended = await runWallet(home, ['accept', offer, '--tx-code-file', txCode, '--json']);
  expect(objectOf(ended.stdout)).toMatchObject({ error: { code: 'invalid_grant' } });
});

test('a revoked card is told after the next bundle', async () => {
  await issuer('revoke', String(enrolment), '--reason', 'lost');
  const bundle = folder.fresh('bundle');
  await issuer('bundle', '--out', bundle);
  await expectDone(home, ['bundle', 'import', bundle]);
  const statuses = rowsOf(await expectDone(home, ['list', '--json'])).map(({ status }) => status);
  expect(statuses.filter((status) => status === 'revoked').length).toBeGreaterThanOrEqual(2);
  expect(statuses).not.toContain('valid');
});
