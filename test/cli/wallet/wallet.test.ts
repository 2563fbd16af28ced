import { copyFileSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createAuthority, makeKey } from './support/authority.ts';
import { startFakeIssuer } from './support/fake-issuer.ts';
import { findingsOf, objectOf, rowsOf } from './support/json.ts';
import { expectDone, prepareWallet, workFolder } from './support/prepared-wallet.ts';
import { PASSPHRASE, runWallet } from './support/run-wallet.ts';

const folder = workFolder();
const issuer = await startFakeIssuer();
const { authority } = issuer;
const prepared = await prepareWallet(folder, authority);
const withCards = prepared.copy();
await expectDone(withCards, ['accept', issuer.offer(), '--tx-code-file', prepared.txCode, '--yes']);

afterAll(() => {
  issuer.stop();
  folder.remove();
});

function copyOf(home: string): string {
  const copy = folder.file('');
  rmSync(copy);
  const { cpSync } = process.getBuiltinModule('node:fs');
  cpSync(home, copy, { recursive: true });
  return copy;
}

function errorOf(stdout: string): unknown {
  return JSON.parse(stdout);
}

describe('init', () => {
  test('makes a wallet for its owner only, under the fingerprint in any spelling', async () => {
    const home = folder.fresh();
    const spelled = authority.fingerprint.toUpperCase().replaceAll(/(..)(?=.)/g, '$1:');
    const stdout = await expectDone(home, [
      ...['init', '--anchor', prepared.anchor, '--anchor-fingerprint', spelled, '--json'],
    ]);
    expect(JSON.parse(stdout)).toMatchObject({
      authority: 'Testland',
      demo: true,
      fingerprint: authority.fingerprint,
      folder: home,
    });
    expect(statSync(home).mode & 0o777).toBe(0o700);
    expect(readdirSync(home)).toEqual(['wallet.sealed']);
    expect(statSync(join(home, 'wallet.sealed')).mode & 0o777).toBe(0o600);
  });

  for (const [why, argv, code] of [
    ['another fingerprint', ['--anchor-fingerprint', '0'.repeat(64)], 'fingerprint_mismatch'],
    ['no fingerprint and nobody to ask', [], 'not_interactive'],
  ] as const) {
    test(`refuses ${why}, and makes nothing`, async () => {
      const home = folder.fresh();
      const ended = await runWallet(home, ['init', '--anchor', prepared.anchor, ...argv, '--json']);
      expect(ended.code).toBe(1);
      expect(errorOf(ended.stdout)).toMatchObject({ error: { code } });
      expect(() => statSync(home)).toThrow();
    });
  }

  const good = JSON.stringify(authority.anchor);
  for (const [why, text] of [
    ['no JSON', 'hello'],
    ['a list', '[]'],
    ['a doubled member', good.replace('{', '{"authority":"Evil",')],
    ['__proto__', good.replace('{', '{"__proto__":{},')],
    ['a member more', good.replace('{', '{"extra":1,')],
    ['a private key', good.replace('"kty"', '"d":"x","kty"')],
    ['another kind', good.replace('symbolon-trust-anchor', 'other')],
    ['1 MB', `${' '.repeat(1_000_000)}${good}`],
    ['an empty file', ''],
  ] as const) {
    test(`refuses an anchor file with ${why}`, async () => {
      const home = folder.fresh();
      const argv = [
        'init',
        '--anchor',
        folder.file(text),
        '--anchor-fingerprint',
        authority.fingerprint,
      ];
      const ended = await runWallet(home, argv);
      expect(ended.code, ended.stderr).toBe(1);
      expect(() => statSync(home)).toThrow();
    });
  }

  test('refuses a short passphrase, an existing wallet, a missing file', async () => {
    const argv = [
      'init',
      '--anchor',
      prepared.anchor,
      '--anchor-fingerprint',
      authority.fingerprint,
    ];
    await expect(runWallet(folder.fresh(), argv, { passphrase: 'short' })).resolves.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('passphrase is too short'),
    });
    await expect(runWallet(prepared.copy(), argv)).resolves.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('there is a wallet already'),
    });
    const missing = [
      'init',
      '--anchor',
      '/nowhere/anchor.json',
      '--anchor-fingerprint',
      authority.fingerprint,
    ];
    await expect(runWallet(folder.fresh(), missing)).resolves.toMatchObject({ code: 1 });
  });

  for (const argv of [
    ['init'],
    ['init', '--anchor', 'x', '--anchor-fingerprint', 'abc'],
    ['init', 'x'],
  ]) {
    test(`usage: '${argv.join(' ')}' ends with 2`, async () => {
      await expect(runWallet(folder.fresh(), argv)).resolves.toMatchObject({ code: 2 });
    });
  }
});

