export {
  AUTHORIZATION_SERVER_METADATA_PATH,
  type AuthorizationServerMetadata,
  parseAuthorizationServerMetadata,
} from './authorization-server-metadata.ts';
export {
  type CredentialRequest,
  type CredentialResponse,
  parseCredentialRequest,
  parseCredentialResponse,
} from './credential.ts';
export {
  CREDENTIAL_OFFER_SCHEME,
  type CredentialOffer,
  MAX_CREDENTIAL_OFFER_BYTES,
  type OfferedTxCode,
  PRE_AUTHORIZED_CODE_GRANT,
  parseCredentialOffer,
} from './credential-offer.ts';
export {
  type CredentialErrorCode,
  type ErrorResponse,
  parseErrorResponse,
  type TokenErrorCode,
} from './error.ts';
export { parseFormParameters } from './form-parameters.ts';
export {
  ISSUER_METADATA_PATH,
  type IssuerMetadata,
  MAX_ISSUER_METADATA_BYTES,
  parseIssuerMetadata,
  type SupportedCredentialConfiguration,
} from './issuer-metadata.ts';
export { type NonceResponse, parseNonceResponse } from './nonce.ts';
export {
  parseTokenRequest,
  parseTokenResponse,
  type TokenRequest,
  type TokenResponse,
} from './token.ts';
