import { isUtf8 } from 'node:buffer';
import {
  createDecipheriv,
  createECDH,
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hash,
  type KeyObject,
  randomFillSync,
  sign,
  verify,
} from 'node:crypto';
import type { P256PublicJwk, PublicJwk } from '@symbolon/schemas';
import { BoundedCache } from './bounded-cache.ts';
import type {
  AgreeOnP256Secret,
  CreateSigner,
  DecodeBase64UrlLoosely,
  DecodeTextBase64Url,
  EncodeBase64Url,
  EncodeTextBase64Url,
  GenerateP256KeyPair,
  HashAlgorithm,
  HashTexts,
  HmacSha256,
  OpenAes128Gcm,
  PrivateJwk,
  Random,
  Sha256,
  VerifySignature,
} from './contract.ts';
import { decodeEcdsaDer, encodeEcdsaDer } from './ecdsa-signature.ts';
import { CACHED_KEYS, cacheKeyOf, KEY_ALGORITHMS } from './key-algorithm.ts';
import { createRandomPool } from './random-pool.ts';

const OPENSSL_DIGESTS: Readonly<Record<HashAlgorithm | 'SHA-256' | 'SHA-384', string>> = {
  'sha-256': 'sha256',
  'sha-384': 'sha384',
  'sha-512': 'sha512',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
};

/** SubjectPublicKeyInfo (RFC 5480): what comes before the point's coordinates, then room for them. */
const SPKI = {
  'P-256': spkiWithRoom('MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE', 64),
  'P-384': spkiWithRoom('MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAE', 96),
} as const;

/** The mark of an uncompressed point, then x and y. */
const UNCOMPRESSED = 4;
const P256_POINT_BYTES = 65;
const GCM_TAG_BYTES = 16;

const SCRATCH_BYTES = 8_192;
/** For one call at a time: nothing of it is handed out. */
const scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES);
const importedKeys = new BoundedCache<KeyObject>(CACHED_KEYS);

/** Node's own OpenSSL, in the calling thread. */
export const sha256: Sha256 = async (bytes) => new Uint8Array(hash('sha256', bytes, 'buffer'));

/** Node's own OpenSSL, in the calling thread. */
export const hashTexts: HashTexts = async (algorithm, texts) => {
  const digest = OPENSSL_DIGESTS[algorithm];
  return texts.map((text) => hash(digest, text, 'base64url'));
};

/**
 * Node's own OpenSSL, in the calling thread. A bare KeyObject makes OpenSSL speak DER, which costs
 * half of what `dsaEncoding: 'ieee-p1363'` costs on Node 24.
 */
export const verifySignature: VerifySignature = async ({ alg, key, data, signature }) => {
  const algorithm = KEY_ALGORITHMS[key.crv];
  if (algorithm.alg !== alg || signature.length !== algorithm.signatureBytes) return false;
  const der = algorithm.digest === undefined ? signature : encodeEcdsaDer(signature);
  const publicKey = der === undefined ? undefined : importPublicKey(key);
  if (der === undefined || publicKey === undefined) return false;
  return verify(opensslDigest(algorithm.digest), data, publicKey, der);
};

/** Holds an OpenSSL key; signs in the calling thread. */
export const createSigner: CreateSigner = (privateJwk) => {
  const { alg, digest, signatureBytes } = KEY_ALGORITHMS[privateJwk.crv];
  const key = createPrivateKey({ key: membersOf(privateJwk), format: 'jwk' });
  const opensslName = opensslDigest(digest);
  return {
    alg,
    sign: async (data) => {
      const signature = sign(opensslName, data, key);
      const raw =
        digest === undefined
          ? new Uint8Array(signature)
          : decodeEcdsaDer(signature, signatureBytes);
      if (raw === undefined) throw new Error('OpenSSL made a signature that is not canonical DER');
      return raw;
    },
  };
};

/** OpenSSL's generator. */
export const generateP256KeyPair: GenerateP256KeyPair = async () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '', d = '' } = privateKey.export({ format: 'jwk' });
  const publicJwk: P256PublicJwk = { kty: 'EC', crv: 'P-256', x, y };
  return { publicJwk, privateJwk: { ...publicJwk, d } };
};

/** OpenSSL's generator, through a pool. */
export const randomBytes: Random = createRandomPool((bytes) => {
  randomFillSync(bytes);
});

/** OpenSSL; it looks whether the point is on the curve. */
export const agreeOnP256Secret: AgreeOnP256Secret = async ({ d }, publicPoint) => {
  if (publicPoint.length !== P256_POINT_BYTES || publicPoint[0] !== UNCOMPRESSED) return undefined;
  const agreement = createECDH('prime256v1');
  agreement.setPrivateKey(Buffer.from(d, 'base64url'));
  try {
    return new Uint8Array(agreement.computeSecret(publicPoint));
  } catch {
    return undefined;
  }
};

