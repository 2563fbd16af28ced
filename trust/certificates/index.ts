export type {
  CertificatePurpose,
  EncodedCertificate,
  VerifiedCertificate,
} from './certificate.ts';
export {
  type CertificateAuthorityOptions,
  type CertificateOptions,
  type CertificateSubject,
  createCertificate,
  createCertificateAuthority,
} from './create-certificate.ts';
export {
  createSigningRequest,
  type OpenedSigningRequest,
  openSigningRequest,
  type SigningRequestOptions,
} from './signing-request.ts';
export {
  type CertificatePathExpectations,
  verifyCertificatePath,
} from './verify-certificate-path.ts';
