import { mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from '@symbolon/credentials/crypto';
import { describe, expect, test } from 'vitest';
import { KEY_FILE, readKeyFile, writeKeyFile } from '../../../../issuer/agent/key-file.ts';
import { KeyVault } from '../../../../issuer/agent/key-vault.ts';

const vault = await KeyVault.create('a passphrase', { cost: 16_384, random: randomBytes });
await vault.createKey('credential-1', 'credential');

const newFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'symbolon-keys-'));

test('the key store is written for its owner only, and read back as it was', async () => {
  const folder = await newFolder();
  const file = vault.toFile();
  await writeKeyFile(folder, file);
  expect((await stat(join(folder, KEY_FILE))).mode & 0o777).toBe(0o600);
  expect(await readKeyFile(folder)).toEqual(file);
});

test('a folder without a key store is told apart from a damaged one', async () => {
  await expect(readKeyFile(await newFolder())).rejects.toMatchObject({ code: 'key_store_missing' });
});

describe('a file that is not a key store is refused before anything is derived', () => {
  const whole = JSON.stringify(vault.toFile());
  const cases: readonly (readonly [name: string, text: string])[] = [
    ['nothing', ''],
    ['not JSON', '{'],
    ['an array', '[]'],
    ['cut short', whole.slice(0, -5)],
    ['another kind', whole.replace('symbolon-issuer-keys', 'symbolon-wallet')],
    ['a later version', whole.replace('"version":1', '"version":2')],
    ['an unknown member', whole.replace('{', '{"more":1,')],
    ['a cost that would take all memory', whole.replace('"n":16384', '"n":1073741824')],
    ['a cost of nothing', whole.replace('"n":16384', '"n":2')],
    ['a key without its sealed half', whole.replace(/"sealed":"[^"]*"\}\],"id/, '"x":1}],"id')],
    ['larger than a key store', whole + ' '.repeat(1_048_577)],
  ];
  for (const [name, text] of cases) {
    test(name, async () => {
      const folder = await newFolder();
      expect(text).not.toBe(whole);
      await writeFile(join(folder, KEY_FILE), text);
      await expect(readKeyFile(folder)).rejects.toMatchObject({ code: 'key_store_invalid' });
      expect(await readFile(join(folder, KEY_FILE), 'utf8')).toBe(text);
    });
  }
});
