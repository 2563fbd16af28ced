import type { PublicJwk } from '@symbolon/schemas';
import type { SignatureAlgorithm } from './contract.ts';

type KeyAlgorithm = {
  readonly alg: SignatureAlgorithm;
  /** Bytes of a raw signature. */
  readonly signatureBytes: 64 | 96;
  /** Digest before signing, by its Web Crypto name; Ed25519 hashes by itself. */
  readonly digest: 'SHA-256' | 'SHA-384' | undefined;
};

/** The one algorithm of a key: its curve decides, never a header (RFC 8725 section 3.1). */
export const KEY_ALGORITHMS: Readonly<Record<PublicJwk['crv'], KeyAlgorithm>> = {
  'P-256': { alg: 'ES256', signatureBytes: 64, digest: 'SHA-256' },
  'P-384': { alg: 'ES384', signatureBytes: 96, digest: 'SHA-384' },
  Ed25519: { alg: 'EdDSA', signatureBytes: 64, digest: undefined },
};

/**
 * How many imported keys a process keeps: those of issuers come again and again, those of holders
 * hardly ever, and keeping them long costs more than importing them.
 */
export const CACHED_KEYS = 64;

/** What names a public key in the cache: every member that makes it. */
export function cacheKeyOf(key: PublicJwk): string {
  return 'y' in key ? `${key.crv}.${key.x}.${key.y}` : `${key.crv}.${key.x}`;
}
