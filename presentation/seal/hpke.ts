import type { CipherSuite } from '@hpke/core';
import type { P256PrivateJwk } from '@symbolon/credentials/crypto';
import type { P256PublicJwk } from '@symbolon/schemas';
import { PresentationError } from '../error.ts';

/** Bytes of the encapsulated key: an uncompressed point on P-256. */
export const ENCAPSULATED_KEY_BYTES = 65;

let loading: Promise<CipherSuite> | undefined;

/**
 * DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-128-GCM: the suite of ISO 18013-7 annex C. The library
 * takes as long to load as Node to start, so only what seals or opens pays for it.
 */
function loadSuite(): Promise<CipherSuite> {
  loading ??= import('@hpke/core').then(
    ({ Aes128Gcm, CipherSuite: Suite, DhkemP256HkdfSha256, HkdfSha256 }) =>
      new Suite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes128Gcm() }),
  );
  return loading;
}

/**
 * Seals bytes to a key: `enc` (65 bytes), then the ciphertext.
 *
 * @param seed - 32 random bytes, from which the ephemeral key is derived (RFC 9180 section 7.1.3).
 * @throws {@link PresentationError} `response_key_unusable` for a key that is not on the curve.
 * @see [RFC 9180 section 6.1](https://www.rfc-editor.org/rfc/rfc9180#section-6.1) (single-shot, base mode, no aad)
 */
export async function sealTo(
  key: P256PublicJwk,
  content: {
    readonly info: Uint8Array<ArrayBuffer>;
    readonly plaintext: Uint8Array<ArrayBuffer>;
    readonly seed: Uint8Array<ArrayBuffer>;
  },
): Promise<Uint8Array<ArrayBuffer>> {
  const suite = await loadSuite();
  const { kty, crv, x, y } = key;
  const recipientPublicKey = await suite.kem
    .importKey('jwk', { kty, crv, x, y }, true)
    .catch((cause: unknown) => {
      const message = "the request's key is not a point on P-256";
      throw new PresentationError('response_key_unusable', message, { cause });
    });
  const sender = await suite.createSenderContext({
    recipientPublicKey,
    info: content.info,
    ekm: content.seed.buffer,
  });
  const ciphertext = await sender.seal(content.plaintext);
  const wire = new Uint8Array(sender.enc.byteLength + ciphertext.byteLength);
  wire.set(new Uint8Array(sender.enc));
  wire.set(new Uint8Array(ciphertext), sender.enc.byteLength);
  return wire;
}

/**
 * Opens what {@link sealTo} made.
 *
 * @throws {@link PresentationError} `answer_unreadable`, whatever the reason: another key, another
 *   request, a changed byte.
 */
export async function openWith(
  privateJwk: P256PrivateJwk,
  content: { readonly info: Uint8Array<ArrayBuffer>; readonly wire: Uint8Array },
): Promise<Uint8Array<ArrayBuffer>> {
  const suite = await loadSuite();
  const { kty, crv, x, y, d } = privateJwk;
  const wire = Uint8Array.from(content.wire);
  try {
    const recipientKey = await suite.kem.importKey('jwk', { kty, crv, x, y, d }, false);
    const recipient = await suite.createRecipientContext({
      recipientKey,
      enc: wire.slice(0, ENCAPSULATED_KEY_BYTES),
      info: content.info,
    });
    return new Uint8Array(await recipient.open(wire.slice(ENCAPSULATED_KEY_BYTES)));
  } catch (cause) {
    throw new PresentationError('answer_unreadable', 'the answer is not sealed for this request', {
      cause,
      hint: 'make a new request and let the holder answer that one',
    });
  }
}
