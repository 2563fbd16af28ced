import { TrustError } from '../error.ts';
import type { CertificatePurpose } from './certificate.ts';
import type { UnverifiedCertificate } from './parse-certificate.ts';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
} from './x509.ts';

/** The extended key usage that each purpose demands of its leaf. */
export const EXTENDED_KEY_USAGE: Readonly<Record<CertificatePurpose, string>> = {
  /** ISO/IEC 18013-5 Annex B: document signer. */
  credential_issuer: '1.0.18013.5.1.2',
  /** Token Status List section 10: id-kp-oauthStatusSigning. */
  status: '1.3.6.1.5.5.7.3.30',
  /** ISO/IEC 18013-5 Annex B: reader authentication. */
  access: '1.0.18013.5.1.6',
  /** Under ETSI TS 119 475: provider of registration certificates. */
  registrar: '0.4.0.19475.1',
};

const EXTENSION = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAlternativeName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  extendedKeyUsage: '2.5.29.37',
} as const;

/** Understood here, so that they may be critical. */
const UNDERSTOOD: ReadonlySet<string> = new Set([
  EXTENSION.subjectKeyIdentifier,
  EXTENSION.keyUsage,
  EXTENSION.subjectAlternativeName,
  EXTENSION.basicConstraints,
  EXTENSION.extendedKeyUsage,
]);

/**
 * Checks the extensions of any certificate in a path.
 *
 * Name constraints are refused also when they are not critical: to pass over a limit that a CA was
 * given would be to widen it.
 *
 * @throws {@link TrustError} `certificate_malformed` for one that occurs twice;
 *   `certificate_name_constraints`; `certificate_extension_unsupported` for a critical one that is
 *   not understood here.
 */
export function checkExtensions({ x509 }: UnverifiedCertificate): void {
  const seen = new Set<string>();
  for (const { type, critical } of x509.extensions) {
    if (seen.has(type)) {
      throw new TrustError('certificate_malformed', 'a certificate has an extension twice');
    }
    seen.add(type);
    if (type === EXTENSION.nameConstraints) {
      const message = 'a certificate has name constraints, which are not supported';
      throw new TrustError('certificate_name_constraints', message);
    }
    if (critical && !UNDERSTOOD.has(type)) {
      const message = 'a certificate has a critical extension that is not supported';
      throw new TrustError('certificate_extension_unsupported', message);
    }
  }
}

/**
 * Checks that a certificate may sign another.
 *
 * @param below - How many certificate authorities stand between it and the leaf.
 * @throws {@link TrustError} `certificate_not_authority`, `certificate_path_too_long`,
 *   `certificate_key_usage`.
 * @see [RFC 5280 section 6.1.4, steps k to n](https://www.rfc-editor.org/rfc/rfc5280#section-6.1.4)
 */
export function checkAuthority({ x509 }: UnverifiedCertificate, below: number): void {
  const constraints = x509.getExtension(BasicConstraintsExtension);
  if (constraints === null || !constraints.ca || !constraints.critical) {
    throw new TrustError('certificate_not_authority', 'a certificate signs without being a CA');
  }
  if (constraints.pathLength !== undefined && constraints.pathLength < below) {
    throw new TrustError('certificate_path_too_long', "a path is longer than its CA's limit");
  }
  const usages = x509.getExtension(KeyUsagesExtension)?.usages ?? 0;
  if ((usages & KeyUsageFlags.keyCertSign) === 0) {
    throw new TrustError('certificate_key_usage', "a CA's key is not for signing certificates");
  }
}

/**
 * Checks that a leaf is one, and is for this purpose.
 *
 * @throws {@link TrustError} `certificate_is_authority`, `certificate_key_usage`,
 *   `certificate_purpose`.
 */
export function checkLeaf({ x509 }: UnverifiedCertificate, purpose: CertificatePurpose): void {
  if (x509.getExtension(BasicConstraintsExtension)?.ca === true) {
    throw new TrustError('certificate_is_authority', 'the leaf certificate is a CA');
  }
  const usages = x509.getExtension(KeyUsagesExtension)?.usages ?? 0;
  if (usages !== KeyUsageFlags.digitalSignature) {
    const message = "the leaf certificate's key is not for digital signatures alone";
    throw new TrustError('certificate_key_usage', message);
  }
  const purposes = x509.getExtension(ExtendedKeyUsageExtension)?.usages ?? [];
  if (!purposes.includes(EXTENDED_KEY_USAGE[purpose])) {
    const message = `the leaf certificate is not for the purpose '${purpose}'`;
    throw new TrustError('certificate_purpose', message);
  }
}
