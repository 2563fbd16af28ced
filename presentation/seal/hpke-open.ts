import {
  agreeOnP256Secret,
  hmacSha256,
  openAes128Gcm,
  type P256PrivateJwk,
} from '@symbolon/credentials/crypto';
import { decodeBase64Url } from '@symbolon/credentials/jose';

/*
 * The recipient's half of HPKE for one suite and one message, on the primitives of the platform. The
 * library that seals has the other half too, but takes longer to load than a whole check of an
 * answer may; what it seals, this opens.
 */

/** Bytes of the encapsulated key: an uncompressed point on P-256. */
export const ENCAPSULATED_KEY_BYTES = 65;

type Bytes = Uint8Array<ArrayBuffer>;

const utf8 = new TextEncoder();
const VERSION_LABEL = utf8.encode('HPKE-v1');
/** "KEM", DHKEM(P-256, HKDF-SHA256). */
const KEM_SUITE = join(utf8.encode('KEM'), Uint8Array.of(0x00, 0x10));
/** "HPKE", that KEM, HKDF-SHA256, AES-128-GCM. */
const HPKE_SUITE = join(utf8.encode('HPKE'), Uint8Array.of(0x00, 0x10, 0x00, 0x01, 0x00, 0x01));
/** HMAC fills a short key up with zeros, so this is the empty salt. */
const NO_SALT = new Uint8Array(32);
const NOTHING = new Uint8Array();
const MODE_BASE = Uint8Array.of(0x00);
const SECRET_BYTES = 32;
const KEY_BYTES = 16;
const NONCE_BYTES = 12;

/**
 * Opens a single message sealed in base mode, without additional data.
 *
 * @param wire - The encapsulated key, then the ciphertext.
 * @returns `undefined` when it was not sealed to this key with this `info`, or was changed.
 * @see [RFC 9180 section 6.1](https://www.rfc-editor.org/rfc/rfc9180#section-6.1)
 */
export async function openHpke(
  privateJwk: P256PrivateJwk,
  { info, wire }: { readonly info: Bytes; readonly wire: Bytes },
): Promise<Bytes | undefined> {
  const encapsulatedKey = wire.slice(0, ENCAPSULATED_KEY_BYTES);
  const sharedSecret = await decapsulate(privateJwk, encapsulatedKey);
  if (sharedSecret === undefined) return undefined;
  const { key, nonce } = await keySchedule(sharedSecret, info);
  return openAes128Gcm({ key, nonce, ciphertext: wire.slice(ENCAPSULATED_KEY_BYTES) });
}

/** RFC 9180 section 4.1, `Decap` and `ExtractAndExpand`. */
async function decapsulate(
  privateJwk: P256PrivateJwk,
  encapsulatedKey: Bytes,
): Promise<Bytes | undefined> {
  const agreed = await agreeOnP256Secret(privateJwk, encapsulatedKey);
  if (agreed === undefined) return undefined;
  const { x, y } = privateJwk;
  const ownPoint = join(Uint8Array.of(0x04), decodeBase64Url(x), decodeBase64Url(y));
  const prk = await extract(KEM_SUITE, { salt: NO_SALT, label: 'eae_prk', input: agreed });
  const context = join(encapsulatedKey, ownPoint);
  return expand(KEM_SUITE, { prk, label: 'shared_secret', context, sizeBytes: SECRET_BYTES });
}

/** RFC 9180 section 5.1, `KeySchedule` in base mode; the nonce is that of the first message. */
async function keySchedule(
  sharedSecret: Bytes,
  info: Bytes,
): Promise<{ readonly key: Bytes; readonly nonce: Bytes }> {
  const [pskIdHash, infoHash, prk] = await Promise.all([
    extract(HPKE_SUITE, { salt: NO_SALT, label: 'psk_id_hash', input: NOTHING }),
    extract(HPKE_SUITE, { salt: NO_SALT, label: 'info_hash', input: info }),
    extract(HPKE_SUITE, { salt: sharedSecret, label: 'secret', input: NOTHING }),
  ]);
  const context = join(MODE_BASE, pskIdHash, infoHash);
  const [key, nonce] = await Promise.all([
    expand(HPKE_SUITE, { prk, label: 'key', context, sizeBytes: KEY_BYTES }),
    expand(HPKE_SUITE, { prk, label: 'base_nonce', context, sizeBytes: NONCE_BYTES }),
  ]);
  return { key, nonce };
}

/** RFC 9180 section 4, `LabeledExtract`. */
function extract(
  suite: Bytes,
  { salt, label, input }: { readonly salt: Bytes; readonly label: string; readonly input: Bytes },
): Promise<Bytes> {
  return hmacSha256(salt, join(VERSION_LABEL, suite, utf8.encode(label), input));
}

/** RFC 9180 section 4, `LabeledExpand`, for up to 32 bytes: one block of HKDF-Expand (RFC 5869). */
async function expand(
  suite: Bytes,
  {
    prk,
    label,
    context,
    sizeBytes,
  }: {
    readonly prk: Bytes;
    readonly label: string;
    readonly context: Bytes;
    readonly sizeBytes: number;
  },
): Promise<Bytes> {
  const size = Uint8Array.of(0, sizeBytes);
  const labelled = join(size, VERSION_LABEL, suite, utf8.encode(label), context);
  const block = await hmacSha256(prk, join(labelled, Uint8Array.of(1)));
  return block.slice(0, sizeBytes);
}

function join(...parts: readonly Uint8Array[]): Bytes {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
