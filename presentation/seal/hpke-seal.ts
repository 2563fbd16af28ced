import type { CipherSuite } from '@hpke/core';
import type { P256PublicJwk } from '@symbolon/schemas';
import { PresentationError } from '../error.ts';

let loading: Promise<CipherSuite> | undefined;

/**
 * DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-128-GCM: the suite of ISO 18013-7 annex C. The library
 * takes longer to load than Node to start, so only what seals pays for it.
 */
function loadSuite(): Promise<CipherSuite> {
  loading ??= import('@hpke/core').then(
    ({ Aes128Gcm, CipherSuite: Suite, DhkemP256HkdfSha256, HkdfSha256 }) =>
      new Suite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes128Gcm() }),
  );
  return loading;
}

/**
 * Seals a single message to a key, in base mode, without additional data.
 *
 * @param seed - 32 random bytes, from which the ephemeral key is derived (RFC 9180 section 7.1.3).
 * @returns The encapsulated key (65 bytes), then the ciphertext.
 * @throws {@link PresentationError} `response_key_unusable` for a key that is not on the curve.
 * @see [RFC 9180 section 6.1](https://www.rfc-editor.org/rfc/rfc9180#section-6.1)
 */
export async function sealHpke(
  key: P256PublicJwk,
  content: {
    readonly info: Uint8Array<ArrayBuffer>;
    readonly plaintext: Uint8Array<ArrayBuffer>;
    readonly seed: Uint8Array<ArrayBuffer>;
  },
): Promise<Uint8Array<ArrayBuffer>> {
  const suite = await loadSuite();
  const sender = await suite.createSenderContext({
    recipientPublicKey: await importKey(suite, key),
    info: content.info,
    // The library takes a buffer, of which the seed may be a part.
    ekm: Uint8Array.from(content.seed).buffer,
  });
  const ciphertext = await sender.seal(content.plaintext);
  const wire = new Uint8Array(sender.enc.byteLength + ciphertext.byteLength);
  wire.set(new Uint8Array(sender.enc));
  wire.set(new Uint8Array(ciphertext), sender.enc.byteLength);
  return wire;
}

async function importKey(
  suite: CipherSuite,
  { kty, crv, x, y }: P256PublicJwk,
): ReturnType<CipherSuite['kem']['importKey']> {
  try {
    return await suite.kem.importKey('jwk', { kty, crv, x, y }, true);
  } catch (cause) {
    const message = "the request's key is not a point on P-256";
    throw new PresentationError('response_key_unusable', message, { cause });
  }
}
