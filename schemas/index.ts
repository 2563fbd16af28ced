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
export { type EpochSeconds, epochSecondsSchema } from './epoch-seconds.ts';
export { type IssuerConfigFile, originSchema, parseIssuerConfig } from './issuer-config.ts';
export {
  type IssuerKeyFile,
  type IssuerKeyPurpose,
  parseIssuerKeyFile,
} from './issuer-key-file.ts';
export type { JsonObject, JsonValue } from './json-value.ts';
export {
  base64UrlSchema,
  type P256PublicJwk,
  type PublicJwk,
  p256PublicJwkSchema,
  parsePublicJwk,
  publicJwkSchema,
} from './jwk.ts';
export { base64Schema, compactJwsSchema, locationSchema } from './location.ts';
export { ParseError, parseWith } from './parse-error.ts';
export { getPolicy, type LocalisedText, POLICIES, type Policy } from './policies/policy.ts';
export { Refusal } from './refusal.ts';
export { parseTrustAnchor, type TrustAnchor } from './trust-anchor.ts';
export { parseTrustBundle, type TrustBundleDocument } from './trust-bundle.ts';
