export { checkPresentation, type PresentationExpectations } from './check-presentation.ts';
export { VerifierError, type VerifierErrorCode } from './error.ts';
export { type CheckedPresentation, createReceipt, openReceipt } from './receipt.ts';
export {
  createPresentationRequest,
  type PresentationRequest,
  type RequestingDesk,
} from './request.ts';