describe('bundle import', () => {
  test('takes over a bundle from a file, from standard input and from a URL', async () => {
    for (const [argument, input] of [
      [folder.file(`${await authority.bundle(2)}\n`), ''],
      ['-', await authority.bundle(2)],
      [`${issuer.origin}/trust-bundle`, ''],
    ] as const) {
      const ended = await runWallet(prepared.copy(), ['bundle', 'import', argument], { input });
      expect(ended.code, ended.stderr).toBe(0);
      expect(ended.stdout).toContain('of Testland taken over');
    }
  });

  test('[attack 93] refuses a bundle with a lower number than the one held', async () => {
    const home = prepared.copy();
    await expectDone(home, ['bundle', 'import', folder.file(await authority.bundle(5))]);
    const old = folder.file(await authority.bundle(4));
    const ended = await runWallet(home, ['bundle', 'import', old, '--json']);
    expect(ended.code).toBe(1);
    expect(errorOf(ended.stdout)).toMatchObject({ error: { code: 'bundle_rollback' } });
    // Not even when the bundle in the folder was taken away before.
    rmSync(join(home, 'trust-bundle.jwt'));
    const again = await runWallet(home, ['bundle', 'import', old, '--json']);
    expect(errorOf(again.stdout)).toMatchObject({ error: { code: 'bundle_rollback' } });
  });

  test('refuses a bundle of another authority, an expired one, and one with a changed byte', async () => {
    const other = await createAuthority(issuer.origin);
    const now = Math.floor(Date.now() / 1000);
    const expired = {
      issued_at: now - 20 * 86_400,
      next_update: now - 19 * 86_400,
      expires_at: now - 6 * 86_400,
    };
    const good = await authority.bundle(9);
    const changed = `${good.slice(0, -5)}${good.at(-5) === 'A' ? 'B' : 'A'}${good.slice(-4)}`;
    for (const bundle of [
      await other.bundle(9),
      await authority.bundle(9, expired),
      changed,
      good.slice(0, -1),
      'hello',
      '',
    ]) {
      const home = prepared.copy();
      const before = readFileSync(join(home, 'trust-bundle.jwt'));
      const ended = await runWallet(home, ['bundle', 'import', folder.file(bundle)]);
      expect(ended.code, ended.stderr).toBe(1);
      expect(readFileSync(join(home, 'trust-bundle.jwt')).equals(before)).toBe(true);
    }
  });

  test('an announced anchor takes over, and the old one signs nothing more', async () => {
    const home = prepared.copy();
    const next = await makeKey();
    const announcing = await authority.bundle(2, { next_anchor: next.publicJwk });
    const early = await authority.bundle(3, {}, [], next.signer);
    const importing = async (bundle: string) =>
      (await runWallet(home, ['bundle', 'import', folder.file(bundle)])).code;
    expect(await importing(early)).toBe(1);
    expect(await importing(announcing)).toBe(0);
    expect(await importing(early)).toBe(0);
    expect(await importing(await authority.bundle(4))).toBe(1);
    expect(await importing(await authority.bundle(5, {}, [], next.signer))).toBe(0);
  });

  test('an older bundle that is put into the folder is noticed', async () => {
    const home = prepared.copy();
    const old = readFileSync(join(home, 'trust-bundle.jwt'));
    await expectDone(home, ['bundle', 'import', folder.file(await authority.bundle(7))]);
    writeFileSync(join(home, 'trust-bundle.jwt'), old);
    const ended = await runWallet(home, ['accept', issuer.offer(), '--json']);
    expect(errorOf(ended.stdout)).toMatchObject({ error: { code: 'bundle_missing' } });
  });

  for (const [url, code] of [
    ['http://id.example/trust-bundle', 'location_refused'],
    ['http://169.254.169.254/', 'location_refused'],
    ['http://127.0.0.1:1/trust-bundle', 'unreachable'],
  ] as const) {
    test(`refuses to fetch ${url}`, async () => {
      const ended = await runWallet(prepared.copy(), ['bundle', 'import', url, '--json']);
      expect(errorOf(ended.stdout)).toMatchObject({ error: { code } });
    });
  }

  test('follows no redirect and takes no endless answer', async () => {
    issuer.misbehave.set('/redirect', (response) => {
      response.writeHead(302, { location: `${issuer.origin}/trust-bundle` });
      response.end();
    });
    const ended = await runWallet(prepared.copy(), [
      ...['bundle', 'import', `${issuer.origin}/redirect`, '--json'],
    ]);
    expect(errorOf(ended.stdout)).toMatchObject({ error: { code: 'redirect_refused' } });
  });
});

