export { anchorFingerprint } from './anchor-fingerprint.ts';
export { certificateFingerprint } from './certificate-fingerprint.ts';
export { decodeDidJwk } from './did/did-jwk.ts';
export { decodeDidKey, encodeDidKey } from './did/did-key.ts';
export { createDidResolver } from './did/did-resolver.ts';
export { findDidKey } from './did/find-did-key.ts';
export type { DidRelationship } from './did/verification-method.ts';
export {
  type CertificateErrorCode,
  type DidErrorCode,
  type IssuerKeyErrorCode,
  isUndecidedCode,
  type StatusErrorCode,
  type TrustBundleErrorCode,
  TrustError,
  type TrustErrorCode,
} from './error.ts';
export { importTrustBundle, type TrustBundleImport } from './import-trust-bundle.ts';
export { findIssuerKey, type IssuerKeyQuery } from './issuer-key.ts';
export { decodeCertificatesPem, encodeCertificatesPem } from './pem.ts';
export { findStatus, type Status, type StatusExpectations } from './status/find-status.ts';
export {
  decodeStatusList,
  STATUS,
  type StatusBits,
  type StatusList,
  setStatusAt,
  statusAt,
} from './status/status-list.ts';
export {
  createStatusListToken,
  type StatusListExpectations,
  type StatusListTokenContents,
  type VerifiedStatusList,
  verifyStatusListToken,
} from './status/status-list-token.ts';
export { findStatusReference } from './status/status-reference.ts';
export { createTrustBundle, openTrustBundle, type TrustBundle } from './trust-bundle.ts';
export { clockLagSeconds, trustedNow } from './trusted-now.ts';
