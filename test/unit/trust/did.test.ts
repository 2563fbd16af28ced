import { generateKeyPairSync } from 'node:crypto';
import { encodeBase64Url } from '@symbolon/credentials/jose';
import type { PublicJwk } from '@symbolon/schemas';
import {
  createDidResolver,
  createTrustBundle,
  decodeDidJwk,
  decodeDidKey,
  encodeDidKey,
  findDidKey,
  openTrustBundle,
} from '@symbolon/trust';
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { decodeBase58, encodeBase58 } from '../../../trust/did/base58.ts';
import { ANCHOR, anchorSigner, bundleDocument, DID, issuerKeys, NOW } from './support/authority.ts';

const bundle = await openTrustBundle(
  await createTrustBundle(bundleDocument(), anchorSigner),
  ANCHOR,
  NOW,
);
const resolver = createDidResolver(bundle);
const didJwk = (jwk: unknown) =>
  `did:jwk:${encodeBase64Url(new TextEncoder().encode(typeof jwk === 'string' ? jwk : JSON.stringify(jwk)))}`;
const P256 = issuerKeys.publicJwk;

const generate = (crv: 'P-256' | 'P-384' | 'Ed25519'): PublicJwk => {
  const { publicKey } =
    crv === 'Ed25519'
      ? generateKeyPairSync('ed25519')
      : generateKeyPairSync('ec', { namedCurve: crv });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  return crv === 'Ed25519' ? { kty: 'OKP', crv, x } : { kty: 'EC', crv, x, y };
};

/** Examples of the did:key specification, with the keys that it gives for them. */
const SPECIFICATION: readonly (readonly [did: string, jwk: PublicJwk])[] = [
  [
    'did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp',
    { kty: 'OKP', crv: 'Ed25519', x: 'O2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2ik' },
  ],
  [
    'did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169',
    {
      kty: 'EC',
      crv: 'P-256',
      x: 'fyNYMN0976ci7xqiSdag3buk-ZCwgXU4kz9XNkBlNUI',
      y: 'hW2ojTNfH7Jbi8--CJUo3OCbH3y5n91g-IMA9MLMbTU',
    },
  ],
  [
    'did:key:z82Lm1MpAkeJcix9K8TMiLd5NMAhnwkjjCBeWHXyu3U4oT2MVJJKXkcVBgjGhnLBn2Kaau9',
    {
      kty: 'EC',
      crv: 'P-384',
      x: 'lInTxl8fjLKp_UCrxI0WDklahi-7-_6JbtiHjiRvMvhedhKVdHBfi2HCY8t_QJyc',
      y: 'y6N1IC-2mXxHreETBW7K3mBcw0qGr3CWHCs-yl09yCQRLcyfGv7XhqAngHOu51Zv',
    },
  ],
];

