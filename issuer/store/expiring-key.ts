import { hash } from 'node:crypto';
import type { Random } from '@symbolon/credentials/crypto';
import type { EpochSeconds } from '@symbolon/schemas';
import type { Bytes } from '../sealed-bytes.ts';

/**
 * Primary key of a row that is only good for a while: 36 bytes, the time of its end (big-endian)
 * and the SHA-256 of the secret that finds it.
 *
 * Rows with such keys lie in the order in which they end: a new one goes to the end of the table,
 * the purge takes from its front, and a look-up is by primary key. So no second index is needed
 * and nothing costs more when there is more of it. The secret itself is never stored.
 */
export type ExpiringKey = Bytes;

const TIME_BYTES = 4;
const SECRET_BYTES = 32;
const SECRET_TEXT = /^[A-Za-z0-9_-]{48}$/;

/**
 * Makes a secret of 256 bits that says when it ends: an offer's code, its reference, an access
 * token. 48 characters of base64url; the first bytes are the time, the others are random.
 */
export function createExpiringSecret(expiresAt: EpochSeconds, random: Random): string {
  const bytes = Buffer.alloc(TIME_BYTES + SECRET_BYTES);
  bytes.writeUInt32BE(expiresAt);
  bytes.set(random(SECRET_BYTES), TIME_BYTES);
  return bytes.toString('base64url');
}

/**
 * The key of the row that belongs to a secret of {@link createExpiringSecret}. A secret whose time
 * was changed leads to a row that does not exist.
 *
 * @returns `undefined` for a text that is no such secret.
 */
export function expiringKeyOf(secret: string): ExpiringKey | undefined {
  if (!SECRET_TEXT.test(secret)) return undefined;
  return expiringKey(Buffer.from(secret, 'base64url').readUInt32BE(), secret);
}

/**
 * The key of the row for a secret that {@link createExpiringSecret} has just made.
 *
 * @throws TypeError for any other text.
 */
export function ownExpiringKey(secret: string): ExpiringKey {
  const key = expiringKeyOf(secret);
  if (key === undefined) throw new TypeError('not a secret of our own making');
  return key;
}

/**
 * The key of a row for something that somebody else has made or that is no text of ours (a nonce,
 * the `jti` of a DPoP proof), and that ends at a time which both sides know.
 */
export function expiringKey(expiresAt: EpochSeconds, secret: string | Uint8Array): ExpiringKey {
  const key = new Uint8Array(TIME_BYTES + 32);
  new DataView(key.buffer).setUint32(0, expiresAt);
  key.set(hash('sha256', secret, 'buffer'), TIME_BYTES);
  return key;
}

/** When the row with this key ends; from then on it counts as absent. */
export function expiryOf(key: ExpiringKey): EpochSeconds {
  return new DataView(key.buffer, key.byteOffset).getUint32(0);
}

/** The smallest key that has not ended at `now`: every smaller one has. */
export function firstLivingKey(now: EpochSeconds): ExpiringKey {
  const key = new Uint8Array(TIME_BYTES);
  new DataView(key.buffer).setUint32(0, now + 1);
  return key;
}
