import { equalBytes } from '@symbolon/credentials/crypto';
import { TrustError } from '../error.ts';
import { checkDer, derChildren, readDer } from './der.ts';

/** Order of the P-256 group (SP 800-186 section 3.2.1.3). */
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

const ECDSA_WITH_SHA256 = Uint8Array.of(
  0x30,
  0x0a,
  0x06,
  0x08,
  0x2a,
  0x86,
  0x48,
  0xce,
  0x3d,
  0x04,
  0x03,
  0x02,
);

/** The parts of a certificate around its signature value. */
type SignedCertificate = {
  /** Everything that stands before the BIT STRING, without the header of the whole. */
  readonly body: Uint8Array;
  readonly r: bigint;
  readonly s: bigint;
};

/**
 * Checks that a certificate, or a signing request, ends with `ecdsa-with-SHA256` and a BIT STRING
 * that holds an ECDSA signature in DER and nothing else, so that nobody can change its bytes, and
 * with them its fingerprint, around the signed part.
 *
 * @param der - Has passed `checkDer`.
 * @throws {@link TrustError} `certificate_malformed`, `certificate_algorithm_unsupported`.
 */
export function checkSignatureForm(der: Uint8Array<ArrayBuffer>): void {
  const algorithm = derChildren(der, readDer(der, 0, der.length)).at(-2);
  if (algorithm === undefined) throw malformed();
  checkAlgorithm(der.subarray(algorithm.start, algorithm.end));
  takeApart(der);
}

/**
 * Checks an AlgorithmIdentifier: ECDSA with SHA-256 (RFC 5758 section 3.2), without parameters.
 *
 * @throws {@link TrustError} `certificate_algorithm_unsupported`.
 */
export function checkAlgorithm(identifier: Uint8Array): void {
  if (equalBytes(identifier, ECDSA_WITH_SHA256)) return;
  const message = 'expected a signature with ECDSA and SHA-256';
  throw new TrustError('certificate_algorithm_unsupported', message);
}

/**
 * The other certificate that the same signature makes: with (r, s), (r, n - s) verifies too, and
 * anybody can compute it. Whoever looks a certificate up by its fingerprint looks for both.
 */
export function twinOf(der: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const { body, r, s } = takeApart(der);
  const pair = wrap(0x30, [...encodeInteger(r), ...encodeInteger(P256_ORDER - s)]);
  return Uint8Array.from(wrap(0x30, [...body, ...wrap(0x03, [0, ...pair])]));
}

function takeApart(der: Uint8Array<ArrayBuffer>): SignedCertificate {
  const whole = readDer(der, 0, der.length);
  const value = derChildren(der, whole).at(-1);
  if (whole.tag !== 0x30 || value?.tag !== 0x03 || der[value.content] !== 0) throw malformed();
  const signature = der.slice(value.content + 1, value.end);
  checkDer(signature);
  const pair = readDer(signature, 0, signature.length);
  const [r, s, ...more] = derChildren(signature, pair);
  if (pair.tag !== 0x30 || r?.tag !== 0x02 || s?.tag !== 0x02 || more.length > 0) throw malformed();
  return {
    body: der.subarray(whole.content, value.start),
    r: toInteger(signature.subarray(r.content, r.end)),
    s: toInteger(signature.subarray(s.content, s.end)),
  };
}

/** In the range of a signature; DER's sign bit is a zero byte in front. */
function toInteger(content: Uint8Array): bigint {
  const value = content.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  if ((content[0] ?? 0x80) >= 0x80 || value === 0n || value >= P256_ORDER) throw malformed();
  return value;
}

function encodeInteger(value: bigint): number[] {
  const hex = value.toString(16);
  const padded = hex.length % 2 === 0 ? hex : `0${hex}`;
  const bytes = (padded.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16));
  return wrap(0x02, (bytes[0] ?? 0) >= 0x80 ? [0, ...bytes] : bytes);
}

/** A value with its header; certificates are shorter than 64 KiB. */
function wrap(tag: number, content: readonly number[]): number[] {
  const { length } = content;
  if (length < 0x80) return [tag, length, ...content];
  if (length < 0x100) return [tag, 0x81, length, ...content];
  return [tag, 0x82, length >> 8, length & 0xff, ...content];
}

function malformed(): TrustError {
  const message = 'the signed object does not end with one ECDSA signature in DER';
  return new TrustError('certificate_malformed', message);
}