/** Node's own OpenSSL, in the calling thread. */
export const hmacSha256: HmacSha256 = async (key, data) =>
  new Uint8Array(createHmac('sha256', key).update(data).digest());

/** Node's own OpenSSL, in the calling thread. */
export const openAes128Gcm: OpenAes128Gcm = async ({ key, nonce, ciphertext }) => {
  const end = ciphertext.length - GCM_TAG_BYTES;
  if (end < 0) return undefined;
  const decipher = createDecipheriv('aes-128-gcm', key, nonce, { authTagLength: GCM_TAG_BYTES });
  decipher.setAuthTag(ciphertext.subarray(end));
  const plaintext = new Uint8Array(decipher.update(ciphertext.subarray(0, end)));
  try {
    decipher.final();
    return plaintext;
  } catch {
    return undefined;
  }
};

/** By Node's Buffer. */
export const encodeBase64Url: EncodeBase64Url = (bytes) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url');

/** By Node's Buffer; short texts by way of one buffer, which saves making one for each. */
export const encodeTextBase64Url: EncodeTextBase64Url = (text) => {
  if (text.length * 3 > SCRATCH_BYTES) return Buffer.from(text).toString('base64url');
  return scratch.toString('base64url', 0, scratch.write(text));
};

/** As {@link encodeTextBase64Url}; a text with U+FFFD in it may have been damaged on the way. */
export const decodeTextBase64Url: DecodeTextBase64Url = (text) => {
  if (text.length > SCRATCH_BYTES) return decodeStrictly(text, decodeBase64UrlLoosely(text));
  const size = scratch.write(text, 'base64url');
  if (scratch.toString('base64url', 0, size) !== text) return undefined;
  const decoded = scratch.toString('utf8', 0, size);
  return decoded.includes('\ufffd') ? decodeStrictly(text, scratch.subarray(0, size)) : decoded;
};

/** By Node's Buffer, which skips what is not base64. */
export const decodeBase64UrlLoosely: DecodeBase64UrlLoosely = (text) => {
  const bytes = Buffer.from(text, 'base64url');
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
};

function importPublicKey(jwk: PublicJwk): KeyObject | undefined {
  const name = cacheKeyOf(jwk);
  const cached = importedKeys.get(name);
  if (cached !== undefined) return cached;
  try {
    const key =
      jwk.kty === 'EC' ? importPoint(jwk) : createPublicKey({ key: membersOf(jwk), format: 'jwk' });
    if (key !== undefined) importedKeys.set(name, key);
    return key;
  } catch {
    return undefined;
  }
}

/**
 * As PEM, since that is the cheapest import on Node 24: a third of a JWK's. OpenSSL checks that the
 * point is on its curve; the curves have cofactor 1, so there is no smaller group to fall into.
 */
function importPoint({ crv, x, y }: PublicJwk & { readonly kty: 'EC' }): KeyObject | undefined {
  const { spki, size } = SPKI[crv];
  const xAt = spki.length - 2 * size;
  const xBytes = spki.write(x, xAt, 'base64url');
  const yBytes = spki.write(y, xAt + size, 'base64url');
  if (xBytes !== size || yBytes !== size) return undefined;
  return createPublicKey(
    `-----BEGIN PUBLIC KEY-----\n${spki.toString('base64')}\n-----END PUBLIC KEY-----\n`,
  );
}

function spkiWithRoom(
  prefix: string,
  room: number,
): { readonly spki: Buffer; readonly size: number } {
  return {
    spki: Buffer.concat([Buffer.from(prefix, 'base64'), Buffer.alloc(room)]),
    size: room / 2,
  };
}

/** Only the members that make the key, as Web Crypto needs it too. */
function membersOf(jwk: PublicJwk | PrivateJwk): Record<string, string> {
  const { kty, crv, x } = jwk;
  const y = 'y' in jwk ? { y: jwk.y } : {};
  const d = 'd' in jwk ? { d: jwk.d } : {};
  return { kty, crv, x, ...y, ...d };
}

function opensslDigest(digest: 'SHA-256' | 'SHA-384' | undefined): string | null {
  return digest === undefined ? null : OPENSSL_DIGESTS[digest];
}

function decodeStrictly(text: string, bytes: Uint8Array): string | undefined {
  if (!isUtf8(bytes) || encodeBase64Url(bytes) !== text) return undefined;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
}
