/**
 * An ECDSA signature between its two forms: raw r ‖ s (RFC 7518 section 3.4) and DER (RFC 3279
 * section 2.2.3). OpenSSL is quickest in DER, so this stands between it and every JWS.
 */

const SEQUENCE = 0x30;
const INTEGER = 0x02;

/**
 * DER of a raw signature of 64 or 96 bytes, or `undefined` when r or s is zero. Whether they are
 * below the order of the curve, OpenSSL judges.
 */
export function encodeEcdsaDer(raw: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  if (raw.length !== 64 && raw.length !== 96) return undefined;
  const size = raw.length / 2;
  const r = firstNonZero(raw, 0, size);
  const s = firstNonZero(raw, size, 2 * size);
  if (r === size || s === 2 * size) return undefined;
  const rPad = (raw[r] ?? 0) >> 7;
  const sPad = (raw[s] ?? 0) >> 7;
  const rBytes = size - r + rPad;
  const sBytes = 2 * size - s + sPad;
  const der = new Uint8Array(6 + rBytes + sBytes);
  der[0] = SEQUENCE;
  der[1] = 4 + rBytes + sBytes;
  der[2] = INTEGER;
  der[3] = rBytes;
  der.set(raw.subarray(r, size), 4 + rPad);
  der[4 + rBytes] = INTEGER;
  der[5 + rBytes] = sBytes;
  der.set(raw.subarray(s), 6 + rBytes + sPad);
  return der;
}

/**
 * Raw form of a DER signature, or `undefined` when the DER is not canonical: another tag, a length
 * that does not fit, a negative, zero, over-long or needlessly padded integer, bytes left over.
 */
export function decodeEcdsaDer(
  der: Uint8Array,
  signatureBytes: 64 | 96,
): Uint8Array<ArrayBuffer> | undefined {
  if (der[0] !== SEQUENCE || der[1] !== der.length - 2 || der.length > 127) return undefined;
  const size = signatureBytes / 2;
  const raw = new Uint8Array(signatureBytes);
  const afterR = copyInteger(der, 2, raw.subarray(0, size));
  if (afterR === undefined) return undefined;
  return copyInteger(der, afterR, raw.subarray(size)) === der.length ? raw : undefined;
}

/** Copies the integer at `at`, right-aligned; where it ends, or `undefined`. */
function copyInteger(der: Uint8Array, at: number, target: Uint8Array): number | undefined {
  const length = der[at + 1] ?? 0;
  const end = at + 2 + length;
  if (der[at] !== INTEGER || length === 0 || end > der.length) return undefined;
  const first = der[at + 2] ?? 0;
  if (first > 127) return undefined;
  if (first === 0 && (length === 1 || (der[at + 3] ?? 0) < 128)) return undefined;
  const begin = first === 0 ? at + 3 : at + 2;
  if (end - begin > target.length) return undefined;
  target.set(der.subarray(begin, end), target.length - (end - begin));
  return end;
}

function firstNonZero(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at] === 0) at += 1;
  return at;
}
