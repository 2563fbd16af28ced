import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { VerifierError } from '../error.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Bytes of a desk key. */
export const DESK_KEY_BYTES = 32;

/**
 * Seals a value of a desk with AES-256-GCM: nonce (12 bytes) ‖ ciphertext ‖ tag (16 bytes).
 *
 * @param key - The desk key, 32 bytes.
 * @param place - What the value is, and which: it opens in this place and in no other.
 */
export function sealValue(key: Uint8Array, place: string, value: object): Uint8Array {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(place));
  const ciphertext = cipher.update(JSON.stringify(value), 'utf8');
  cipher.final();
  return Buffer.concat([nonce, ciphertext, cipher.getAuthTag()]);
}

/**
 * Opens what {@link sealValue} sealed.
 *
 * @throws {@link VerifierError} `desk_damaged` when the key or the place is another one, or any byte
 *   has changed.
 */
export function openValue(key: Uint8Array, place: string, sealed: Uint8Array): unknown {
  try {
    const nonce = sealed.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(place));
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    const plain = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES));
    // GCM is a stream: `final` gives no bytes, it compares the tag and throws.
    decipher.final();
    return JSON.parse(plain.toString('utf8'));
  } catch (cause) {
    throw new VerifierError('desk_damaged', 'a file of this desk was changed or is cut short', {
      cause,
      hint: "'verifier doctor' says which; setting the desk up again mends it",
    });
  }
}
