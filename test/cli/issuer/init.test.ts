import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseTrustAnchor } from '@symbolon/schemas';
import { anchorFingerprint } from '@symbolon/trust';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  copyAuthority,
  issuerJson,
  newHome,
  PASSPHRASE,
  runIssuer,
} from './support/issuer-process.ts';

const withPassphrase = { SYMBOLON_PASSPHRASE: PASSPHRASE };

test('init makes an authority: anchor, keys, store, configuration, each for its owner only', async () => {
  const home = await newHome();
  const argv = ['init', '--authority', 'City of Example', '--url', 'https://id.example'];
  const made = await issuerJson(argv, { home, environment: withPassphrase });
  expect(made).toMatchObject({
    authority: 'City of Example',
    demo: false,
    did: 'did:web:id.example',
    base_url: 'https://id.example',
    anchor: join(home, 'anchor.json'),
  });
  const anchor = parseTrustAnchor(JSON.parse(await readFile(join(home, 'anchor.json'), 'utf8')));
  expect(anchor).toMatchObject({ authority: 'City of Example', demo: false });
  expect(made['anchor_fingerprint']).toBe(await anchorFingerprint(anchor));
  expect((await stat(home)).mode & 0o777).toBe(0o700);
  for (const name of ['keys.json', 'issuer.json', 'issuer.db']) {
    expect((await stat(join(home, name))).mode & 0o077, name).toBe(0);
  }
  expect(await readdir(home)).not.toContain('demo-passphrase');
});

test('init --demo leaves a passphrase of its own in the folder, mode 0600, and says so', async () => {
  const home = await newHome();
  const { code, stderr } = await runIssuer(['init', '--demo'], { home });
  expect(code).toBe(0);
  expect(stderr).toContain('demo-passphrase');
  expect((await stat(join(home, 'demo-passphrase'))).mode & 0o777).toBe(0o600);
  const passphrase = (await readFile(join(home, 'demo-passphrase'), 'utf8')).trim();
  expect(passphrase).toMatch(/^[\w-]{32}$/);
  // It is the passphrase: later commands need no other.
  expect(await issuerJson(['bundle'], { home })).toMatchObject({ sequence: 1 });
});

test('init --demo with a passphrase of the operator leaves none behind', async () => {
  const home = await newHome();
  await issuerJson(['init', '--demo'], { home, environment: withPassphrase });
  expect(await readdir(home)).not.toContain('demo-passphrase');
});

test('a passphrase that lies in the folder opens no authority that is not a demo', async () => {
  const home = await newHome();
  await issuerJson(['init'], { home, environment: withPassphrase });
  await writeFile(join(home, 'demo-passphrase'), PASSPHRASE, { mode: 0o600 });
  const { code, stderr } = await runIssuer(['bundle'], { home });
  expect(code).toBe(1);
  expect(stderr).toContain('--passphrase-file');
});

describe('an authority is never overwritten', async () => {
  const whole = await newHome();
  beforeAll(async () => {
    await issuerJson(['init', '--demo'], { home: whole });
  });

  for (const [name, leave, code] of [
    ['a whole one', [], 'authority_exists'],
    ['one whose issuer.json is gone', ['issuer.json'], 'authority_incomplete'],
  ] as const) {
    test(name, async () => {
      const home = await copyAuthority(whole);
      for (const file of leave) await rm(join(home, file));
      const keys = await readFile(join(home, 'keys.json'), 'utf8');
      const again = await runIssuer(['init', '--demo', '--json'], { home });
      expect(again.code).toBe(1);
      expect(JSON.parse(again.stdout)).toMatchObject({ error: { code } });
      expect(await readFile(join(home, 'keys.json'), 'utf8')).toBe(keys);
    });
  }

  test('of two that are made at once, one is made', async () => {
    const home = await newHome();
    const both = await Promise.all([
      runIssuer(['init', '--demo'], { home }),
      runIssuer(['init', '--demo'], { home }),
    ]);
    expect(both.map(({ code }) => code).sort()).toEqual([0, 1]);
    expect(await issuerJson(['bundle'], { home })).toMatchObject({ sequence: 1 });
  });
});

describe('what is refused makes nothing', () => {
  const cases: readonly (readonly [name: string, argv: readonly string[], code: number])[] = [
    ['an unknown option', ['--force'], 2],
    ['an argument too many', ['here'], 2],
    ['plain http', ['--url', 'http://id.example'], 2],
    ['a path in the URL', ['--url', 'https://id.example/issuer'], 2],
    ['a user in the URL', ['--url', 'https://a@id.example'], 2],
    ['a query in the URL', ['--url', 'https://id.example?a'], 2],
    ['upper case in the host', ['--url', 'https://ID.example'], 2],
    ['a port that cannot be', ['--url', 'https://id.example:99999'], 2],
    ['another scheme', ['--url', 'ftp://id.example'], 2],
    ['an empty name', ['--authority', ''], 2],
    ['a name that moves the cursor', ['--authority', 'City\u001b[2J'], 2],
    ['a name that reads backwards', ['--authority', 'City \u202egnp'], 2],
    ['a name of 300 characters', ['--authority', 'a'.repeat(300)], 2],
  ];
  for (const [name, argv, code] of cases) {
    test(name, async () => {
      const home = await newHome();
      const ended = await runIssuer(['init', ...argv], { home, environment: withPassphrase });
      expect(ended.code).toBe(code);
      expect(ended.stderr).toMatch(/^issuer: error: /);
      await expect(stat(home)).rejects.toMatchObject({ code: 'ENOENT' });
    });
  }

  test('no passphrase, and nobody to ask', async () => {
    const home = await newHome();
    const ended = await runIssuer(['init'], { home });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('SYMBOLON_PASSPHRASE');
    await expect(stat(home)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('a passphrase of seven characters', async () => {
    const home = await newHome();
    const environment = { SYMBOLON_PASSPHRASE: '1234567' };
    expect((await runIssuer(['init'], { home, environment })).code).toBe(1);
    await expect(stat(home)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('a data folder that is a file', async () => {
    const home = await newHome();
    await mkdir(join(home, '..'), { recursive: true });
    await writeFile(home, '');
    const ended = await runIssuer(['init', '--demo', '--json'], { home });
    expect(ended.code).toBe(1);
    expect(JSON.parse(ended.stdout)).toMatchObject({ error: { code: 'folder_unusable' } });
  });

  test('a data folder whose path is too long for the control socket', async () => {
    const home = `${await newHome()}-${'long-'.repeat(30)}`;
    const ended = await runIssuer(['init', '--demo', '--json'], { home });
    expect(ended.code).toBe(1);
    expect(JSON.parse(ended.stdout)).toMatchObject({ error: { code: 'folder_unusable' } });
  });
});
