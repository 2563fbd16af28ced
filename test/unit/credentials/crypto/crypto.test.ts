import { createHash, generateKeyPairSync, sign as opensslSign, verify } from 'node:crypto';
import { type PublicJwk, parsePublicJwk } from '@symbolon/schemas';
import { describe, expect, test } from 'vitest';
import type { PrivateJwk } from '../../../../credentials/crypto/contract.ts';
import * as node from '../../../../credentials/crypto/node.ts';
import * as web from '../../../../credentials/crypto/web.ts';

const ALGORITHMS = { ES256: 'P-256', ES384: 'P-384', EdDSA: 'Ed25519' } as const;
type Alg = keyof typeof ALGORITHMS;

const P256_ORDER = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551';
const P384_ORDER =
  'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973';

const makeKey = (alg: Alg): { publicJwk: PublicJwk; privateJwk: PrivateJwk } => {
  const { privateKey } =
    alg === 'EdDSA'
      ? generateKeyPairSync('ed25519')
      : generateKeyPairSync('ec', { namedCurve: ALGORITHMS[alg] });
  const { d = '', ...rest } = privateKey.export({ format: 'jwk' });
  const publicJwk = parsePublicJwk(rest);
  return { publicJwk, privateJwk: { ...publicJwk, d } };
};

const data = new TextEncoder().encode('RFC 7515');
const keys = { ES256: makeKey('ES256'), ES384: makeKey('ES384'), EdDSA: makeKey('EdDSA') };
const hex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));

describe.each([
  ['node', node],
  ['web', web],
] as const)('#crypto %s', (_name, crypto) => {
  test.each(['', 'abc', 'Möbius 王'])(
    'SHA-256 and its base64url agree with OpenSSL: %j',
    async (text) => {
      const expected = createHash('sha256').update(text).digest();
      expect(Buffer.from(await crypto.sha256(new TextEncoder().encode(text)))).toEqual(expected);
      expect(await crypto.hashTexts('sha-256', [text])).toEqual([expected.toString('base64url')]);
    },
  );

  test.each(['sha-256', 'sha-384', 'sha-512'] as const)('%s of a batch, in order', async (name) => {
    const texts = ['a', 'b', 'a'];
    const expected = texts.map((text) =>
      createHash(name.replace('-', '')).update(text).digest('base64url'),
    );
    expect(await crypto.hashTexts(name, texts)).toEqual(expected);
    expect(await crypto.hashTexts(name, [])).toEqual([]);
  });

  describe.each(['ES256', 'ES384', 'EdDSA'] as const)('%s', (alg) => {
    const { publicJwk: key, privateJwk } = keys[alg];
    const size = alg === 'ES384' ? 96 : 64;

    test('a signature of ours verifies, here and with OpenSSL', async () => {
      const signer = crypto.createSigner(privateJwk);
      for (let round = 0; round < 20; round += 1) {
        const signature = await signer.sign(data);
        expect(signature).toHaveLength(size);
        expect(await crypto.verifySignature({ alg, key, data, signature })).toBe(true);
        const options = {
          key: { ...key },
          format: 'jwk' as const,
          dsaEncoding: 'ieee-p1363' as const,
        };
        const digest = { ES256: 'sha256', ES384: 'sha384', EdDSA: null }[alg];
        expect(verify(digest, data, options, signature)).toBe(true);
      }
      expect(signer.alg).toBe(alg);
    });

    test('any one byte of the signature or the data changed is refused', async () => {
      const signature = await crypto.createSigner(privateJwk).sign(data);
      for (let at = 0; at < signature.length; at += 1) {
        const changed = signature.slice();
        changed[at] = (changed[at] ?? 0) ^ 1;
        expect(await crypto.verifySignature({ alg, key, data, signature: changed })).toBe(false);
      }
      for (let at = 0; at < data.length; at += 1) {
        const changed = data.slice();
        changed[at] = (changed[at] ?? 0) ^ 0x80;
        expect(await crypto.verifySignature({ alg, key, data: changed, signature })).toBe(false);
      }
    });

    test('[attack 9] a signature of another length is refused', async () => {
      const signature = await crypto.createSigner(privateJwk).sign(data);
      for (const wrong of [
        new Uint8Array(),
        signature.slice(1),
        new Uint8Array([0, ...signature]),
        new Uint8Array([...signature, 0]),
      ]) {
        expect(await crypto.verifySignature({ alg, key, data, signature: wrong })).toBe(false);
      }
    });

    test("another algorithm's name, or another key, is refused", async () => {
      const signature = await crypto.createSigner(privateJwk).sign(data);
      for (const other of ['ES256', 'ES384', 'EdDSA'] as const) {
        const matches = other === alg;
        expect(await crypto.verifySignature({ alg: other, key, data, signature })).toBe(matches);
        if (matches) continue;
        const strange = { alg: other, key: keys[other].publicJwk, data, signature };
        expect(await crypto.verifySignature(strange)).toBe(false);
      }
      const stranger = makeKey(alg).publicJwk;
      expect(await crypto.verifySignature({ alg, key: stranger, data, signature })).toBe(false);
    });

    test('members that are not the key, as use and key_ops, do not matter', async () => {
      const signature = await crypto.createSigner(privateJwk).sign(data);
      const odd = Object.assign({ use: 'enc', key_ops: ['deriveKey'], alg: 'RS256' }, key);
      expect(await crypto.verifySignature({ alg, key: odd, data, signature })).toBe(true);
    });
  });

  test.each([
    ['ES256', P256_ORDER],
    ['ES384', P384_ORDER],
  ] as const)(
    '[attack 9] %s: r or s zero, or not below the order, is refused',
    async (alg, order) => {
      const { publicJwk: key, privateJwk } = keys[alg];
      const size = order.length;
      const good = Buffer.from(await crypto.createSigner(privateJwk).sign(data)).toString('hex');
      const [r, s] = [good.slice(0, size), good.slice(size)];
      const zero = '0'.repeat(size);
      for (const wrong of [
        zero + zero,
        zero + s,
        r + zero,
        order + s,
        r + order,
        'f'.repeat(2 * size),
      ]) {
        const signature = hex(wrong);
        expect(await crypto.verifySignature({ alg, key, data, signature })).toBe(false);
      }
    },
  );

  test('[attack 9] DER where raw is meant is refused', async () => {
    const { publicJwk: key, privateJwk } = keys.ES256;
    const der = opensslSign('sha256', data, { key: privateJwk, format: 'jwk' });
    const signature = Uint8Array.from(der);
    expect(await crypto.verifySignature({ alg: 'ES256', key, data, signature })).toBe(false);
  });

  test('a key that is no point of its curve, or has a damaged coordinate, is refused', async () => {
    const { publicJwk: key, privateJwk } = await crypto.generateP256KeyPair();
    const signature = await crypto.createSigner(privateJwk).sign(data);
    const { y } = (await crypto.generateP256KeyPair()).publicJwk;
    const zero = 'A'.repeat(43);
    for (const change of [{ y }, { y: zero }, { x: zero, y: zero }, { x: key.x.slice(2) }]) {
      const wrong = { ...key, ...change };
      expect(await crypto.verifySignature({ alg: 'ES256', key: wrong, data, signature })).toBe(
        false,
      );
    }
  });

  test('more keys than the cache holds do not confuse it', async () => {
    const signers = await Promise.all(
      Array.from({ length: 200 }, async () => {
        const { publicJwk, privateJwk } = await crypto.generateP256KeyPair();
        const signature = await crypto.createSigner(privateJwk).sign(data);
        return { alg: 'ES256', key: publicJwk, data, signature } as const;
      }),
    );
    for (const each of [...signers, ...signers.slice(0, 50)]) {
      expect(await crypto.verifySignature(each)).toBe(true);
    }
  });

  test('a damaged private key makes no signature', async () => {
    const broken = { ...keys.ES256.privateJwk, x: 'AAAA' };
    await expect((async () => crypto.createSigner(broken).sign(data))()).rejects.toThrow();
  });

  test('random bytes have the size asked for, and none comes twice', () => {
    const seen = new Set<string>();
    for (let round = 0; round < 2_000; round += 1) {
      const bytes = crypto.randomBytes(16);
      expect(bytes).toHaveLength(16);
      seen.add(Buffer.from(bytes).toString('hex'));
    }
    expect(seen.size).toBe(2_000);
    expect(crypto.randomBytes(0)).toHaveLength(0);
    expect(crypto.randomBytes(100_000).some((byte) => byte !== 0)).toBe(true);
    expect(
      crypto
        .randomBytes(100_000)
        .slice(-100)
        .some((byte) => byte !== 0),
    ).toBe(true);
    for (const wrong of [-1, 1.5, Number.NaN])
      expect(() => crypto.randomBytes(wrong)).toThrow(RangeError);
  });

  test('base64url of every length, both ways', () => {
    for (let length = 0; length < 70; length += 1) {
      const bytes = crypto.randomBytes(length);
      const text = Buffer.from(bytes).toString('base64url');
      expect(crypto.encodeBase64Url(bytes)).toBe(text);
      expect(Buffer.from(crypto.decodeBase64UrlLoosely(text))).toEqual(Buffer.from(bytes));
    }
    expect(crypto.encodeTextBase64Url('Möbius 王')).toBe(
      Buffer.from('Möbius 王').toString('base64url'),
    );
  });
});

