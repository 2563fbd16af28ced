import { createHash } from 'node:crypto';
import { parseWalletFileHeader } from '@symbolon/schemas/wallet-file';
import { describe, expect, test } from 'vitest';
import {
  createSealingKey,
  type KdfCost,
  openFile,
  sealFile,
} from '../../../wallet-cli/store/sealed-file.ts';

const CHEAP: KdfCost = { cost: 1 << 10, block_size: 8, parallelization: 1 };
const PASSPHRASE = 'correct horse battery';
const plaintext = Buffer.from(JSON.stringify({ secret: 'x'.repeat(500) }));
const key = await createSealingKey(PASSPHRASE, CHEAP);
const sealed = sealFile(plaintext, 'symbolon-wallet', key);
const headerLength = sealed.indexOf('\n') + 1;

function headerOf(file: Buffer) {
  return parseWalletFileHeader(JSON.parse(file.subarray(0, file.indexOf('\n')).toString()));
}

/** What somebody can do who alters the file on purpose: the checksum is no secret. */
function withChecksum(bytes: Buffer): Buffer {
  const body = bytes.subarray(0, -32);
  return Buffer.concat([body, createHash('sha256').update(body).digest()]);
}

function withHeader(change: (header: object) => unknown): Buffer {
  const header = headerOf(sealed);
  return withChecksum(
    Buffer.concat([
      Buffer.from(`${JSON.stringify(change(header))}\n`),
      sealed.subarray(headerLength),
    ]),
  );
}

test('opens what it sealed, with the passphrase and with the keys of an earlier opening', async () => {
  const opened = await openFile(sealed, 'symbolon-wallet', PASSPHRASE);
  expect(opened.plaintext.equals(plaintext)).toBe(true);
  const again = await openFile(sealed, 'symbolon-wallet', opened.key);
  expect(again.plaintext.equals(plaintext)).toBe(true);
});

test('the passphrase is the same words in any Unicode form', async () => {
  const composed = sealFile(
    plaintext,
    'symbolon-wallet',
    await createSealingKey('caf\u00e9 ole', CHEAP),
  );
  await expect(openFile(composed, 'symbolon-wallet', 'cafe\u0301 ole')).resolves.toBeDefined();
});

test('a wrong passphrase is told from a damaged file', async () => {
  for (const wrong of ['correct horse battery ', 'Correct horse battery', '', 'x']) {
    await expect(openFile(sealed, 'symbolon-wallet', wrong)).rejects.toMatchObject({
      name: 'WalletError',
      code: 'wrong_passphrase',
      message: 'the passphrase is wrong',
    });
  }
});

test('no byte of the file can change unnoticed: every one, by accident', async () => {
  for (let at = 0; at < sealed.length; at += 1) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 0x01;
    await expect(openFile(changed, 'symbolon-wallet', key), `byte ${at}`).rejects.toMatchObject({
      code: 'wallet_damaged',
    });
  }
});

test('no byte of the sealed part can change unnoticed: every one, with the checksum made good', async () => {
  for (let at = headerLength; at < sealed.length - 32; at += 1) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 0x80;
    await expect(
      openFile(withChecksum(changed), 'symbolon-wallet', key),
      `byte ${at}`,
    ).rejects.toMatchObject({ code: 'wallet_damaged' });
  }
});

describe('a header that was altered on purpose opens nothing', () => {
  const kdf = { name: 'scrypt', ...CHEAP, salt: 'A'.repeat(22) };
  const nonce = 'B'.repeat(16);
  for (const [why, change, code] of [
    ['another salt', (h: object) => ({ ...h, kdf }), 'wrong_passphrase'],
    ['another nonce', (h: object) => ({ ...h, nonce }), 'wrong_passphrase'],
    ['another key check', (h: object) => ({ ...h, key_check: 'C'.repeat(22) }), 'wrong_passphrase'],
    ['another kind', (h: object) => ({ ...h, kind: 'symbolon-wallet-backup' }), 'wallet_damaged'],
    ['another version', (h: object) => ({ ...h, version: 2 }), 'wallet_damaged'],
    ['another cipher', (h: object) => ({ ...h, cipher: 'none' }), 'wallet_damaged'],
    ['one more member', (h: object) => ({ ...h, extra: true }), 'wallet_damaged'],
    [
      'members in another order',
      (h: object) => Object.fromEntries(Object.entries(h).reverse()),
      'wallet_damaged',
    ],
    ['not an object', () => [], 'wallet_damaged'],
    [
      'cost not a power of two',
      (h: object) => ({ ...h, kdf: { ...kdf, cost: 1025 } }),
      'wallet_damaged',
    ],
    ['cost of 1 TiB', (h: object) => ({ ...h, kdf: { ...kdf, cost: 2 ** 30 } }), 'wallet_damaged'],
    ['cost as text', (h: object) => ({ ...h, kdf: { ...kdf, cost: '1024' } }), 'wallet_damaged'],
    [
      'cost too low to mean anything',
      (h: object) => ({ ...h, kdf: { ...kdf, cost: 2 } }),
      'wallet_damaged',
    ],
    [
      'another derivation',
      (h: object) => ({ ...h, kdf: { ...kdf, name: 'pbkdf2' } }),
      'wallet_damaged',
    ],
  ] as const) {
    test(why, async () => {
      await expect(
        openFile(withHeader(change), 'symbolon-wallet', PASSPHRASE),
      ).rejects.toMatchObject({ code });
    });
  }
});

test('a file cut anywhere, an empty one and a foreign one are damaged, not a fault', async () => {
  for (const bytes of [
    Buffer.alloc(0),
    Buffer.from('hello'),
    Buffer.from(`${'x'.repeat(5000)}\n`),
    Buffer.alloc(5000, '\n'),
    ...[1, headerLength, headerLength + 10, sealed.length - 1].map((end) =>
      sealed.subarray(0, end),
    ),
  ]) {
    await expect(openFile(bytes, 'symbolon-wallet', PASSPHRASE)).rejects.toMatchObject({
      code: 'wallet_damaged',
    });
  }
});

test('a backup is no wallet', async () => {
  const backup = sealFile(plaintext, 'symbolon-wallet-backup', key);
  await expect(openFile(backup, 'symbolon-wallet', key)).rejects.toMatchObject({
    code: 'wallet_damaged',
  });
});

test('nothing of the contents is readable in the file, and no nonce is used twice', () => {
  expect(sealed.includes('secret')).toBe(false);
  expect(sealed.includes('xxxx')).toBe(false);
  const nonces = Array.from({ length: 50 }, () => {
    const file = sealFile(plaintext, 'symbolon-wallet', key);
    return headerOf(file).nonce;
  });
  expect(new Set(nonces).size).toBe(50);
});
