export {
  ANSWER_ERRORS,
  type AnswerDocument,
  parseAnswer,
  parseRefusal,
  type RefusalDocument,
} from './answer.ts';
export {
  type ClaimsQuery,
  type ClaimValue,
  type CredentialMeta,
  type CredentialQuery,
  claimValueSchema,
  credentialMetaSchema,
  type DcqlQuery,
  dcqlQuerySchema,
  parseDcqlQuery,
} from './dcql.ts';
export {
  type CertifiedHeader,
  parseCertifiedHeader,
  parseRegistrationData,
  parseRequestObject,
  QR_RESPONSE_MODE,
  REGISTRATION_CERTIFICATE_FORMAT,
  REQUEST_OBJECT_AUDIENCE,
  REQUEST_OBJECT_TYPE,
  type RequestObjectPayload,
  type ResponseKey,
} from './request-object.ts';
