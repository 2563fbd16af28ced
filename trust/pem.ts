import { TrustError } from './error.ts';

/** A chain of four certificates of 8 KiB each, and the line ends. */
const MAX_PEM_LENGTH = 65_536;
const BLOCK = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g;
const CANONICAL = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Writes certificates (base64 DER, leaf first) as PEM (RFC 7468). */
export function encodeCertificatesPem(certificates: readonly string[]): string {
  return certificates
    .map((certificate) => {
      const lines = certificate.match(/.{1,64}/g) ?? [];
      return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
    })
    .join('');
}

/**
 * Reads certificates out of PEM, in order, as base64 DER; what stands between the blocks is ignored
 * (RFC 7468 section 2), a block of another kind (such as a private key) is not.
 *
 * @throws {@link TrustError} `certificate_malformed` when there is none, or anything else in it.
 */
export function decodeCertificatesPem(pem: string): string[] {
  const kinds =
    pem.length > MAX_PEM_LENGTH ? [] : (pem.match(/-----BEGIN [^\n-]{1,64}-----/g) ?? []);
  const certificates =
    kinds.length === 0
      ? []
      : Array.from(pem.matchAll(BLOCK), ([, body = '']) => body.replace(/\s+/g, ''));
  const isPlain = certificates.every((each) => each !== '' && CANONICAL.test(each));
  if (certificates.length === 0 || certificates.length !== kinds.length || !isPlain) {
    throw new TrustError('certificate_malformed', 'expected PEM certificates and nothing else');
  }
  return certificates;
}
