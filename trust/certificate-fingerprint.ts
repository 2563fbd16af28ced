import { sha256 } from '@symbolon/credentials/crypto';
import { encodeBase64Url } from '@symbolon/credentials/jose';
import { decodeBase64 } from './base64.ts';

/**
 * SHA-256 of a certificate's DER, base64url: the value of an `x509_hash:` client identifier, and how
 * a trust bundle names a revoked certificate.
 *
 * @param certificate - Standard base64 of the DER, already checked for its alphabet.
 */
export async function certificateFingerprint(certificate: string): Promise<string> {
  return fingerprintOf(decodeBase64(certificate));
}

/** As {@link certificateFingerprint}, of the DER itself. */
export async function fingerprintOf(der: Uint8Array<ArrayBuffer>): Promise<string> {
  return encodeBase64Url(await sha256(der));
}
