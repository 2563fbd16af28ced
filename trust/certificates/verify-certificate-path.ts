import { equalBytes } from '@symbolon/credentials/crypto';
import { CLOCK_SKEW_SECONDS, type EpochSeconds, type TrustBundleDocument } from '@symbolon/schemas';
import { fingerprintOf } from '../certificate-fingerprint.ts';
import { TrustError } from '../error.ts';
import type { CertificatePurpose, EncodedCertificate, VerifiedCertificate } from './certificate.ts';
import { checkAuthority, checkExtensions, checkLeaf } from './certificate-profile.ts';
import { readSubject } from './certificate-subject.ts';
import { twinOf } from './ecdsa-signature.ts';
import { parseCertificate, type UnverifiedCertificate } from './parse-certificate.ts';
import { AuthorityKeyIdentifierExtension, SubjectKeyIdentifierExtension } from './x509.ts';

/** What a path is judged by. */
export type CertificatePathExpectations = {
  /** Leaf first, without the anchor, as `x5c` carries it. */
  readonly chain: readonly EncodedCertificate[];
  readonly anchors: readonly EncodedCertificate[];
  readonly purpose: CertificatePurpose;
  readonly revocations: readonly TrustBundleDocument['certificate_revocations'][number][];
  readonly now: EpochSeconds;
};

/** A leaf and two intermediates. */
const MAX_CHAIN = 3;

/**
 * Verifies a path of certificates from a leaf to one of the anchors (RFC 5280 section 6, for the one
 * profile that we use: no policies, no name constraints, revocation by the trust bundle).
 *
 * The chain must be in order and complete: nothing is searched for, nothing is passed over.
 *
 * @throws {@link TrustError} with a code of its own for each way in which a path can be wrong, see
 *   `CertificateErrorCode`.
 */
export async function verifyCertificatePath(
  expectations: CertificatePathExpectations,
): Promise<VerifiedCertificate> {
  const { chain, anchors, purpose, revocations, now } = expectations;
  if (chain.length === 0) throw new TrustError('certificate_chain_empty', 'no certificate');
  if (chain.length > MAX_CHAIN) {
    const message = `${chain.length} certificates, expected at most ${MAX_CHAIN}`;
    throw new TrustError('certificate_chain_too_long', message);
  }
  if (chain.some((certificate) => anchors.includes(certificate))) {
    const message = 'the chain holds the trust anchor, which it is to leave out';
    throw new TrustError('certificate_is_anchor', message);
  }
  const path = await linkPath(chain.map(parseCertificate), anchors);
  const revoked = revokedFingerprints(revocations, now);
  // From the anchor down, as section 6.1 walks: a certificate is believed once its issuer is.
  for (const [fromTop, certificate] of path.toReversed().entries()) {
    const below = path.length - 2 - fromTop;
    checkExtensions(certificate);
    checkValidity(certificate, now);
    await checkRevocation(certificate, revoked);
    if (below >= 0) checkAuthority(certificate, below);
  }
  return describeLeaf(path, purpose);
}

/** A path: the leaf, the intermediates, and at the end the anchor. */
type Path = readonly [UnverifiedCertificate, ...UnverifiedCertificate[]];

async function linkPath(
  chain: readonly UnverifiedCertificate[],
  anchors: readonly EncodedCertificate[],
): Promise<Path> {
  const [leaf, ...intermediates] = chain;
  const last = chain.at(-1);
  if (leaf === undefined || last === undefined) throw new TypeError('the chain is empty');
  if (chain.some(({ issuer, subject }) => equalBytes(issuer, subject))) {
    throw new TrustError('certificate_self_signed', 'a certificate of the chain signed itself');
  }
  for (const [at, authority] of intermediates.entries()) {
    const certificate = chain[at];
    if (certificate === undefined || !isIssuedBy(certificate, authority)) {
      const message = 'a certificate was not issued by the one that follows it';
      throw new TrustError('certificate_chain_broken', message);
    }
    await checkSignature(certificate, authority);
  }
  return [leaf, ...intermediates, await findAnchor(last, anchors)];
}

/** Two anchors may have one name while one takes over from the other. */
async function findAnchor(
  last: UnverifiedCertificate,
  anchors: readonly EncodedCertificate[],
): Promise<UnverifiedCertificate> {
  const candidates = anchors.map(parseCertificate).filter((anchor) => isIssuedBy(last, anchor));
  if (candidates.length === 0) {
    const message = 'the certificates do not lead to a trusted certificate authority';
    throw new TrustError('certificate_untrusted', message);
  }
  for (const anchor of candidates) {
    if (await isSignedBy(last, anchor)) return anchor;
  }
  throw signatureInvalid();
}

function isIssuedBy(certificate: UnverifiedCertificate, authority: UnverifiedCertificate): boolean {
  if (!equalBytes(certificate.issuer, authority.subject)) return false;
  const expected = certificate.x509.getExtension(AuthorityKeyIdentifierExtension)?.keyId;
  const actual = authority.x509.getExtension(SubjectKeyIdentifierExtension)?.keyId;
  return expected === undefined || actual === undefined || expected === actual;
}

async function checkSignature(
  certificate: UnverifiedCertificate,
  authority: UnverifiedCertificate,
): Promise<void> {
  if (!(await isSignedBy(certificate, authority))) throw signatureInvalid();
}

async function isSignedBy(
  certificate: UnverifiedCertificate,
  authority: UnverifiedCertificate,
): Promise<boolean> {
  const { publicKey } = authority.x509;
  try {
    return await certificate.x509.verify({ publicKey, signatureOnly: true });
  } catch {
    // The library throws for a signature that is no pair of integers.
    return false;
  }
}

function signatureInvalid(): TrustError {
  const message = 'the signature of a certificate is not of its issuer';
  return new TrustError('certificate_signature_invalid', message);
}

function checkValidity({ notBefore, notAfter }: UnverifiedCertificate, now: EpochSeconds): void {
  if (!(now >= notBefore - CLOCK_SKEW_SECONDS)) {
    const message = `a certificate becomes valid in ${notBefore - now} s`;
    throw new TrustError('certificate_not_yet_valid', message);
  }
  if (!(now <= notAfter + CLOCK_SKEW_SECONDS)) {
    throw new TrustError('certificate_expired', `a certificate expired ${now - notAfter} s ago`);
  }
}

/** The fingerprints of the certificates that are revoked at `now`. */
export function revokedFingerprints(
  revocations: CertificatePathExpectations['revocations'],
  now: EpochSeconds,
): ReadonlySet<string> {
  const inForce = revocations.filter(({ revoked_at }) => !(revoked_at > now + CLOCK_SKEW_SECONDS));
  return new Set(inForce.map(({ certificate }) => certificate));
}

async function checkRevocation(
  { der }: UnverifiedCertificate,
  revoked: ReadonlySet<string>,
): Promise<void> {
  if (revoked.size === 0) return;
  const fingerprints = [await fingerprintOf(der), await fingerprintOf(twinOf(der))];
  if (fingerprints.some((fingerprint) => revoked.has(fingerprint))) {
    throw new TrustError('certificate_revoked', 'a certificate was revoked');
  }
}

async function describeLeaf(path: Path, purpose: CertificatePurpose): Promise<VerifiedCertificate> {
  const [leaf] = path;
  checkLeaf(leaf, purpose);
  return {
    fingerprint: await fingerprintOf(leaf.der),
    ...readSubject(leaf, purpose),
    publicJwk: leaf.publicJwk,
    notBefore: Math.max(...path.map(({ notBefore }) => notBefore)),
    notAfter: Math.min(...path.map(({ notAfter }) => notAfter)),
  };
}
