export { type ClaimPath, claimPathSchema } from './claim-path.ts';
export {
  ATTESTED_AGES,
  type ClaimRow,
  type SelectiveDisclosure,
} from './credential-types/claim-table.ts';
export {
  CREDENTIAL_FORMATS,
  type CredentialFormat,
  credentialFormatSchema,
  type SdJwtFormat,
} from './credential-types/credential-format.ts';
export {
  type AssuranceLevel,
  CREDENTIAL_CONFIGURATIONS,
  CREDENTIAL_TYPES,
  type CredentialConfiguration,
  type CredentialType,
  claimPathOf,
  getCredentialTypeByVct,
  getCredentialTypeByW3cTypes,
  IDENTITY_CARD,
  reachesLevel,
  TRUST_FRAMEWORK,
} from './credential-types/credential-type.ts';
export { createTypeMetadata } from './credential-types/type-metadata.ts';
export { type DidKeyDocument, parseDidDocument } from './did-document.ts';
export { displayTextSchema, localisedTextSchema } from './display-text.ts';
export { CLOCK_SKEW_SECONDS, type EpochSeconds, epochSecondsSchema } from './epoch-seconds.ts';
export {
  type IssuerHeader,
  type JoseHeader,
  parseIssuerHeader,
  parseJoseHeader,
} from './jose-header.ts';
export type { JsonObject, JsonValue } from './json-value.ts';
export {
  base64UrlSchema,
  type P256PublicJwk,
  type PublicJwk,
  p256PublicJwkSchema,
  parsePublicJwk,
  publicJwkSchema,
} from './jwk.ts';
export {
  type Confirmation,
  type KeyBindingPayload,
  parseConfirmation,
  parseKeyBinding,
} from './key-binding.ts';
export { base64Schema, compactJwsSchema, locationSchema } from './location.ts';
export { ParseError, parseWith } from './parse-error.ts';
export { getPolicy, type LocalisedText, POLICIES, type Policy } from './policies/policy.ts';
export { Refusal } from './refusal.ts';
export { parseSdJwtVc, type SdJwtVcPayload } from './sd-jwt-vc.ts';
export {
  type EncodedStatusList,
  parseEncodedStatusList,
  parseStatusClaim,
  parseStatusListToken,
  type StatusListTokenPayload,
  type StatusReference,
} from './status-list.ts';
export { parseTrustAnchor, type TrustAnchor } from './trust-anchor.ts';
export { parseTrustBundle, type TrustBundleDocument } from './trust-bundle.ts';
export { parseValidity, type Validity } from './validity.ts';
export {
  type JwtVcPayload,
  parseJwtVcPayload,
  parseW3cCredential,
  type W3cCredential,
} from './w3c-credential.ts';
