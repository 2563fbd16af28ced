import { CLOCK_SKEW_SECONDS, type EpochSeconds, type TrustBundleDocument } from '@symbolon/schemas';
import type { TrustedIssuer } from '../bundle-index.ts';
import { certificateFingerprint } from '../certificate-fingerprint.ts';
import { isSameKey } from '../did/public-key.ts';
import { TrustError } from '../error.ts';
import type { VerifiedCertificate } from './certificate.ts';
import { revokedFingerprints, verifyCertificatePath } from './verify-certificate-path.ts';

/**
 * Checks that the certificates of a bundle's issuers lead to its issuer certificate authorities, that
 * they are for the bundle's keys and the issuers' hosts, and that no key outlives them.
 *
 * A key that is expired or revoked at `now`, itself or by its certificate, is passed over, since
 * `findIssuerKey` refuses it.
 *
 * @throws {@link TrustError} `bundle_invalid`, with the certificate's own reason as its cause.
 */
export async function verifyIssuerCertificates(
  document: TrustBundleDocument,
  now: EpochSeconds,
): Promise<void> {
  const revoked = revokedFingerprints(document.certificate_revocations, now);
  for (const issuer of document.issuers) {
    for (const key of issuer.keys) {
      if (key.certificates.length > 0 && (await isUsable(key, revoked, now))) {
        await verifyKeyCertificates(document, issuer, key, Math.max(now, key.valid_from));
      }
    }
  }
}

type IssuerKey = TrustedIssuer['keys'][number];

async function isUsable(
  { certificates, revoked_at, valid_until }: IssuerKey,
  revoked: ReadonlySet<string>,
  now: EpochSeconds,
): Promise<boolean> {
  if (revoked_at !== undefined && revoked_at <= now) return false;
  if (valid_until + CLOCK_SKEW_SECONDS <= now) return false;
  const fingerprints = await Promise.all(certificates.map(certificateFingerprint));
  return !fingerprints.some((fingerprint) => revoked.has(fingerprint));
}

async function verifyKeyCertificates(
  document: TrustBundleDocument,
  issuer: TrustedIssuer,
  key: IssuerKey,
  at: EpochSeconds,
): Promise<void> {
  try {
    const certificate = await verifyCertificatePath({
      chain: key.certificates,
      anchors: document.certificate_authorities.issuer,
      purpose: key.uses.includes('credential') ? 'credential_issuer' : 'status',
      revocations: document.certificate_revocations,
      now: at,
    });
    checkAgreement(certificate, issuer, key);
  } catch (cause) {
    if (!(cause instanceof TrustError)) throw cause;
    const message = `the certificate of an issuer in the trust bundle: ${cause.message}`;
    throw new TrustError('bundle_invalid', message, { cause });
  }
}

function checkAgreement(
  certificate: VerifiedCertificate,
  { issuer }: TrustedIssuer,
  { jwk, valid_from, valid_until }: IssuerKey,
): void {
  if (!isSameKey(certificate.publicJwk, jwk)) {
    throw new TrustError('issuer_certificate_mismatch', 'it is for another key');
  }
  const host = /^https?:\/\/(\[[^\]]+\]|[^/:]+)/.exec(issuer)?.[1] ?? '';
  const { dnsNames, ipAddresses } = certificate;
  if (!dnsNames.includes(host) && !ipAddresses.includes(host.replace(/^\[|\]$/g, ''))) {
    throw new TrustError('issuer_certificate_mismatch', "it does not name the issuer's host");
  }
  if (valid_from < certificate.notBefore || valid_until > certificate.notAfter) {
    throw new TrustError('issuer_certificate_mismatch', 'the key is meant to outlive it');
  }
}
