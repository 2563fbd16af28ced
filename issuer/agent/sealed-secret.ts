import { scrypt } from 'node:crypto';
import { type Bytes, openBytes, type SealingKey } from '../sealed-bytes.ts';
import { AgentError } from './error.ts';

/** Cost of turning a passphrase into a key (RFC 7914): parameter N, a power of two; r 8, p 1. */
export type ScryptCost = 16_384 | 32_768 | 65_536 | 131_072 | 262_144 | 524_288 | 1_048_576;

/** 128 MB and about a third of a second; what an attacker pays for every guess. */
export const SCRYPT_COST: ScryptCost = 131_072;

const KEY_BYTES = 32;
const BLOCK_SIZE = 8;

/** Derives the key-encryption key of a key store from the operator's passphrase: 32 bytes. */
export function deriveKeyEncryptionKey(
  passphrase: string,
  salt: Uint8Array,
  cost: ScryptCost,
): Promise<Bytes> {
  const options = { N: cost, r: BLOCK_SIZE, p: 1, maxmem: 256 * cost * BLOCK_SIZE };
  return new Promise((resolve, reject) => {
    // One passphrase, however the keyboard composed its accents.
    scrypt(passphrase.normalize('NFKC'), salt, KEY_BYTES, options, (error, key) => {
      if (error) reject(error);
      else resolve(new Uint8Array(key));
    });
  });
}

/**
 * Opens a sealed secret of the key store.
 *
 * @param place - What it is: it opens in this place and in no other.
 * @throws {@link AgentError} `key_store_invalid` when the key, the place or a byte is another one.
 */
export function openSecret(key: SealingKey, place: string, sealed: Uint8Array): Bytes {
  try {
    return openBytes(key, place, sealed);
  } catch (cause) {
    throw new AgentError('key_store_invalid', 'a sealed secret does not open', {
      cause,
      hint: 'it was changed, or belongs elsewhere: restore the data folder from a backup',
    });
  }
}
