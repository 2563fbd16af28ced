import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSealingKey, openFile, sealFile } from '../../../../wallet-cli/store/sealed-file.ts';
import type { Authority } from './authority.ts';
import { TX_CODE } from './fake-issuer.ts';
import { PASSPHRASE, runWallet } from './run-wallet.ts';

/** A folder for the files of one test file. */
export function workFolder() {
  const root = mkdtempSync(join(tmpdir(), 'symbolon-wallet-cli-'));
  let next = 0;
  return {
    root,
    /** A path that nothing is at yet. */
    fresh: (name = 'wallet') => {
      next += 1;
      return join(root, `${name}-${next}`);
    },
    /** Writes a file and gives its path. */
    file: (content: string | Uint8Array, name = 'file') => {
      next += 1;
      const path = join(root, `${name}-${next}`);
      writeFileSync(path, content);
      return path;
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** The folder of one test file. */
export type WorkFolder = ReturnType<typeof workFolder>;

/** A wallet that trusts the authority and holds its bundle; `copy` gives one of its own to a test. */
export async function prepareWallet(folder: WorkFolder, authority: Authority) {
  const home = folder.fresh('prepared');
  const anchor = folder.file(JSON.stringify(authority.anchor));
  await expectDone(home, [
    'init',
    '--anchor',
    anchor,
    '--anchor-fingerprint',
    authority.fingerprint,
  ]);
  await expectDone(home, ['bundle', 'import', folder.file(await authority.bundle(1))]);
  await makeGuessingCheap(join(home, 'wallet.sealed'));
  return {
    home,
    anchor,
    txCode: folder.file(`${TX_CODE}\n`),
    copy: () => {
      const copy = folder.fresh();
      cpSync(home, copy, { recursive: true, preserveTimestamps: true });
      return copy;
    },
  };
}

/** Seals a wallet anew so that opening it costs next to nothing: these tests open it often. */
async function makeGuessingCheap(path: string) {
  const { plaintext } = await openFile(readFileSync(path), 'symbolon-wallet', PASSPHRASE);
  const cost = { cost: 1 << 10, block_size: 8, parallelization: 1 };
  const key = await createSealingKey(PASSPHRASE, cost);
  writeFileSync(path, sealFile(plaintext, 'symbolon-wallet', key));
}

/** Runs a command that must end well. */
export async function expectDone(home: string, argv: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runWallet(home, argv);
  if (code !== 0)
    throw new Error(`wallet ${argv.join(' ')} ended with ${code}: ${stdout}${stderr}`);
  return stdout;
}