describe('did:key', () => {
  for (const [did, jwk] of SPECIFICATION) {
    test(`did:key specification: the ${jwk.crv} example decodes, and encodes back`, () => {
      expect(decodeDidKey(did)).toEqual(jwk);
      expect(encodeDidKey(jwk)).toBe(did);
    });
  }

  for (const crv of ['P-256', 'P-384', 'Ed25519'] as const) {
    test(`forty fresh ${crv} keys go there and back`, () => {
      for (let at = 0; at < 40; at += 1) {
        const jwk = generate(crv);
        expect(decodeDidKey(encodeDidKey(jwk))).toEqual(jwk);
      }
    });
  }

  const hex = (text: string) => `did:key:z${encodeBase58(Buffer.from(text, 'hex'))}`;
  const P256_P = 'ffffffff00000001000000000000000000000000ffffffffffffffffffffffff';
  for (const [why, did, code] of [
    ['an x without a point on P-256', hex(`80240${2}${'0'.repeat(63)}1`), 'did_key_invalid'],
    ['x = p', hex(`802402${P256_P}`), 'did_key_invalid'],
    ['x above p', hex(`802403${'ff'.repeat(32)}`), 'did_key_invalid'],
    ['the long form of a point', hex(`802404${'11'.repeat(64)}`), 'did_key_invalid'],
    ['a first byte of 05', hex(`802405${'11'.repeat(32)}`), 'did_key_invalid'],
    ['P-256 one byte short', hex(`802402${'11'.repeat(31)}`), 'did_key_invalid'],
    ['P-256 one byte long', hex(`802402${'11'.repeat(33)}`), 'did_key_invalid'],
    ['P-384 with the length of P-256', hex(`812402${'11'.repeat(32)}`), 'did_key_invalid'],
    ['an x without a point on P-384', hex(`812402${'0'.repeat(95)}5`), 'did_key_invalid'],
    ['Ed25519 one byte short', hex(`ed01${'11'.repeat(31)}`), 'did_key_invalid'],
    ['Ed25519 y above p', hex(`ed01${'ff'.repeat(32)}`), 'did_key_invalid'],
    ['Ed25519 y = 2, which is no point', hex(`ed0102${'00'.repeat(31)}`), 'did_key_invalid'],
    ['Ed25519 neutral element', hex(`ed0101${'00'.repeat(31)}`), 'did_key_invalid'],
    ['Ed25519 y = 0, of order 4', hex(`ed01${'00'.repeat(32)}`), 'did_key_invalid'],
    [
      'Ed25519 of order 8',
      hex('ed0126e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'),
      'did_key_invalid',
    ],
    [
      'Ed25519 of order 8, the other',
      hex('ed01c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'),
      'did_key_invalid',
    ],
    ['secp256k1', hex(`e70102${'11'.repeat(32)}`), 'did_key_unsupported'],
    ['X25519', hex(`ec01${'11'.repeat(32)}`), 'did_key_unsupported'],
    ['BLS12-381 G2', hex(`eb01${'11'.repeat(32)}`), 'did_key_unsupported'],
    ['a codec in a longer varint', hex(`80a40002${'11'.repeat(32)}`), 'did_key_unsupported'],
    ['leading zero bytes', hex(`00802402${'11'.repeat(32)}`), 'did_key_unsupported'],
    ['0, O, I or l, which base58 does not have', 'did:key:zDnae0', 'did_malformed'],
    ['l', 'did:key:zDnael', 'did_malformed'],
    ['base64url', `did:key:u${P256.x}`, 'did_malformed'],
    ['white space', 'did:key:zDnae rDaTF5', 'did_malformed'],
    ['nothing', 'did:key:z', 'did_malformed'],
    ['one character', 'did:key:z1', 'did_malformed'],
    ['a fragment', 'did:key:zDnaerDaTF5#x', 'did_malformed'],
    ['another method', 'did:web:issuer.example', 'did_malformed'],
    [
      '[attack 111] a hundred thousand characters',
      `did:key:z${'D'.repeat(100_000)}`,
      'did_malformed',
    ],
  ] as const) {
    test(`refuses ${why}: ${code}`, () => {
      const started = process.cpuUsage();
      expect(() => decodeDidKey(did)).toThrow(
        expect.objectContaining({ name: 'TrustError', code }),
      );
      expect(process.cpuUsage(started).user).toBeLessThan(200_000);
    });
  }

  test('base58 keeps every byte, leading zeros included', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        expect(decodeBase58(encodeBase58(bytes))).toEqual(Uint8Array.from(bytes));
      }),
    );
  });
});

