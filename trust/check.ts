// What a check asks of a bundle that was imported before: a check must start fast.
export { decodeDidJwk } from './did/did-jwk.ts';
export { isUndecidedCode, TrustError } from './error.ts';
export { findIssuerKey } from './issuer-key.ts';
export { findStatus, type Status } from './status/find-status.ts';
export { findStatusReference } from './status/status-reference.ts';
export { openTrustBundle, type TrustBundle } from './trust-bundle.ts';
