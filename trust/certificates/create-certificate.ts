import type { Random, Signer } from '@symbolon/credentials/crypto';
import type { EpochSeconds, P256PublicJwk } from '@symbolon/schemas';
import { encodeBase64 } from '../base64.ts';
import type { CertificatePurpose, EncodedCertificate } from './certificate.ts';
import { EXTENDED_KEY_USAGE } from './certificate-profile.ts';
import { SUBJECT_ATTRIBUTE } from './certificate-subject.ts';
import { encodeP256Key, parseCertificate, toBeSigned } from './parse-certificate.ts';
import { verifyCertificatePath } from './verify-certificate-path.ts';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ES256,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  PublicKey,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  toDate,
  X509CertificateGenerator,
} from './x509.ts';

/** Whom a certificate names. */
export type CertificateSubject = {
  readonly commonName: string;
  readonly organizationName: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** Required for `access`: ETSI EN 319 412-1 syntax, for example 'NTRCN-91310000'. */
  readonly organizationIdentifier?: string | undefined;
};

/** A certificate authority to be: it signs itself. */
export type CertificateAuthorityOptions = {
  readonly subject: CertificateSubject;
  readonly publicJwk: P256PublicJwk;
  /** ES256, with the private key that belongs to `publicJwk`. */
  readonly signer: Signer;
  readonly notBefore: EpochSeconds;
  readonly notAfter: EpochSeconds;
  readonly random: Random;
};

/** A leaf certificate to be. */
export type CertificateOptions = {
  readonly purpose: CertificatePurpose;
  readonly subject: CertificateSubject;
  /** Host names or IP addresses for the subject alternative name; required for an issuer. */
  readonly hosts?: readonly string[] | undefined;
  readonly publicJwk: P256PublicJwk;
  readonly authority: { readonly certificate: EncodedCertificate; readonly signer: Signer };
  readonly notBefore: EpochSeconds;
  readonly notAfter: EpochSeconds;
  readonly random: Random;
};

/**
 * Makes the certificate of a certificate authority that signs leaves directly (path length 0).
 *
 * @throws {@link TypeError} for a signer of another algorithm than ES256.
 */
export async function createCertificateAuthority({
  subject,
  publicJwk,
  ...options
}: CertificateAuthorityOptions): Promise<EncodedCertificate> {
  const publicKey = publicKeyOf(publicJwk);
  const name = nameOf(subject);
  return signCertificate({ ...options, publicKey, subject: name, issuer: name }, [
    new BasicConstraintsExtension(true, 0, true),
    new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    await SubjectKeyIdentifierExtension.create(publicKey),
  ]);
}

/**
 * Makes a leaf certificate: a key for digital signatures and for one purpose.
 *
 * @throws {@link TypeError} for a signer of another algorithm than ES256.
 * @throws {@link TrustError} `certificate_subject_invalid` and the like when it would not pass our own
 *   `verifyCertificatePath`: what cannot be used is not signed.
 */
export async function createCertificate({
  purpose,
  subject,
  hosts = [],
  publicJwk,
  authority,
  ...options
}: CertificateOptions): Promise<EncodedCertificate> {
  const publicKey = publicKeyOf(publicJwk);
  const issuer = parseCertificate(authority.certificate).x509;
  const names = hosts.map((value) => ({ type: isIpAddress(value) ? 'ip' : 'dns', value }) as const);
  const extensions = [
    await AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    await SubjectKeyIdentifierExtension.create(publicKey),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension([EXTENDED_KEY_USAGE[purpose]], true),
    ...(names.length > 0 ? [new SubjectAlternativeNameExtension(names)] : []),
  ];
  const certificate = await signCertificate(
    {
      ...options,
      signer: authority.signer,
      publicKey,
      subject: nameOf(subject),
      issuer: issuer.subjectName,
    },
    extensions,
  );
  await verifyCertificatePath({
    chain: [certificate],
    anchors: [authority.certificate],
    purpose,
    revocations: [],
    now: options.notBefore,
  });
  return certificate;
}

type CertificateToSign = {
  readonly publicKey: PublicKey;
  readonly subject: Name;
  readonly issuer: Name;
  readonly notBefore: EpochSeconds;
  readonly notAfter: EpochSeconds;
  readonly signer: Signer;
  readonly random: Random;
};

/**
 * The library signs with a key that it is given, and our keys stay where they are: so the certificate
 * is made once to learn what is to be signed, and once more with the signature.
 */
async function signCertificate(
  { publicKey, subject, issuer, notBefore, notAfter, signer, random }: CertificateToSign,
  extensions: Extension[],
): Promise<EncodedCertificate> {
  if (signer.alg !== 'ES256') throw new TypeError('certificates are signed with ES256');
  const contents = {
    serialNumber: createSerialNumber(random),
    subject,
    issuer,
    notBefore: toDate(notBefore),
    notAfter: toDate(notAfter),
    extensions,
    publicKey,
    signingAlgorithm: ES256,
  };
  const draft = await X509CertificateGenerator.create({
    ...contents,
    signature: new Uint8Array(64).fill(1),
  });
  const signature = await signer.sign(toBeSigned(new Uint8Array(draft.rawData)));
  const certificate = await X509CertificateGenerator.create({ ...contents, signature });
  return encodeBase64(new Uint8Array(certificate.rawData));
}

/** 16 random bytes as hexadecimal, of which the first makes a positive number of full length. */
function createSerialNumber(random: Random): string {
  const [first = 0, ...rest] = random(16);
  return [(first & 0x3f) | 0x40, ...rest]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}

/** As structures, so that no character in a value means anything. */
function nameOf(subject: CertificateSubject): Name {
  const { commonName, organizationName, country, organizationIdentifier } = subject;
  return new Name([
    { [SUBJECT_ATTRIBUTE.country]: [{ printableString: country }] },
    { [SUBJECT_ATTRIBUTE.organizationName]: [{ utf8String: organizationName }] },
    ...(organizationIdentifier === undefined
      ? []
      : [{ [SUBJECT_ATTRIBUTE.organizationIdentifier]: [{ utf8String: organizationIdentifier }] }]),
    { [SUBJECT_ATTRIBUTE.commonName]: [{ utf8String: commonName }] },
  ]);
}

function publicKeyOf(jwk: P256PublicJwk): PublicKey {
  return new PublicKey(encodeP256Key(jwk));
}

function isIpAddress(host: string): boolean {
  return host.includes(':') || /^\d{1,3}(?:\.\d{1,3}){3}$/.test(host);
}
