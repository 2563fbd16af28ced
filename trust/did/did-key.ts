import { decodeBase64Url, encodeBase64Url } from '@symbolon/credentials/jose';
import type { PublicJwk } from '@symbolon/schemas';
import { TrustError } from '../error.ts';
import { decodeBase58, encodeBase58 } from './base58.ts';
import { decompressPoint, isEd25519Key, type WeierstrassCurveName } from './curve.ts';

/** The long form of a P-384 point, which is refused by name, is 99 bytes in 136 characters. */
const MAX_MULTIBASE_LENGTH = 140;

/** The multicodec prefixes, as unsigned varints, and the length of what follows them. */
const CODECS = [
  { prefix: [0xed, 0x01], crv: 'Ed25519', sizeBytes: 32 },
  { prefix: [0x80, 0x24], crv: 'P-256', sizeBytes: 33 },
  { prefix: [0x81, 0x24], crv: 'P-384', sizeBytes: 49 },
] as const;

/**
 * Decodes a did:key of a P-256, P-384 or Ed25519 key.
 *
 * @param did - Without a fragment.
 * @throws {@link TrustError} `did_malformed` for anything but base58btc; `did_key_unsupported` for
 *   another kind of key; `did_key_invalid` for a wrong length or a point that is not on its curve.
 * @see [did:key Method](https://w3c-ccg.github.io/did-key-spec/)
 */
export function decodeDidKey(did: string): PublicJwk {
  const [, encoded = ''] = /^did:key:z([1-9A-HJ-NP-Za-km-z]+)$/.exec(did) ?? [];
  const bytes = encoded.length > MAX_MULTIBASE_LENGTH ? undefined : decodeBase58(encoded);
  if (bytes === undefined || bytes.length < 2) {
    throw new TrustError('did_malformed', "expected 'did:key:z' and base58btc");
  }
  const codec = CODECS.find(({ prefix }) => prefix[0] === bytes[0] && prefix[1] === bytes[1]);
  if (codec === undefined) {
    const message = 'did:key holds a kind of key that we do not accept';
    throw new TrustError('did_key_unsupported', message);
  }
  const raw = bytes.subarray(2);
  if (raw.length !== codec.sizeBytes) {
    const message = `did:key holds ${raw.length} bytes, expected ${codec.sizeBytes}`;
    throw new TrustError('did_key_invalid', message);
  }
  return codec.crv === 'Ed25519' ? ed25519Jwk(raw) : weierstrassJwk(codec.crv, raw);
}

/** Writes a key as did:key, in the short form of a point. */
export function encodeDidKey(jwk: PublicJwk): string {
  const codec = CODECS.find(({ crv }) => crv === jwk.crv);
  const sign = 'y' in jwk ? [2 + ((decodeBase64Url(jwk.y).at(-1) ?? 0) % 2)] : [];
  const bytes = [...(codec?.prefix ?? []), ...sign, ...decodeBase64Url(jwk.x)];
  return `did:key:z${encodeBase58(Uint8Array.from(bytes))}`;
}

function ed25519Jwk(raw: Uint8Array<ArrayBuffer>): PublicJwk {
  if (!isEd25519Key(raw)) throw notOnCurve();
  return { kty: 'OKP', crv: 'Ed25519', x: encodeBase64Url(raw) };
}

function weierstrassJwk(crv: WeierstrassCurveName, raw: Uint8Array<ArrayBuffer>): PublicJwk {
  const [sign] = raw;
  const x = raw.slice(1);
  // 02 and 03 are the short forms; 04, the long one, has another length and no place in did:key.
  const y = sign === 2 || sign === 3 ? decompressPoint(crv, x, sign === 3) : undefined;
  if (y === undefined) throw notOnCurve();
  return { kty: 'EC', crv, x: encodeBase64Url(x), y: encodeBase64Url(y) };
}

function notOnCurve(): TrustError {
  return new TrustError('did_key_invalid', 'the point of did:key is not on its curve');
}