describe('list, show, delete, history', () => {
  test('show tells what is on the card, and takes the beginning of an id', async () => {
    const [{ id = '' } = {}] = rowsOf(await expectDone(withCards, ['list', '--json']));
    const shown = objectOf(await expectDone(withCards, ['show', id.slice(0, 5), '--json']));
    expect(shown['claims']).toMatchObject({
      family_name: 'Zhang',
      age_equal_or_over_18: true,
      portrait_thumb: '(picture, 600 bytes)',
      assurance_level: 'basic',
    });
    const text = await expectDone(withCards, ['show', id]);
    expect(text).toMatch(/Family name +Zhang/);
    expect(text).toContain('<U+202E>');
    expect(text).not.toContain('\u202e');
  });

  for (const command of ['show', 'delete']) {
    for (const id of ['zzzzzz', '', '../..', '*']) {
      test(`${command} refuses '${id}', which is no card`, async () => {
        const ended = await runWallet(withCards, [command, id, '--json']);
        expect(ended.code).toBe(1);
        expect(errorOf(ended.stdout)).toMatchObject({ error: { code: 'card_unknown' } });
      });
    }
  }

  test('delete asks, and with --yes deletes; the history keeps that it did', async () => {
    const home = copyOf(withCards);
    const [{ id = '' } = {}] = rowsOf(await expectDone(home, ['list', '--json']));
    const asked = await runWallet(home, ['delete', id, '--json']);
    expect(errorOf(asked.stdout)).toMatchObject({ error: { code: 'not_interactive' } });
    await expectDone(home, ['delete', id, '--yes']);
    expect(JSON.parse(await expectDone(home, ['list', '--json']))).toHaveLength(1);
    expect(JSON.parse(await expectDone(home, ['history', '--json']))).toMatchObject([
      { event: 'received' },
      { event: 'deleted', card: id, format: 'dc+sd-jwt' },
    ]);
  });

  test('the history of a new wallet is empty', async () => {
    expect(await expectDone(prepared.home, ['history'])).toBe('Nothing has happened yet.\n');
  });
});

describe('backup and restore', () => {
  test('moves cards to another device, and marks the copies', async () => {
    const home = copyOf(withCards);
    const file = folder.fresh('backup');
    await expectDone(home, ['backup', file]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const other = folder.fresh();
    await expectDone(other, ['restore', file]);
    expect(JSON.parse(await expectDone(other, ['list', '--json']))).toMatchObject([
      { copies: 3, fresh_copies: 0, status: 'valid' },
      { copies: 3, fresh_copies: 0, status: 'valid' },
    ]);
    expect(JSON.parse(await expectDone(other, ['history', '--json']))).toMatchObject([
      { event: 'received' },
      { event: 'backed_up' },
      { event: 'restored' },
    ]);
  });

  test('a backup has its own passphrase, and tells nothing without it', async () => {
    const home = copyOf(withCards);
    const file = folder.fresh('backup');
    const own = folder.file('another passphrase\n');
    await expectDone(home, ['backup', file, '--backup-passphrase-file', own]);
    expect(readFileSync(file).includes('Zhang')).toBe(false);
    const ended = await runWallet(folder.fresh(), ['restore', file, '--json']);
    expect(errorOf(ended.stdout)).toMatchObject({ error: { code: 'wrong_passphrase' } });
    await expectDone(folder.fresh(), ['restore', file, '--backup-passphrase-file', own]);
  });

  test('never writes over a file, and never restores over a wallet', async () => {
    const home = copyOf(withCards);
    const file = folder.file('precious');
    const ended = await runWallet(home, ['backup', file, '--json']);
    expect(errorOf(ended.stdout)).toMatchObject({ error: { code: 'backup_exists' } });
    expect(readFileSync(file, 'utf8')).toBe('precious');
    const restored = await runWallet(home, ['restore', file, '--json']);
    expect(errorOf(restored.stdout)).toMatchObject({ error: { code: 'wallet_exists' } });
  });

  test('a damaged backup, a wallet file and a missing file are refused, and nothing is made', async () => {
    const good = folder.fresh('backup');
    await expectDone(copyOf(withCards), ['backup', good]);
    const bytes = readFileSync(good);
    const changed = Buffer.from(bytes);
    changed[2000] = (changed[2000] ?? 0) ^ 1;
    const wallet = folder.file('');
    copyFileSync(join(withCards, 'wallet.sealed'), wallet);
    for (const [file, code] of [
      [folder.file(changed), 'wallet_damaged'],
      [folder.file(bytes.subarray(0, 3000)), 'wallet_damaged'],
      [folder.file('hello'), 'wallet_damaged'],
      [wallet, 'wallet_damaged'],
      ['/nowhere/backup', 'wallet_missing'],
    ] as const) {
      const home = folder.fresh();
      const ended = await runWallet(home, ['restore', file, '--json']);
      expect(errorOf(ended.stdout)).toMatchObject({ error: { code } });
      expect(() => statSync(home)).toThrow();
    }
  });
});

describe('the sealed file', () => {
  test('a wrong passphrase and a damaged file are two clear refusals, for every command', async () => {
    const damaged = copyOf(withCards);
    const path = join(damaged, 'wallet.sealed');
    const bytes = readFileSync(path);
    bytes[1500] = (bytes[1500] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    for (const argv of [['list'], ['history'], ['show', 'a'], ['backup', folder.fresh()]]) {
      const wrong = await runWallet(withCards, argv, { passphrase: `${PASSPHRASE}x` });
      expect(wrong).toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringContaining('wallet: error: the passphrase is wrong'),
      });
      const broken = await runWallet(damaged, argv);
      expect(broken).toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringContaining('wallet: error: the wallet file is damaged'),
      });
    }
  });

  test('[attack 119] neither claims, keys nor codes are anywhere in the folder in the clear', () => {
    for (const name of readdirSync(withCards)) {
      const bytes = readFileSync(join(withCards, name));
      for (const secret of ['Zhang', 'family_name', 'the-token', 'the-code', '"d":']) {
        expect(bytes.includes(secret), `${secret} in ${name}`).toBe(false);
      }
    }
  });
});

