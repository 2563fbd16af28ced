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
  HashTexts,
  HmacSha256,
  OpenAes128Gcm,
  PrivateJwk,
  Random,
  Sha256,
  VerifySignature,
} from './contract.ts';
import { CACHED_KEYS, cacheKeyOf, KEY_ALGORITHMS } from './key-algorithm.ts';
import { createRandomPool } from './random-pool.ts';

/** By its origin, since Node and browsers name the type differently. */
type WebKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const VALUES = new Map([...ALPHABET].map((character, value) => [character.charCodeAt(0), value]));
const ECDH = { name: 'ECDH', namedCurve: 'P-256' };
const HMAC = { name: 'HMAC', hash: 'SHA-256' };
/** The mark of an uncompressed point, then x and y. */
const UNCOMPRESSED = 4;
const P256_POINT_BYTES = 65;
const utf8 = new TextEncoder();
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const importedKeys = new BoundedCache<WebKey>(CACHED_KEYS);

/** Web Crypto, for browsers. */
export const sha256: Sha256 = async (bytes) =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));

/** Web Crypto, for browsers. */
export const hashTexts: HashTexts = (algorithm, texts) =>
  Promise.all(
    texts.map(async (text) => {
      const digest = await crypto.subtle.digest(algorithm.toUpperCase(), utf8.encode(text));
      return encodeBase64Url(new Uint8Array(digest));
    }),
  );

/** Web Crypto, for browsers. */
export const verifySignature: VerifySignature = async ({ alg, key, data, signature }) => {
  const algorithm = KEY_ALGORITHMS[key.crv];
  if (algorithm.alg !== alg || signature.length !== algorithm.signatureBytes) return false;
  const publicKey = await importPublicKey(key);
  if (publicKey === undefined) return false;
  return crypto.subtle.verify(webAlgorithm(key.crv), publicKey, signature, data);
};

/** Holds a key that Web Crypto does not give out again. */
export const createSigner: CreateSigner = (privateJwk) => {
  const algorithm = webAlgorithm(privateJwk.crv);
  const members = membersOf(privateJwk);
  let key: Promise<WebKey> | undefined;
  return {
    alg: KEY_ALGORITHMS[privateJwk.crv].alg,
    sign: async (data) => {
      key ??= crypto.subtle.importKey('jwk', members, algorithm, false, ['sign']);
      return new Uint8Array(await crypto.subtle.sign(algorithm, await key, data));
    },
  };
};

/** Web Crypto's generator. */
export const generateP256KeyPair: GenerateP256KeyPair = async () => {
  const { privateKey } = await crypto.subtle.generateKey(webAlgorithm('P-256'), true, [
    'sign',
    'verify',
  ]);
  const { x = '', y = '', d = '' } = await crypto.subtle.exportKey('jwk', privateKey);
  const publicJwk: P256PublicJwk = { kty: 'EC', crv: 'P-256', x, y };
  return { publicJwk, privateJwk: { ...publicJwk, d } };
};

/** Web Crypto's generator, through a pool. */
export const randomBytes: Random = createRandomPool((bytes) => {
  crypto.getRandomValues(bytes);
});

/** Web Crypto, for browsers; it looks whether the point is on the curve. */
export const agreeOnP256Secret: AgreeOnP256Secret = async (privateJwk, publicPoint) => {
  if (publicPoint.length !== P256_POINT_BYTES || publicPoint[0] !== UNCOMPRESSED) return undefined;
  const members = membersOf(privateJwk);
  const privateKey = await crypto.subtle.importKey('jwk', members, ECDH, false, ['deriveBits']);
  try {
    const publicKey = await crypto.subtle.importKey('raw', publicPoint, ECDH, false, []);
    const agreement = { ...ECDH, public: publicKey };
    return new Uint8Array(await crypto.subtle.deriveBits(agreement, privateKey, 256));
  } catch {
    return undefined;
  }
};

/** Web Crypto, for browsers. */
export const hmacSha256: HmacSha256 = async (key, data) => {
  const imported = await crypto.subtle.importKey('raw', key, HMAC, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, data));
};

/** Web Crypto, for browsers. */
export const openAes128Gcm: OpenAes128Gcm = async ({ key, nonce, ciphertext }) => {
  const imported = await crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['decrypt']);
  try {
    const algorithm = { name: 'AES-GCM', iv: nonce };
    return new Uint8Array(await crypto.subtle.decrypt(algorithm, imported, ciphertext));
  } catch {
    return undefined;
  }
};

/** By hand: `btoa` needs a text of bytes first, and `toBase64` is not everywhere yet. */
export const encodeBase64Url: EncodeBase64Url = (bytes) => {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(at, at + 3);
    const group = (a << 16) | (b << 8) | c;
    const characters = Math.min(4, bytes.length - at + 1);
    for (let digit = 0; digit < characters; digit += 1) {
      text += ALPHABET.charAt((group >> (18 - 6 * digit)) & 63);
    }
  }
  return text;
};

/** As {@link encodeBase64Url}. */
export const encodeTextBase64Url: EncodeTextBase64Url = (text) =>
  encodeBase64Url(utf8.encode(text));

/** As {@link encodeBase64Url}. */
export const decodeTextBase64Url: DecodeTextBase64Url = (text) => {
  const bytes = decodeBase64UrlLoosely(text);
  if (encodeBase64Url(bytes) !== text) return undefined;
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return undefined;
  }
};

/** By hand; a character outside the alphabet counts as zero. */
export const decodeBase64UrlLoosely: DecodeBase64UrlLoosely = (text) => {
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let bits = 0;
  let bitCount = 0;
  let at = 0;
  for (let index = 0; index < text.length; index += 1) {
    bits = ((bits << 6) | (VALUES.get(text.charCodeAt(index)) ?? 0)) & 0xffff;
    bitCount += 6;
    if (bitCount < 8) continue;
    bitCount -= 8;
    bytes[at] = (bits >> bitCount) & 0xff;
    at += 1;
  }
  return bytes;
};

async function importPublicKey(jwk: PublicJwk): Promise<WebKey | undefined> {
  const name = cacheKeyOf(jwk);
  const cached = importedKeys.get(name);
  if (cached !== undefined) return cached;
  try {
    const algorithm = webAlgorithm(jwk.crv);
    const key = await crypto.subtle.importKey('jwk', membersOf(jwk), algorithm, false, ['verify']);
    importedKeys.set(name, key);
    return key;
  } catch {
    return undefined;
  }
}

/** Only the members that make the key: Web Crypto refuses one whose `use` or `key_ops` it dislikes. */
function membersOf(jwk: PublicJwk | PrivateJwk): Record<string, string> {
  const { kty, crv, x } = jwk;
  const y = 'y' in jwk ? { y: jwk.y } : {};
  const d = 'd' in jwk ? { d: jwk.d } : {};
  return { kty, crv, x, ...y, ...d };
}

function webAlgorithm(crv: PublicJwk['crv']): { name: string; namedCurve: string; hash: string } {
  const { digest } = KEY_ALGORITHMS[crv];
  return digest === undefined
    ? { name: 'Ed25519', namedCurve: '', hash: '' }
    : { name: 'ECDSA', namedCurve: crv, hash: digest };
}
