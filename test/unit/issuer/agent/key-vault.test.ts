import { randomBytes, verifySignature } from '@symbolon/credentials/crypto';
import { describe, expect, test } from 'vitest';
import { KeyVault } from '../../../../issuer/agent/key-vault.ts';

const COST = 16_384;
const PASSPHRASE = 'correct horse battery staple';

async function createVault(): Promise<KeyVault> {
  const vault = await KeyVault.create(PASSPHRASE, { cost: COST, random: randomBytes });
  await vault.createKey('credential-1', 'credential');
  await vault.createKey('status-1', 'status');
  vault.createSecret('wrapping');
  vault.createSecret('nonce');
  vault.addIdentifier({
    did: 'did:web:id.example',
    alias: 'id.example',
    controllerKey: 'credential-1',
    keys: ['credential-1'],
  });
  return vault;
}

const vault = await createVault();
const file = vault.toFile();

/** A copy of the file, as it comes back from the disk, that a test may damage. */
const copyFile = (): typeof file => structuredClone(file);

test('a vault opens with its passphrase and holds the same keys, secrets and identity', async () => {
  const opened = await KeyVault.open(copyFile(), PASSPHRASE, randomBytes);
  const data = new TextEncoder().encode('to be signed');
  const signature = await opened.findKey('credential-1').signer.sign(data);
  const { publicJwk } = vault.findKey('credential-1');
  expect(await verifySignature({ alg: 'ES256', key: publicJwk, data, signature })).toBe(true);
  expect(opened.findSecret('wrapping')).toEqual(vault.findSecret('wrapping'));
  expect(opened.identifiers()).toEqual(vault.identifiers());
  expect(opened.keys().map(({ kid }) => kid)).toEqual(['credential-1', 'status-1']);
});

test('a passphrase is the same however its accents are composed (NFKC)', async () => {
  const composed = await KeyVault.create('caf\u00e9-caf\u00e9', {
    cost: COST,
    random: randomBytes,
  });
  const opened = KeyVault.open(composed.toFile(), 'cafe\u0301-cafe\u0301', randomBytes);
  await expect(opened).resolves.toBeInstanceOf(KeyVault);
});

test('no private key and no secret stands in the file', () => {
  const text = JSON.stringify(file);
  for (const name of ['wrapping', 'nonce']) {
    const secret = Buffer.from(vault.findSecret(name));
    for (const encoding of ['hex', 'base64', 'base64url'] as const) {
      expect(text).not.toContain(secret.toString(encoding).slice(0, 20));
    }
  }
  expect(text).not.toMatch(/"d":/);
});

test('two vaults of one passphrase share no salt and no sealed byte', async () => {
  const other = (await createVault()).toFile();
  expect(other.kdf.salt).not.toBe(file.kdf.salt);
  expect(other.check).not.toBe(file.check);
});

describe('a vault that was changed, or is opened wrongly, does not open', () => {
  const cases: readonly (readonly [
    name: string,
    damage: (copy: typeof file) => void,
    code: string,
    passphrase?: string,
  ])[] = [
    ['another passphrase', () => undefined, 'passphrase_wrong', 'correct horse battery stapl'],
    ['an empty passphrase', () => undefined, 'passphrase_wrong', ''],
    [
      'another salt',
      (copy) => {
        copy.kdf.salt = Buffer.alloc(32, 1).toString('base64url');
      },
      'passphrase_wrong',
    ],
    [
      'another scrypt cost',
      (copy) => {
        copy.kdf.n = 32_768;
      },
      'passphrase_wrong',
    ],
    [
      'a sealed key under the name of another',
      (copy) => {
        const [first, second] = copy.keys;
        if (first && second) [first.sealed, second.sealed] = [second.sealed, first.sealed];
      },
      'key_store_invalid',
    ],
    [
      'a key that is given another purpose',
      (copy) => {
        if (copy.keys[1]) copy.keys[1].purpose = 'bundle';
      },
      'key_store_invalid',
    ],
    [
      'the public half of somebody else',
      (copy) => {
        if (copy.keys[0] && copy.keys[1]) copy.keys[0].public_jwk = copy.keys[1].public_jwk;
      },
      'key_store_invalid',
    ],
    [
      'a secret under the name of another',
      (copy) => {
        const [first, second] = copy.secrets;
        if (first && second) [first.sealed, second.sealed] = [second.sealed, first.sealed];
      },
      'key_store_invalid',
    ],
    [
      'a sealed key cut short',
      (copy) => {
        if (copy.keys[0]) copy.keys[0].sealed = copy.keys[0].sealed.slice(0, 20);
      },
      'key_store_invalid',
    ],
    [
      'one bit of a sealed secret changed',
      (copy) => {
        const row = copy.secrets[0];
        if (row === undefined) return;
        const bytes = Buffer.from(row.sealed, 'base64url');
        bytes[20] = (bytes[20] ?? 0) ^ 1;
        row.sealed = bytes.toString('base64url');
      },
      'key_store_invalid',
    ],
  ];
  for (const [name, damage, code, passphrase = PASSPHRASE] of cases) {
    test(name, async () => {
      const copy = copyFile();
      damage(copy);
      await expect(KeyVault.open(copy, passphrase, randomBytes)).rejects.toMatchObject({
        name: 'AgentError',
        code,
      });
    });
  }
});

test('a key that is not there is a refusal, and two keys for one purpose are a damaged store', async () => {
  expect(() => vault.findKey('credential-2')).toThrow(
    expect.objectContaining({ code: 'key_unknown' }),
  );
  expect(() => vault.findSecret('pepper')).toThrow(
    expect.objectContaining({ code: 'key_unknown' }),
  );
  expect(() => vault.findKeyFor('bundle')).toThrow(
    expect.objectContaining({ code: 'key_store_invalid' }),
  );
  const doubled = await createVault();
  await doubled.createKey('credential-2', 'credential');
  expect(() => doubled.findKeyFor('credential')).toThrow(
    expect.objectContaining({ code: 'key_store_invalid' }),
  );
});

test('a key or a secret is not made twice under one name', async () => {
  await expect(vault.createKey('status-1', 'status')).rejects.toBeInstanceOf(RangeError);
  expect(() => vault.createSecret('nonce')).toThrow(RangeError);
});