describe('doctor', () => {
  test('says that all is well, and warns of few copies', async () => {
    const findings = findingsOf(await expectDone(withCards, ['doctor', '--json']));
    expect(findings.map(({ outcome }) => outcome)).not.toContain('broken');
    expect(findings).toContainEqual(
      expect.objectContaining({
        outcome: 'warning',
        message: expect.stringContaining('3 copies left'),
      }),
    );
  });

  for (const [why, harm, subject] of [
    ['no wallet', (home: string) => rmSync(join(home, 'wallet.sealed')), 'wallet'],
    [
      'a damaged wallet',
      (home: string) => writeFileSync(join(home, 'wallet.sealed'), 'x'),
      'contents',
    ],
    ['a lost bundle', (home: string) => rmSync(join(home, 'trust-bundle.jwt')), 'trust bundle'],
    [
      'a damaged bundle',
      (home: string) => writeFileSync(join(home, 'trust-bundle.jwt'), 'x'),
      'trust bundle',
    ],
  ] as const) {
    test(`finds ${why}, and says how to mend it`, async () => {
      const home = copyOf(withCards);
      harm(home);
      const ended = await runWallet(home, ['doctor', '--json']);
      expect(ended.code).toBe(1);
      expect(findingsOf(ended.stdout)).toContainEqual(
        expect.objectContaining({ subject, outcome: 'broken', hint: expect.any(String) }),
      );
    });
  }

  test('finds files that others can read, leftovers and a lock', async () => {
    const home = copyOf(withCards);
    process.getBuiltinModule('node:fs').chmodSync(join(home, 'wallet.sealed'), 0o644);
    writeFileSync(join(home, '.0123456789abcdef.tmp'), 'x');
    writeFileSync(join(home, 'wallet.lock'), 'elsewhere\n1\n1');
    const stdout = await expectDone(home, ['doctor']);
    expect(stdout).toMatch(/warn {2}wallet: other users/);
    expect(stdout).toMatch(/warn {2}left over: 1 temporary file/);
    expect(stdout).toMatch(/warn {2}lock: held by process 1/);
  });
});

test('every command has a help with examples and exit codes, and needs no wallet for it', async () => {
  const { stdout } = await runWallet(folder.fresh(), ['--help']);
  const commands = [...stdout.matchAll(/^ {2}([a-z]+(?: import)?) {2,}/gm)].map(
    ([, name = '']) => name,
  );
  expect(commands).toEqual([
    ...['init', 'bundle import', 'accept', 'list', 'show', 'present', 'history', 'delete'],
    ...['backup', 'restore', 'doctor'],
  ]);
  for (const command of commands) {
    const help = await runWallet(folder.fresh(), [...command.split(' '), '--help']);
    expect(help, command).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toMatch(/Examples:[\s\S]*Exit codes:/);
  }
});
