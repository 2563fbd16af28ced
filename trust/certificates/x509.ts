// The library wants this polyfill to have run first.
import 'reflect-metadata';
import { cryptoProvider, type X509Certificate } from '@peculiar/x509';
import type { EpochSeconds } from '@symbolon/schemas';

cryptoProvider.set(globalThis.crypto);

/** The library's own type for a moment. */
export function toDate(seconds: EpochSeconds): X509Certificate['notBefore'] {
  // biome-ignore lint/style/noRestrictedGlobals: converts a given time, and reads no clock
  return new Date(seconds * 1000);
}

/** ECDSA with SHA-256 on P-256, in the words of Web Crypto. */
export const ES256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

export {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  Pkcs10CertificateRequest,
  Pkcs10CertificateRequestGenerator,
  PublicKey,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