describe('did:jwk', () => {
  for (const crv of ['P-256', 'P-384', 'Ed25519'] as const) {
    test(`decodes a ${crv} key, and drops what is not the key`, () => {
      const jwk = generate(crv);
      expect(decodeDidJwk(didJwk(jwk))).toEqual(jwk);
      expect(decodeDidJwk(didJwk({ ...jwk, kid: 'x', use: 'sig', alg: 'y' }))).toEqual(jwk);
    });
  }

  const zeroY = { ...P256, y: 'A'.repeat(43) };
  for (const [why, jwk, code] of [
    ['a private member', { ...P256, d: P256.x }, 'did_key_invalid'],
    ['a private member of null', { ...P256, d: null }, 'did_key_invalid'],
    ['a private member of another kind of key', { ...P256, k: 'AA' }, 'did_key_invalid'],
    ['a key for encryption', { ...P256, use: 'enc' }, 'did_key_unsupported'],
    ['a point that is not on its curve', zeroY, 'did_key_invalid'],
    ['x and y exchanged', { ...P256, x: P256.y, y: P256.x }, 'did_key_invalid'],
    ['x above the field', { ...P256, x: `${'_'.repeat(42)}8` }, 'did_key_invalid'],
    ['x one byte short', { ...P256, x: P256.x.slice(0, 42) }, 'did_key_invalid'],
    ['x one byte long', { ...P256, x: `${P256.x}AA` }, 'did_key_invalid'],
    ['x with padding', { ...P256, x: `${P256.x}=` }, 'did_key_invalid'],
    ['x that is not canonical', { ...P256, x: `${'A'.repeat(42)}B` }, 'did_key_invalid'],
    ['no y', { kty: 'EC', crv: 'P-256', x: P256.x }, 'did_key_invalid'],
    ['P-384 with coordinates of P-256', { ...P256, crv: 'P-384' }, 'did_key_invalid'],
    ['secp256k1', { ...P256, crv: 'secp256k1' }, 'did_key_invalid'],
    ['EC called OKP', { ...P256, kty: 'OKP' }, 'did_key_invalid'],
    ['a secret', { kty: 'oct', k: 'AA' }, 'did_key_invalid'],
    ['RSA', { kty: 'RSA', n: 'AA', e: 'AQAB' }, 'did_key_invalid'],
    [
      'Ed25519 of small order',
      { kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43) },
      'did_key_invalid',
    ],
    ['a list', [P256], 'did_key_invalid'],
    ['null', 'null', 'did_key_invalid'],
    ['no JSON', '{', 'did_key_invalid'],
    ['a member twice', JSON.stringify(P256).replace('}', ',"x":"AA"}'), 'did_key_invalid'],
    [
      '[attack 13] __proto__',
      JSON.stringify(P256).replace('{', '{"__proto__":{},'),
      'did_key_invalid',
    ],
    ['[attack 13] deep nesting', `${'['.repeat(500)}${']'.repeat(500)}`, 'did_key_invalid'],
    ['a byte order mark', `\ufeff${JSON.stringify(P256)}`, 'did_key_invalid'],
    ['3000 bytes', { ...P256, kid: 'x'.repeat(3000) }, 'did_key_invalid'],
  ] as const) {
    test(`refuses ${why}: ${code}`, () => {
      expect(() => decodeDidJwk(didJwk(jwk))).toThrow(
        expect.objectContaining({ name: 'TrustError', code }),
      );
    });
  }

  for (const did of [
    'did:jwk:',
    'did:jwk:a=',
    'did:jwk:a b',
    'did:key:zD',
    `${didJwk(P256)}#0`,
    '',
  ]) {
    test(`refuses '${did.slice(0, 12)}' of ${did.length} characters: did_malformed`, () => {
      expect(() => decodeDidJwk(did)).toThrow(expect.objectContaining({ code: 'did_malformed' }));
    });
  }

  test('[attack 13] refuses a name that is too long before it is decoded', () => {
    expect(() => decodeDidJwk(`did:jwk:${'_'.repeat(4_000_000)}`)).toThrow(
      expect.objectContaining({
        code: 'did_key_invalid',
        message: 'did:jwk is longer than allowed',
      }),
    );
  });

  test('refuses bytes that are not UTF-8', () => {
    expect(() => decodeDidJwk('did:jwk:_____w')).toThrow(
      expect.objectContaining({ code: 'did_key_invalid' }),
    );
  });
});

describe('resolving', () => {
  test('did:web comes out of the bundle', async () => {
    const { didDocument, didResolutionMetadata } = await resolver.resolve(DID);
    expect(didDocument?.id).toBe(DID);
    expect(didResolutionMetadata.error).toBeUndefined();
  });

  test('did:jwk and did:key come out of themselves, for assertions and authentication', async () => {
    const key = encodeDidKey(P256);
    for (const [did, id] of [
      [didJwk(P256), `${didJwk(P256)}#0`],
      [key, `${key}#${key.slice('did:key:'.length)}`],
    ] as const) {
      const { didDocument } = await resolver.resolve(did);
      expect(didDocument).toMatchObject({ id: did, assertionMethod: [id], authentication: [id] });
      expect(await findDidKey(resolver, id, 'authentication')).toEqual(P256);
      expect(await findDidKey(resolver, id, 'assertionMethod')).toEqual(P256);
    }
  });

  const web = [
    'did:web:127.0.0.1%3A8080',
    'did:web:169.254.169.254',
    'did:web:%5B%3A%3A1%5D',
    'did:web:2130706433',
    'did:web:0177.0.0.1',
    'did:web:user%40issuer.example',
    'did:web:issuer.example:..:admin',
    'did:web:issuer.example%2fadmin',
    'did:web:issuer.example%3A22',
    'did:web:xn--ssuer-3ya.example',
    'did:web:ISSUER.EXAMPLE',
    'did:web:issuer.example:',
    'did:web:other.example',
  ];
  for (const did of web) {
    test(`[attack 107] ${did} is not in the bundle, and nothing is fetched`, async () => {
      const { fetch } = globalThis;
      globalThis.fetch = () => {
        throw new Error('fetched');
      };
      try {
        const { didDocument, didResolutionMetadata } = await resolver.resolve(did);
        expect(didDocument).toBeNull();
        expect(didResolutionMetadata.error).toMatch(/^(?:notFound|invalidDid)$/);
      } finally {
        globalThis.fetch = fetch;
      }
    });
  }

  for (const [did, error] of [
    ['https://issuer.example', 'invalidDid'],
    ['did:ethr:0x00', 'unsupportedDidMethod'],
    ['did:key:zDnaerDaTF50', 'invalidDid'],
    [didJwk({ ...P256, d: 'AA' }), 'invalidPublicKey'],
    [
      `did:key:z${encodeBase58(Buffer.from(`e70102${'11'.repeat(32)}`, 'hex'))}`,
      'unsupportedPublicKeyType',
    ],
    ['', 'invalidDid'],
    [`did:web:${'a:'.repeat(50_000)}`, 'invalidDid'],
    [`did:${'%61'.repeat(33_000)}`, 'invalidDid'],
  ] as const) {
    test(`[attack 111] '${did.slice(0, 24)}' of ${did.length} characters is ${error}, at once`, async () => {
      const started = process.cpuUsage();
      const { didDocument, didResolutionMetadata } = await resolver.resolve(did);
      expect(didDocument).toBeNull();
      expect(didResolutionMetadata.error).toBe(error);
      expect(process.cpuUsage(started).user).toBeLessThan(200_000);
    });
  }

  test('[attack 111] the longest DID that is let through is read at once', async () => {
    const started = process.cpuUsage();
    for (const part of ['a:', 'a', '%61', '%', ':']) {
      const long = `did:web:${part.repeat(4096)}`.slice(0, 4096);
      await resolver.resolve(long);
      await resolver.resolve(`${long.slice(0, 4094)} !`);
    }
    expect(process.cpuUsage(started).user).toBeLessThan(500_000);
  });
});

