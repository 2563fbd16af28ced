import { decodeBase64Url, encodeBase64Url } from '@symbolon/credentials/jose';
import {
  base64Schema,
  type EpochSeconds,
  type P256PublicJwk,
  parseWith,
  Refusal,
} from '@symbolon/schemas';
import { decodeBase64 } from '../base64.ts';
import { isPublicKey } from '../did/public-key.ts';
import { TrustError } from '../error.ts';
import type { EncodedCertificate } from './certificate.ts';
import { checkDer, type DerElement, derChildren, readDer } from './der.ts';
import { checkAlgorithm, checkSignatureForm } from './ecdsa-signature.ts';
import { X509Certificate } from './x509.ts';

/** A certificate of the right form; nobody has looked at its signature. */
export type UnverifiedCertificate = {
  readonly der: Uint8Array<ArrayBuffer>;
  /** The library's view of the same bytes. */
  readonly x509: X509Certificate;
  /** The names as they are encoded: two are the same when their bytes are. */
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  readonly publicJwk: P256PublicJwk;
  readonly notBefore: EpochSeconds;
  readonly notAfter: EpochSeconds;
};

const MAX_CERTIFICATE_BYTES = 8192;
/** SubjectPublicKeyInfo of a named P-256 key, up to its uncompressed point (RFC 5480). */
const P256_KEY = '3059301306072a8648ce3d020106082a8648ce3d03010703420004';
const VERSION_3 = 'a003020102';

/**
 * Reads one X.509 certificate of the only form that we accept: version 3, DER, an ECDSA P-256 key by
 * name of its curve, signed with ECDSA and SHA-256.
 *
 * @throws {@link TrustError} `certificate_malformed`, `certificate_algorithm_unsupported`.
 * @see [RFC 5280 section 4.1](https://www.rfc-editor.org/rfc/rfc5280#section-4.1)
 */
export function parseCertificate(encoded: EncodedCertificate): UnverifiedCertificate {
  const der = decodeCertificate(encoded);
  const fields = certificateFields(der);
  // RFC 5280 section 4.1.1.2: inside as outside.
  checkAlgorithm(fields.algorithm);
  const publicJwk = p256KeyOf(fields.publicKey);
  const { issuer, subject } = fields;
  return { der, issuer, subject, publicJwk, ...readByLibrary(der) };
}

/** The part of a certificate that is signed, as it came. */
export function toBeSigned(der: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const [signed] = derChildren(der, readDer(der, 0, der.length));
  if (signed === undefined) throw malformed('it is empty');
  return der.slice(signed.start, signed.end);
}

/**
 * The key of a SubjectPublicKeyInfo.
 *
 * @throws {@link TrustError} `certificate_algorithm_unsupported` for anything but P-256 by name, and
 *   for a point that is not on the curve.
 */
export function p256KeyOf(publicKeyInfo: Uint8Array): P256PublicJwk {
  const prefix = P256_KEY.length / 2;
  if (publicKeyInfo.length !== prefix + 64 || !toHex(publicKeyInfo).startsWith(P256_KEY)) {
    throw algorithmUnsupported();
  }
  const x = encodeBase64Url(publicKeyInfo.slice(prefix, prefix + 32));
  const y = encodeBase64Url(publicKeyInfo.slice(prefix + 32));
  const jwk = { kty: 'EC', crv: 'P-256', x, y } as const;
  if (!isPublicKey(jwk)) throw algorithmUnsupported();
  return jwk;
}

/** The SubjectPublicKeyInfo of a key. */
export function encodeP256Key({ x, y }: P256PublicJwk): Uint8Array<ArrayBuffer> {
  const prefix = (P256_KEY.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16));
  return Uint8Array.from([...prefix, ...decodeBase64Url(x), ...decodeBase64Url(y)]);
}

function decodeCertificate(encoded: EncodedCertificate): Uint8Array<ArrayBuffer> {
  try {
    const der = decodeBase64(parseWith('certificate', base64Schema, encoded));
    if (der.length > MAX_CERTIFICATE_BYTES) throw malformed('it is too long');
    checkDer(der);
    checkSignatureForm(der);
    return der;
  } catch (cause) {
    if (cause instanceof TrustError || !(cause instanceof Refusal)) throw cause;
    throw malformed(cause.message);
  }
}

type CertificateFields = Readonly<
  Record<'algorithm' | 'issuer' | 'subject' | 'publicKey', Uint8Array>
>;

function certificateFields(der: Uint8Array<ArrayBuffer>): CertificateFields {
  const slice = ({ start, end }: DerElement): Uint8Array => der.subarray(start, end);
  const [signed, outer, signature, ...rest] = derChildren(der, readDer(der, 0, der.length));
  if (signed === undefined || outer === undefined || signature === undefined || rest.length > 0) {
    throw malformed('it does not have three parts');
  }
  // Unique identifiers (RFC 5280 section 4.1.2.8) would make nine or more.
  const [version, serial, inner, issuer, validity, subject, key, extensions, ...more] = derChildren(
    der,
    signed,
  );
  if (!serial || !inner || !issuer || !validity || !subject || !key || more.length > 0) {
    throw malformed('its signed part does not have eight parts');
  }
  if (version === undefined || toHex(slice(version)) !== VERSION_3 || extensions?.tag !== 0xa3) {
    throw malformed('it is not of version 3, or has no extensions');
  }
  checkSerial(der.subarray(serial.content, serial.end));
  for (const time of derChildren(der, validity)) checkTime(der, time);
  return {
    algorithm: slice(inner),
    issuer: slice(issuer),
    subject: slice(subject),
    publicKey: slice(key),
  };
}

/** Positive, and at most 20 bytes (RFC 5280 section 4.1.2.2). */
function checkSerial(content: Uint8Array): void {
  const [first = 0x80] = content;
  const isZero = content.every((byte) => byte === 0);
  if (first >= 0x80 || isZero || content.length > 20) throw malformed('its serial number');
}

/** UTCTime or GeneralizedTime, with seconds and in UTC (RFC 5280 section 4.1.2.5). */
function checkTime(der: Uint8Array<ArrayBuffer>, { tag, content, end }: DerElement): void {
  const text = new TextDecoder().decode(der.subarray(content, end));
  const form =
    /^(?:\d\d)?\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])(?:[0-5]\d){2}Z$/;
  const length = tag === 0x17 ? 13 : tag === 0x18 ? 15 : 0;
  if (text.length !== length || !form.test(text)) throw malformed('a time of its validity');
}

function readByLibrary(
  der: Uint8Array<ArrayBuffer>,
): Pick<UnverifiedCertificate, 'x509' | 'notBefore' | 'notAfter'> {
  try {
    const x509 = new X509Certificate(der);
    for (const { value } of x509.extensions) checkDer(new Uint8Array(value));
    const notBefore = Math.ceil(x509.notBefore.getTime() / 1000);
    return { x509, notBefore, notAfter: Math.floor(x509.notAfter.getTime() / 1000) };
  } catch (cause) {
    throw malformed('its contents cannot be read', cause);
  }
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function malformed(finding: string, cause?: unknown): TrustError {
  const message = `the certificate is malformed: ${finding}`;
  return new TrustError('certificate_malformed', message, { cause });
}

function algorithmUnsupported(): TrustError {
  const message = 'expected a P-256 key by the name of its curve';
  return new TrustError('certificate_algorithm_unsupported', message);
}
