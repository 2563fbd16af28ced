import { TrustError } from '../error.ts';
import type { CertificatePurpose, VerifiedCertificate } from './certificate.ts';
import type { UnverifiedCertificate } from './parse-certificate.ts';
import { SubjectAlternativeNameExtension } from './x509.ts';

/** Attribute types of a subject (X.520; organizationIdentifier by ETSI EN 319 412-1). */
export const SUBJECT_ATTRIBUTE = {
  commonName: '2.5.4.3',
  country: '2.5.4.6',
  organizationName: '2.5.4.10',
  organizationIdentifier: '2.5.4.97',
} as const;

type Subject = Pick<
  VerifiedCertificate,
  'organizationIdentifier' | 'organizationName' | 'commonName' | 'dnsNames' | 'ipAddresses'
>;

const DNS_NAME =
  /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;
const IDENTIFIER = /^[A-Z]{3}[A-Z]{2}-[A-Za-z0-9.-]{1,50}$/;
/** Controls, and the marks that change the direction of the text around them. */
const MISLEADING = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u;

/**
 * Reads whom a leaf names. The values are taken structure by structure and never cut out of a text,
 * so that a comma or a quotation mark in one value cannot begin another.
 *
 * @throws {@link TrustError} `certificate_subject_invalid` for an attribute given twice or with
 *   control characters, a host name that is none (a wildcard, upper case, NUL), and for what the
 *   purpose requires and is not there.
 */
export function readSubject({ x509 }: UnverifiedCertificate, purpose: CertificatePurpose): Subject {
  const attribute = (type: string): string | undefined => {
    const [value, ...more] = x509.subjectName.getField(type);
    if (value === undefined) return undefined;
    if (more.length > 0) throw invalid('an attribute of its subject is given twice');
    if (value.length === 0 || value.length > 200 || MISLEADING.test(value)) {
      throw invalid('an attribute of its subject is empty, too long or holds control characters');
    }
    return value;
  };
  const subject = {
    commonName: attribute(SUBJECT_ATTRIBUTE.commonName),
    organizationName: attribute(SUBJECT_ATTRIBUTE.organizationName),
    organizationIdentifier: attribute(SUBJECT_ATTRIBUTE.organizationIdentifier),
    ...readHosts(x509.getExtension(SubjectAlternativeNameExtension)),
  };
  checkRequired(subject, purpose);
  return subject;
}

function readHosts(
  extension: SubjectAlternativeNameExtension | null,
): Pick<Subject, 'dnsNames' | 'ipAddresses'> {
  const names = extension?.names.items ?? [];
  const dnsNames = names.flatMap(({ type, value }) => (type === 'dns' ? [value] : []));
  if (!dnsNames.every((name) => DNS_NAME.test(name))) {
    throw invalid('a DNS name in it is not a plain lower-case host name');
  }
  const ipAddresses = names.flatMap(({ type, value }) => (type === 'ip' ? [value] : []));
  return { dnsNames, ipAddresses };
}

function checkRequired(subject: Subject, purpose: CertificatePurpose): void {
  const { organizationIdentifier, organizationName, dnsNames, ipAddresses } = subject;
  if (organizationIdentifier !== undefined && !IDENTIFIER.test(organizationIdentifier)) {
    throw invalid('its organizationIdentifier is not of the form of ETSI EN 319 412-1');
  }
  if (purpose === 'access') {
    if (organizationIdentifier === undefined || organizationName === undefined) {
      throw invalid('an access certificate must name and identify the organization');
    }
  } else if (purpose === 'credential_issuer' && dnsNames.length + ipAddresses.length === 0) {
    throw invalid("an issuer's certificate must name its host");
  }
}

function invalid(finding: string): TrustError {
  return new TrustError('certificate_subject_invalid', `the leaf certificate: ${finding}`);
}
