import type { P256PublicJwk, PublicJwk } from '@symbolon/schemas';

/** The signature algorithms that we accept (RFC 7518 section 3.4, RFC 8037 section 3.1). */
export type SignatureAlgorithm = 'ES256' | 'ES384' | 'EdDSA';

/** The digest algorithms that an SD-JWT may use, by their IANA hash names. */
export type HashAlgorithm = 'sha-256' | 'sha-384' | 'sha-512';

/** Cryptographically secure random bytes, fresh at each call. */
export type Random = (sizeBytes: number) => Uint8Array<ArrayBuffer>;

/** Signs with one key that it holds. The signature is raw: r ‖ s, or 64 bytes of Ed25519. */
export type Signer = {
  readonly alg: SignatureAlgorithm;
  readonly sign: (data: Uint8Array<ArrayBuffer>) => Promise<Uint8Array<ArrayBuffer>>;
};

/** A private key on P-256 as a JWK; `d` is 32 bytes. */
export type P256PrivateJwk = P256PublicJwk & { readonly d: string };

/** A private key of a kind that can sign here. */
export type PrivateJwk = PublicJwk & { readonly d: string };

/** A fresh key pair on P-256. */
export type P256KeyPair = {
  readonly publicJwk: P256PublicJwk;
  readonly privateJwk: P256PrivateJwk;
};

/** A signature and what it is judged by. */
export type SignatureToVerify = {
  readonly alg: SignatureAlgorithm;
  readonly key: PublicJwk;
  readonly data: Uint8Array<ArrayBuffer>;
  /** Raw: r ‖ s, or 64 bytes of Ed25519. */
  readonly signature: Uint8Array<ArrayBuffer>;
};

/** SHA-256 (FIPS 180-4): 32 bytes. */
export type Sha256 = (bytes: Uint8Array<ArrayBuffer>) => Promise<Uint8Array<ArrayBuffer>>;

/** base64url of the digest of each text's UTF-8 bytes, in order; one call for a whole batch. */
export type HashTexts = (algorithm: HashAlgorithm, texts: readonly string[]) => Promise<string[]>;

/**
 * Whether `signature` is `key`'s signature over `data`. `false` also when the algorithm is not the
 * key's, when the signature has the wrong length, and when the key is not a point of its curve.
 */
export type VerifySignature = (input: SignatureToVerify) => Promise<boolean>;

/** A signer that holds this key; throws when the key is damaged, now or at its first signature. */
export type CreateSigner = (privateJwk: PrivateJwk) => Signer;

/** Makes a key pair on P-256. */
export type GenerateP256KeyPair = () => Promise<P256KeyPair>;

/**
 * The secret that a private key on P-256 shares with a public one: the x coordinate, 32 bytes
 * (NIST SP 800-56A section 5.7.1.2). `undefined` when `publicPoint` (65 bytes, uncompressed) is not a
 * point of the curve.
 */
export type AgreeOnP256Secret = (
  privateJwk: P256PrivateJwk,
  publicPoint: Uint8Array<ArrayBuffer>,
) => Promise<Uint8Array<ArrayBuffer> | undefined>;

/** HMAC-SHA-256 (RFC 2104): 32 bytes. The key has at least one byte. */
export type HmacSha256 = (
  key: Uint8Array<ArrayBuffer>,
  data: Uint8Array<ArrayBuffer>,
) => Promise<Uint8Array<ArrayBuffer>>;

/** What AES-128-GCM (NIST SP 800-38D) opens; no additional data. */
type SealedByAes128Gcm = {
  /** 16 bytes. */
  readonly key: Uint8Array<ArrayBuffer>;
  /** 12 bytes. */
  readonly nonce: Uint8Array<ArrayBuffer>;
  /** Ciphertext, then the tag of 16 bytes. */
  readonly ciphertext: Uint8Array<ArrayBuffer>;
};

/** The plaintext, or `undefined` when key, nonce or any byte is another than it was sealed with. */
export type OpenAes128Gcm = (
  sealed: SealedByAes128Gcm,
) => Promise<Uint8Array<ArrayBuffer> | undefined>;

/** base64url without padding (RFC 4648 section 5). */
export type EncodeBase64Url = (bytes: Uint8Array) => string;

/** base64url of the UTF-8 bytes of a text. */
export type EncodeTextBase64Url = (text: string) => string;

/**
 * The text whose UTF-8 bytes base64url stands for; `undefined` when they are not UTF-8, or when the
 * base64url is not canonical (RFC 7515 section 2).
 */
export type DecodeTextBase64Url = (text: string) => string | undefined;

/** The bytes that base64url stands for; what it makes of any other text is not defined. */
export type DecodeBase64UrlLoosely = (text: string) => Uint8Array<ArrayBuffer>;
