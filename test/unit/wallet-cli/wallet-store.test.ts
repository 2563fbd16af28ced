import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TrustAnchor } from '@symbolon/schemas';
import type { WalletDocument } from '@symbolon/schemas/wallet-file';
import { expect, test } from 'vitest';
import { withLock } from '../../../wallet-cli/store/lock.ts';
import type { KdfCost } from '../../../wallet-cli/store/sealed-file.ts';
import {
  createWallet,
  lockPath,
  openWallet,
  refuseExistingWallet,
  walletPath,
} from '../../../wallet-cli/store/wallet.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const cost: KdfCost = { cost: 1 << 10, block_size: 8, parallelization: 1 };
const passphrase = 'correct horse battery';
const anchor: TrustAnchor = {
  kind: 'symbolon-trust-anchor',
  version: 1,
  authority: 'Testland',
  demo: true,
  key: { kty: 'EC', crv: 'P-256', x: 'w'.repeat(43), y: 'Y'.repeat(43) },
};
const empty: WalletDocument = { version: 1, anchor, bundle: null, cards: [], history: [] };
const writer = fileURLToPath(new URL('./support/concurrent-writer.ts', import.meta.url));

async function newWallet() {
  const home = join(temporaryFolder(), 'wallet');
  return { home, wallet: await createWallet(home, empty, { passphrase, cost }) };
}

test('file and folder are for their owner only, also after a change', async () => {
  const { home, wallet } = await newWallet();
  await wallet.update((document) => ({ document, result: undefined }));
  expect(statSync(home).mode & 0o777).toBe(0o700);
  expect(statSync(walletPath(home)).mode & 0o777).toBe(0o600);
  expect(readdirSync(home)).toEqual(['wallet.sealed']);
});

test('an existing wallet is never overwritten', async () => {
  const { home } = await newWallet();
  const before = readFileSync(walletPath(home));
  await expect(
    createWallet(home, empty, { passphrase: 'another one', cost }),
  ).rejects.toMatchObject({
    code: 'wallet_exists',
  });
  await expect(refuseExistingWallet(home)).rejects.toMatchObject({ code: 'wallet_exists' });
  expect(readFileSync(walletPath(home)).equals(before)).toBe(true);
});

test('no wallet, a wrong passphrase and a damaged file are three clear refusals', async () => {
  await expect(openWallet(temporaryFolder(), passphrase)).rejects.toMatchObject({
    code: 'wallet_missing',
  });
  const { home } = await newWallet();
  await expect(openWallet(home, 'wrong')).rejects.toMatchObject({ code: 'wrong_passphrase' });
  const bytes = readFileSync(walletPath(home));
  writeFileSync(walletPath(home), bytes.subarray(0, -1));
  await expect(openWallet(home, passphrase)).rejects.toMatchObject({ code: 'wallet_damaged' });
});

test('a change that throws changes nothing and leaves no lock', async () => {
  const { home, wallet } = await newWallet();
  const before = readFileSync(walletPath(home));
  await expect(
    wallet.update(() => {
      throw new RangeError('no');
    }),
  ).rejects.toThrow('no');
  expect(readFileSync(walletPath(home)).equals(before)).toBe(true);
  expect(readdirSync(home)).toEqual(['wallet.sealed']);
});

test('what would not be readable again is not written', async () => {
  const { home, wallet } = await newWallet();
  await expect(
    wallet.update((document) => ({
      document: { ...document, history: [{ event: 'restored', at: -1 }] },
      result: undefined,
    })),
  ).rejects.toMatchObject({ name: 'ParseError' });
  await expect(openWallet(home, passphrase)).resolves.toMatchObject({ document: empty });
});

test('a change is made to what is on the disk, not to what was read at first', async () => {
  const { home, wallet } = await newWallet();
  const other = await openWallet(home, passphrase);
  await other.update((document) => ({
    document: { ...document, history: [{ event: 'restored', at: 1 }] },
    result: undefined,
  }));
  await wallet.update((document) => ({
    document: { ...document, history: [...document.history, { event: 'restored', at: 2 }] },
    result: undefined,
  }));
  const { document } = await openWallet(home, passphrase);
  expect(document.history.map(({ at }) => at)).toEqual([1, 2]);
});

test('four processes write at the same time: no change is lost', async () => {
  const { home } = await newWallet();
  const each = 20;
  const children = [1, 2, 3, 4].map((at) =>
    fork(writer, [home, passphrase, String(at), String(each)], { execArgv: [] }),
  );
  const codes = await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0]));
  expect(codes).toEqual([0, 0, 0, 0]);
  const { document } = await openWallet(home, passphrase);
  expect(document.history).toHaveLength(4 * each);
  expect(existsSync(lockPath(home))).toBe(false);
});

test('a writer that is killed at any moment leaves the old wallet or the new one, and no lock that stays', async () => {
  const { home } = await newWallet();
  let last = 0;
  for (let round = 0; round < 12; round += 1) {
    const child = fork(writer, [home, passphrase, '1', '100000'], { execArgv: [], silent: true });
    await once(child, 'message');
    await new Promise((resolve) => setTimeout(resolve, 3 * round));
    child.kill('SIGKILL');
    await once(child, 'exit');
    const wallet = await openWallet(home, passphrase);
    const count = wallet.document.history.length;
    expect(count).toBeGreaterThan(last);
    last = count;
    await wallet.update((document) => ({ document, result: undefined }));
  }
}, 60_000);

test('a crash between writing and renaming leaves the old wallet', async () => {
  const { home, wallet } = await newWallet();
  // What such a crash leaves behind: a temporary file that was written in full or in part.
  writeFileSync(join(home, '.0123456789abcdef.tmp'), 'half a wall');
  await expect(openWallet(home, passphrase)).resolves.toMatchObject({ document: empty });
  await wallet.update((document) => ({ document, result: undefined }));
  await expect(openWallet(home, passphrase)).resolves.toMatchObject({ document: empty });
});

test('the lock of a process that is gone is taken over; that of a living one is not', async () => {
  const path = join(temporaryFolder(), 'lock');
  const gone = spawnSync(process.execPath, ['-e', '0']).pid;
  for (const content of [`${hostname()}\n${gone}\n12345`, `${hostname()}\n${process.pid}\n1`]) {
    writeFileSync(path, content);
    await expect(withLock(path, async () => 'done')).resolves.toBe('done');
    expect(existsSync(path)).toBe(false);
  }
  await withLock(path, async () => {
    await expect(withLock(path, async () => 'second', 300)).rejects.toMatchObject({
      code: 'wallet_locked',
    });
  });
});

test('many that see an abandoned lock at once still take turns', async () => {
  const path = join(temporaryFolder(), 'lock');
  writeFileSync(path, `${hostname()}\n${spawnSync(process.execPath, ['-e', '0']).pid}\n12345`);
  let inside = 0;
  let most = 0;
  await Promise.all(
    Array.from({ length: 8 }, () =>
      withLock(path, async () => {
        inside += 1;
        most = Math.max(most, inside);
        await new Promise((resolve) => setTimeout(resolve, 5));
        inside -= 1;
      }),
    ),
  );
  expect(most).toBe(1);
});
