import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';
import type { Random } from '@symbolon/credentials/crypto';

/** Bytes of our own, as a database or a cipher takes and gives them. */
export type Bytes = Uint8Array<ArrayBuffer>;

/**
 * 32 bytes to seal with. As a `KeyObject` (`createSecretKey`) a key that is used more than once costs
 * a tenth: Node takes ten microseconds to make one of bytes, each time.
 */
export type SealingKey = Uint8Array | KeyObject;

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/**
 * Seals bytes with AES-256-GCM: nonce (12 bytes) ‖ ciphertext ‖ tag (16 bytes).
 *
 * @param place - What the bytes are and whose: they open in this place and in no other.
 * @throws RangeError when the key has another length.
 * @see [NIST SP 800-38D section 8.2.2](https://doi.org/10.6028/NIST.SP.800-38D) for random nonces.
 */
export function sealBytes(
  key: SealingKey,
  place: string,
  plain: Uint8Array,
  random: Random,
): Bytes {
  checkKey(key);
  const nonce = random(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(place));
  const sealed = new Uint8Array(NONCE_BYTES + plain.length + TAG_BYTES);
  sealed.set(nonce);
  sealed.set(cipher.update(plain), NONCE_BYTES);
  cipher.final();
  sealed.set(cipher.getAuthTag(), NONCE_BYTES + plain.length);
  return sealed;
}

/**
 * Opens what {@link sealBytes} sealed.
 *
 * @throws Error when the key or the place is another one, or any byte has changed.
 */
export function openBytes(key: SealingKey, place: string, sealed: Uint8Array): Bytes {
  checkKey(key);
  if (sealed.length < NONCE_BYTES + TAG_BYTES) throw new Error('sealed bytes are too short');
  const [nonce, tag] = [sealed.subarray(0, NONCE_BYTES), sealed.subarray(-TAG_BYTES)];
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(place));
  decipher.setAuthTag(tag);
  const plain = new Uint8Array(decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)));
  // GCM is a stream: `final` gives no bytes, it compares the tag and throws.
  decipher.final();
  return plain;
}

function checkKey(key: SealingKey): void {
  const sizeBytes = key instanceof Uint8Array ? key.length : key.symmetricKeySize;
  if (sizeBytes !== KEY_BYTES) throw new RangeError(`key: expected 32 bytes, got ${sizeBytes}`);
}
