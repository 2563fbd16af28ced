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
  DPOP_ALGORITHMS,
  DPOP_TYP,
  type DpopHeader,
  type DpopPayload,
  MAX_DPOP_PROOF_BYTES,
  parseDpopHeader,
  parseDpopPayload,
} from './dpop-proof.ts';
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
export {
  checkKeyUse,
  KEY_PROOF_ALGORITHMS,
  KEY_PROOF_TYP,
  type KeyProofHeader,
  type KeyProofPayload,
  MAX_KEY_PROOF_BYTES,
  parseKeyProofHeader,
  parseKeyProofPayload,
} from './key-proof.ts';
export { type NonceResponse, parseNonceResponse } from './nonce.ts';
export {
  parseTokenRequest,
  parseTokenResponse,
  type TokenRequest,
  type TokenResponse,
} from './token.ts';