describe.each([
  ['node', node],
  ['web', web],
] as const)('#crypto %s, base64url of text', (_name, { decodeTextBase64Url }) => {
  test.each([
    '',
    'a',
    'Möbius',
    '王小明',
    '\ufffd',
    '\ufeffbom',
    'x'.repeat(20_000),
    'é'.repeat(9_000),
  ])('comes back: %.20s', (text) => {
    expect(decodeTextBase64Url(Buffer.from(text).toString('base64url'))).toBe(text);
  });

  test.each([
    ['padding', 'YQ=='],
    ['stray bits', 'YR'],
    ['white space', 'Y Q'],
    ['the other alphabet', '+/+/'],
    ['a byte that is not UTF-8', '_w'],
    ['an overlong form', 'wIA'],
    ['half a surrogate pair', '7aCA'],
    ['not UTF-8 beside U+FFFD', '77-9_w'],
    ['a long text with padding', `${'YWFh'.repeat(5_000)}YQ==`],
    ['a long text that is not UTF-8', `${'YWFh'.repeat(5_000)}_w`],
  ])('refuses %s', (_fault, text) => {
    expect(decodeTextBase64Url(text)).toBeUndefined();
  });
});

test('what one platform signs, the other verifies', async () => {
  for (const alg of ['ES256', 'ES384', 'EdDSA'] as const) {
    const { publicJwk: key, privateJwk } = keys[alg];
    const byNode = await node.createSigner(privateJwk).sign(data);
    const byWeb = await web.createSigner(privateJwk).sign(data);
    expect(await web.verifySignature({ alg, key, data, signature: byNode })).toBe(true);
    expect(await node.verifySignature({ alg, key, data, signature: byWeb })).toBe(true);
  }
});
