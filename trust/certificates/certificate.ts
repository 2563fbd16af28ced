import type { EpochSeconds, P256PublicJwk } from '@symbolon/schemas';

/** What a leaf certificate is for; a chain for one purpose proves nothing for another. */
export type CertificatePurpose = 'credential_issuer' | 'status' | 'access' | 'registrar';

/** A certificate as `x5c` carries it: standard base64 of its DER. */
export type EncodedCertificate = string;

/** What a verified path says about its leaf. */
export type VerifiedCertificate = {
  /** SHA-256 of the DER, base64url: the value of an `x509_hash:` client identifier. */
  readonly fingerprint: string;
  /** Subject attribute 2.5.4.97 (ETSI EN 319 412-1), for example 'NTRCN-91310000'. */
  readonly organizationIdentifier: string | undefined;
  readonly organizationName: string | undefined;
  readonly commonName: string | undefined;
  readonly dnsNames: readonly string[];
  /** IPv4 in dotted form, IPv6 in hexadecimal groups: for services on the loopback interface. */
  readonly ipAddresses: readonly string[];
  readonly publicJwk: P256PublicJwk;
  /** The latest start and the earliest end in the whole path, the anchor's included. */
  readonly notBefore: EpochSeconds;
  readonly notAfter: EpochSeconds;
};