describe('[attack 109] the key that a DID URL names', () => {
  const answer = (
    didDocument: object | null,
    error?: string,
  ): ReturnType<typeof createDidResolver> => ({
    resolve: async () => ({
      didResolutionMetadata: error === undefined ? {} : { error },
      didDocument: v.parse(v.nullable(v.any()), JSON.parse(JSON.stringify(didDocument))),
      didDocumentMetadata: {},
    }),
  });
  const did = 'did:web:a.example';
  const id = `${did}#k`;
  const method = { id, type: 'JsonWebKey', controller: did, publicKeyJwk: P256 };
  const document = { id: did, verificationMethod: [method], assertionMethod: [id] };

  test('is found where the relationship allows it', async () => {
    expect(await findDidKey(answer(document), id, 'assertionMethod')).toEqual(P256);
  });

  for (const [why, code, didDocument] of [
    [
      'it is for something else',
      'did_method_not_authorized',
      { ...document, assertionMethod: [], authentication: [id] },
    ],
    [
      'another controls it',
      'did_method_not_authorized',
      { ...document, verificationMethod: [{ ...method, controller: 'did:web:b.example' }] },
    ],
    [
      'it is there twice',
      'did_method_not_authorized',
      { ...document, verificationMethod: [method, method] },
    ],
    ['it is not there', 'did_method_not_authorized', { ...document, verificationMethod: [] }],
    ['the document is about another', 'did_malformed', { ...document, id: 'did:web:b.example' }],
    ['the document is malformed', 'did_malformed', { ...document, verificationMethod: 'x' }],
    [
      'it carries a private member',
      'did_malformed',
      { ...document, verificationMethod: [{ ...method, publicKeyJwk: { ...P256, d: 'AA' } }] },
    ],
    [
      'it is no point of its curve',
      'did_key_invalid',
      {
        ...document,
        verificationMethod: [{ ...method, publicKeyJwk: { ...P256, x: P256.y, y: P256.x } }],
      },
    ],
    [
      'it is of a kind that we do not accept',
      'did_key_invalid',
      { ...document, verificationMethod: [{ ...method, publicKeyJwk: { kty: 'RSA' } }] },
    ],
  ] as const) {
    test(`is refused when ${why}: ${code}`, async () => {
      await expect(findDidKey(answer(didDocument), id, 'assertionMethod')).rejects.toMatchObject({
        name: 'TrustError',
        code,
      });
    });
  }

  for (const [error, code] of [
    ['notFound', 'did_not_found'],
    ['invalidDid', 'did_malformed'],
    ['unsupportedDidMethod', 'did_method_unsupported'],
    ['invalidPublicKey', 'did_key_invalid'],
    ['unsupportedPublicKeyType', 'did_key_unsupported'],
    ['something new', 'did_malformed'],
  ] as const) {
    test(`resolution error '${error}' is ${code}`, async () => {
      await expect(findDidKey(answer(null, error), id, 'assertionMethod')).rejects.toMatchObject({
        code,
      });
    });
  }

  for (const didUrl of [
    did,
    `${did}#`,
    `${did}/path#k`,
    `${did}?a=b#k`,
    '#k',
    'k',
    `${did}#k#k`,
    `x${id}`,
    `${id} `,
  ]) {
    test(`'${didUrl}' is not a DID and a key's name`, async () => {
      await expect(findDidKey(answer(document), didUrl, 'assertionMethod')).rejects.toMatchObject({
        code: 'did_malformed',
      });
    });
  }
});
