// What checks a credential, apart from what makes one: a check must start fast.
export { checkValidityPeriod } from './check-validity-period.ts';
export { CredentialError } from './error.ts';
export { holderKeyOf } from './holder-key-of.ts';
export { parseJwtVc } from './jwt-vc/verify-jwt-vc.ts';
export { parseSdJwt, type UnverifiedSdJwt } from './parse-sd-jwt.ts';
export { processDisclosures } from './process-disclosures.ts';
export { verifyIssuerSignature } from './verify-issuer-signature.ts';
export { verifyKeyBinding } from './verify-key-binding.ts';
