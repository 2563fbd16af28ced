import { createCipheriv, createECDH, createHmac, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import * as node from '../../../../credentials/crypto/node.ts';
import * as web from '../../../../credentials/crypto/web.ts';

const hex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));
const jwkOf = (x: string, y: string, d: string) => ({
  kty: 'EC' as const,
  crv: 'P-256' as const,
  x: Buffer.from(x, 'hex').toString('base64url'),
  y: Buffer.from(y, 'hex').toString('base64url'),
  d: Buffer.from(d, 'hex').toString('base64url'),
});

/** RFC 5903 section 8.1: both sides of an agreement on P-256. */
const INITIATOR = jwkOf(
  'dad0b65394221cf9b051e1feca5787d098dfe637fc90b9ef945d0c3772581180',
  '5271a0461cdb8252d61f1c456fa3e59ab1f45b33accf5f58389e0577b8990bb3',
  'c88f01f510d9ac3f70a292daa2316de544e9aab8afe84049c62a9c57862d1433',
);
const RESPONDER = jwkOf(
  'd12dfb5289c8d4f81208b70270398c342296970a0bccb74c736fc7554494bf63',
  '56fbf3ca366cc23e8157854c13c58d6aac23f046ada30f8353e74f33039872ab',
  'c6ef9c5d78ae012a011164acb397ce2088685d8f06bf9be0b283ab46476bee53',
);
const SHARED = hex('d6840f6b42f6edafd13116e0e12565202fef8e9ece7dce03812464d04b9442de');

const pointOf = ({ x, y }: { x: string; y: string }) =>
  Uint8Array.from([4, ...Buffer.from(x, 'base64url'), ...Buffer.from(y, 'base64url')]);

describe.each([
  ['node', node],
  ['web', web],
] as const)('#crypto %s', (_name, crypto) => {
  test('RFC 5903 8.1: both sides agree on the one secret', async () => {
    expect(await crypto.agreeOnP256Secret(INITIATOR, pointOf(RESPONDER))).toEqual(SHARED);
    expect(await crypto.agreeOnP256Secret(RESPONDER, pointOf(INITIATOR))).toEqual(SHARED);
  });

  test('a secret that begins with zeros keeps its 32 bytes', async () => {
    for (let round = 0; round < 400; round += 1) {
      const other = createECDH('prime256v1');
      const secret = await crypto.agreeOnP256Secret(
        INITIATOR,
        Uint8Array.from(other.generateKeys()),
      );
      expect(secret).toHaveLength(32);
    }
  });

  for (const [why, point] of [
    ['nothing', new Uint8Array()],
    ['the point at infinity', Uint8Array.of(0)],
    ['zeros', new Uint8Array(65)],
    ['a point off the curve', pointOf({ x: RESPONDER.x, y: INITIATOR.y })],
    ['a compressed point', Uint8Array.from([3, ...pointOf(RESPONDER).subarray(1, 33)])],
    ['a hybrid point', Uint8Array.from([7, ...pointOf(RESPONDER).subarray(1)])],
    ['a byte more', Uint8Array.from([...pointOf(RESPONDER), 0])],
    [
      'a coordinate of the field size',
      Uint8Array.from([
        4,
        ...hex('ffffffff00000001000000000000000000000000ffffffffffffffffffffffff'),
        ...pointOf(RESPONDER).subarray(33),
      ]),
    ],
  ] as const) {
    test(`with ${why} there is no secret`, async () => {
      expect(await crypto.agreeOnP256Secret(INITIATOR, point)).toBeUndefined();
    });
  }

  test('RFC 4231: HMAC-SHA-256', async () => {
    for (const [key, data, mac] of [
      [
        '0b'.repeat(20),
        Buffer.from('Hi There').toString('hex'),
        'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
      ],
      [
        Buffer.from('Jefe').toString('hex'),
        Buffer.from('what do ya want for nothing?').toString('hex'),
        '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
      ],
      [
        'aa'.repeat(131),
        Buffer.from('Test Using Larger Than Block-Size Key - Hash Key First').toString('hex'),
        '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
      ],
    ] as const) {
      expect(await crypto.hmacSha256(hex(key), hex(data))).toEqual(hex(mac));
    }
    const empty = createHmac('sha256', '').update('').digest();
    expect(await crypto.hmacSha256(new Uint8Array(32), new Uint8Array())).toEqual(
      Uint8Array.from(empty),
    );
  });

  test('AES-128-GCM: opens what OpenSSL sealed, of any length, and nothing that was changed', async () => {
    for (const size of [0, 1, 16, 100, 5000]) {
      const [key, nonce, plaintext] = [randomBytes(16), randomBytes(12), randomBytes(size)];
      const cipher = createCipheriv('aes-128-gcm', key, nonce);
      const ciphertext = Uint8Array.from(
        Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]),
      );
      const sealed = { key: Uint8Array.from(key), nonce: Uint8Array.from(nonce), ciphertext };
      expect(await crypto.openAes128Gcm(sealed)).toEqual(Uint8Array.from(plaintext));
      for (const at of [0, ciphertext.length >> 1, ciphertext.length - 1]) {
        const changed = ciphertext.slice();
        changed[at] = (changed[at] ?? 0) ^ 1;
        expect(await crypto.openAes128Gcm({ ...sealed, ciphertext: changed })).toBeUndefined();
      }
      for (const cut of [ciphertext.slice(0, -1), ciphertext.slice(0, 15), new Uint8Array()]) {
        expect(await crypto.openAes128Gcm({ ...sealed, ciphertext: cut })).toBeUndefined();
      }
      const otherNonce = Uint8Array.from(randomBytes(12));
      expect(await crypto.openAes128Gcm({ ...sealed, nonce: otherNonce })).toBeUndefined();
      const otherKey = Uint8Array.from(randomBytes(16));
      expect(await crypto.openAes128Gcm({ ...sealed, key: otherKey })).toBeUndefined();
    }
  });
});
