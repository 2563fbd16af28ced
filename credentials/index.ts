export { CLOCK_SKEW_SECONDS, type StatusReference } from '@symbolon/schemas';
export { checkValidityPeriod } from './check-validity-period.ts';
export { didJwkOf } from './did-jwk-of.ts';
export { CredentialError, type CredentialErrorCode } from './error.ts';
export { holderKeyOf } from './holder-key-of.ts';
export {
  issueSdJwt,
  type PreparedSdJwt,
  prepareSdJwt,
  type SdJwtHolder,
  type SdJwtSubject,
} from './issue-sd-jwt.ts';
export {
  parseJwtVc,
  type UnverifiedJwtVc,
  type VerifiedJwtVc,
  verifyJwtVc,
} from './jwt-vc/verify-jwt-vc.ts';
export { parseSdJwt, type UnverifiedSdJwt } from './parse-sd-jwt.ts';
export { presentSdJwt, type SdJwtPresentation } from './present-sd-jwt.ts';
export { processDisclosures } from './process-disclosures.ts';
export type { KeyBinding } from './sd-jwt/create-key-binding.ts';
export type { DisclosedPath, ProcessedPayload } from './sd-jwt/process-payload.ts';
export type { Freshness, KeyBindingExpectations } from './sd-jwt/verify-key-binding-jwt.ts';
export { verifyIssuerSignature } from './verify-issuer-signature.ts';
export { verifyKeyBinding } from './verify-key-binding.ts';
export { type SdJwtExpectations, type VerifiedSdJwt, verifySdJwt } from './verify-sd-jwt.ts';
