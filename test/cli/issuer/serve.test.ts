import { access, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';
import {
  copyAuthority,
  freePort,
  issuerJson,
  newHome,
  PASSPHRASE,
  parseObject,
  type RunningIssuer,
  runIssuer,
  serveIssuer,
} from './support/issuer-process.ts';

const running: RunningIssuer[] = [];
afterEach(async () => {
  for (const each of running.splice(0)) {
    if (each.child.exitCode === null && each.child.signalCode === null) await each.stop('SIGKILL');
  }
});

const port = await freePort();
const demo = await newHome();
const real = await newHome();

beforeAll(async () => {
  const argv = ['init', '--url', `http://localhost:${port}`];
  await issuerJson([...argv, '--demo'], { home: demo });
  await issuerJson(argv, { home: real, environment: { SYMBOLON_PASSPHRASE: PASSPHRASE } });
});

async function serve(
  home: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<RunningIssuer> {
  const service = await serveIssuer({ home, environment });
  running.push(service);
  return service;
}

test('serve says where it listens, answers, and ends cleanly on SIGTERM', async () => {
  const home = await copyAuthority(demo);
  const begun = performance.now();
  const service = await serve(home);
  expect(performance.now() - begun).toBeLessThan(15_000);
  expect(service.ready).toContain(`port ${port} for http://localhost:${port}`);
  const response = await fetch(`http://localhost:${port}/healthz`);
  expect(response.status).toBe(200);
  await response.arrayBuffer();
  expect((await stat(join(home, 'control.sock'))).mode & 0o777).toBe(0o600);
  expect(await service.stop('SIGTERM')).toBe(0);
  await expect(access(join(home, 'control.sock'))).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(fetch(`http://localhost:${port}/healthz`)).rejects.toBeInstanceOf(Error);
});

test('while it runs, the other commands reach it and need no passphrase', async () => {
  const home = await copyAuthority(real);
  expect((await runIssuer(['bundle'], { home })).code).toBe(1);
  const service = await serve(home, { SYMBOLON_PASSPHRASE: PASSPHRASE });
  const first = await issuerJson(['bundle'], { home });
  const second = await issuerJson(['bundle'], { home });
  expect(Number(second['sequence'])).toBe(Number(first['sequence']) + 1);
  expect(await service.stop('SIGINT')).toBe(0);
  const environment = { SYMBOLON_PASSPHRASE: PASSPHRASE };
  const third = await issuerJson(['bundle'], { home, environment });
  expect(Number(third['sequence'])).toBe(Number(second['sequence']) + 1);
});

test('a refusal through the socket has the code and the exit of one made directly', async () => {
  const home = await copyAuthority(demo);
  const argv = ['offer', '0'.repeat(32), '--json'];
  const direct = await runIssuer(argv, { home });
  await serve(home);
  const remote = await runIssuer(argv, { home });
  expect(remote).toEqual(direct);
  expect(remote.code).toBe(1);
});

test('[attack 119] enrolment, offer and revocation through the socket; the log names nobody', async () => {
  const home = await copyAuthority(demo);
  const record = (await runIssuer(['enrol', '--example'], { home })).stdout;
  const path = join(dirname(home), 'record.json');
  await writeFile(path, record);
  const service = await serve(home);
  const { enrolment_id: id } = await issuerJson(['enrol', '--record', path, '--operator', 'op-7'], {
    home,
  });
  const { offer, tx_code: txCode } = await issuerJson(['offer', String(id)], { home });
  expect(await issuerJson(['revoke', String(id), '--reason', 'lost'], { home })).toEqual({
    changed: 0,
  });
  await service.stop('SIGTERM');
  const person = parseObject(record);
  const code = new URL(String(offer)).searchParams.get('credential_offer') ?? '';
  const secrets = [
    person['id_number'],
    person['family_name'],
    txCode,
    /"pre-authorized_code":"([^"]+)"/.exec(code)?.[1],
  ];
  expect(secrets).not.toContain(undefined);
  for (const secret of secrets) expect(service.output()).not.toContain(String(secret));
});

test('[attack 119] debug variables print no claim', async () => {
  const home = await copyAuthority(demo);
  const record = (await runIssuer(['enrol', '--example'], { home })).stdout;
  const path = join(dirname(home), 'record.json');
  await writeFile(path, record);
  const environment = { DEBUG: '*' };
  const argv = ['enrol', '--record', path, '--operator', 'op-7'];
  const ended = await runIssuer(argv, { home, environment });
  expect(ended.code).toBe(0);
  expect(ended.stderr).not.toContain('veramo');
  expect(ended.stderr).not.toContain(String(parseObject(record)['id_number']));
});

test('two services never run on one folder', async () => {
  const home = await copyAuthority(demo);
  await serve(home);
  const begun = performance.now();
  const { code, stderr } = await runIssuer(['serve'], { home });
  expect(code).toBe(1);
  expect(stderr).toContain("another 'issuer serve' runs on the data folder");
  expect(performance.now() - begun).toBeLessThan(4_000);
});

test('kill -9 leaves a folder that the next command and the next service just use', async () => {
  const home = await copyAuthority(demo);
  const service = await serve(home);
  const { sequence: before } = await issuerJson(['bundle'], { home });
  await service.stop('SIGKILL');
  // The socket of the killed one is still there, and nobody behind it.
  await access(join(home, 'control.sock'));
  const { sequence: after } = await issuerJson(['bundle'], { home });
  expect(Number(after)).toBe(Number(before) + 1);
  await serve(home);
  const response = await fetch(`http://localhost:${port}/healthz`);
  expect(response.status).toBe(200);
  await response.arrayBuffer();
});

test('an address that is taken is a refusal that names it, and the folder is free again', async () => {
  const home = await copyAuthority(demo);
  await serve(home);
  const other = await copyAuthority(demo);
  const { code, stderr } = await runIssuer(['serve'], { home: other });
  expect(code).toBe(1);
  expect(stderr).toContain(`port ${port} (EADDRINUSE)`);
  expect(await issuerJson(['bundle'], { home: other })).toMatchObject({ sequence: 1 });
});

test('parallel commands wait for one another, and each gets a number of its own', async () => {
  const home = await copyAuthority(demo);
  const many = await Promise.all(Array.from({ length: 4 }, () => issuerJson(['bundle'], { home })));
  expect(many.map(({ sequence }) => Number(sequence)).sort()).toEqual([1, 2, 3, 4]);
});

test('a wrong issuer.json is named by its member', async () => {
  const home = await copyAuthority(demo);
  const path = join(home, 'issuer.json');
  const config = { ...parseObject(await readFile(path, 'utf8')), batch_siez: 3 };
  await writeFile(path, JSON.stringify(config));
  const { code, stderr } = await runIssuer(['serve'], { home });
  expect(code).toBe(1);
  expect(stderr).toContain('batch_siez');
});
