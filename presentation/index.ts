export {
  checkQuerySatisfied,
  type PresentedCredential,
  type SatisfiedQuery,
} from './dcql/check-query-satisfied.ts';
export { type SelectedClaim, selectClaims } from './dcql/claim-selection.ts';
export { createPolicyQuery } from './dcql/policy-query.ts';
export {
  type HeldCredential,
  type SelectedCredential,
  selectCredentials,
} from './dcql/select-credentials.ts';
export { PresentationError, type PresentationErrorCode } from './error.ts';
export { encodeFrames } from './frames/encode-frames.ts';
export { BLOCK_BYTES, FRAME_PREFIX, type Frame, parseFrame } from './frames/frame.ts';
export {
  type AssembledMessage,
  createFrameAssembler,
  decodeFrames,
  type FrameAssembler,
  type FrameOutcome,
} from './frames/frame-assembler.ts';
export { MAX_MESSAGE_BYTES, REQUEST_LIFETIME_SECONDS } from './limits.ts';
export { type Message, type MessageType, packMessage, unpackMessage } from './packing/message.ts';
export { PADDING_CLASSES } from './packing/padding.ts';
export { type OverAsked, overAsked } from './registration/over-asked.ts';
export {
  createRegistrationCertificate,
  type OpenedRegistration,
  openRegistrationCertificate,
} from './registration/registration-certificate.ts';
export {
  type CreatedRequest,
  createRequestObject,
  type RequestObjectOptions,
} from './request/create-request-object.ts';
export {
  type OpenedRequest,
  openRequestObject,
  type RequestingVerifier,
} from './request/open-request-object.ts';
export { encodeRequestFrames, encodeRequestUri, readRequest } from './request/request-text.ts';
export { type Answer, openAnswer } from './seal/answer.ts';
export { answerClass } from './seal/answer-class.ts';
export { exchangeCode } from './seal/request-binding.ts';
export { type AnswerableRequest, sealAnswer } from './seal/seal-answer.ts';
