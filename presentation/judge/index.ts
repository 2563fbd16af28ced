export { JudgeError, type JudgeErrorCode } from './error.ts';
export type { HolderExpectation } from './holder.ts';
export {
  type CredentialExpectations,
  type JudgedCredential,
  judgeCredential,
} from './judge-credential.ts';
export { type PolicyQuestion, type PresentedClaims, readPolicyClaims } from './policy-claims.ts';
export type { StatusExpectation } from './status.ts';
export {
  CHECK_NAMES,
  type Check,
  type CheckName,
  type CheckResult,
  decide,
  rejectUnread,
  type Verdict,
} from './verdict.ts';
