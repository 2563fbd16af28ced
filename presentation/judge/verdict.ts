import { Refusal } from '@symbolon/schemas';
import { isUndecidedCode } from '@symbolon/trust/check';

/** What is checked of a presented credential, in the order of the report. */
export const CHECK_NAMES = [
  'format',
  'issuer_trusted',
  'issuer_signature',
  'disclosures',
  'validity_period',
  'status',
  'holder_binding',
  'request_satisfied',
] as const;

/** One of {@link CHECK_NAMES}. */
export type CheckName = (typeof CHECK_NAMES)[number];

/**
 * One check's outcome. `unknown` is for the status alone: it could not be told, or is too old.
 * `reason` and `hint` are for people and never hold a claim's value.
 */
export type CheckResult =
  | { readonly check: CheckName; readonly outcome: 'passed' }
  | {
      readonly check: CheckName;
      readonly outcome: 'failed' | 'unknown';
      /** Stable: the code of the refusal; `check_not_run`; `internal_error` for a fault of ours. */
      readonly code: string;
      readonly reason: string;
      readonly hint?: string;
    };

/** The verdict. Claims exist only where every check passed. */
export type Verdict<Claims> =
  | {
      readonly outcome: 'accepted';
      readonly claims: Claims;
      readonly checks: readonly CheckResult[];
    }
  | { readonly outcome: 'rejected'; readonly checks: readonly CheckResult[] }
  | { readonly outcome: 'undecided'; readonly checks: readonly CheckResult[] };

/** A check: returns nothing when it holds, throws an error with a `code` when it does not. */
export type Check = { readonly name: CheckName; readonly run: () => void | Promise<void> };

/**
 * Runs every check and gives the verdict; never throws on bad evidence.
 *
 * A check that throws has failed, and so has one of {@link CHECK_NAMES} that is not in `checks`:
 * there is no way to skip one, and an empty list is a rejection. Later checks run even when an
 * earlier one failed, so that the report names everything that is wrong. `undecided` comes out only
 * when every other check passed and the status is unknown or too old.
 *
 * @param checks - In any order; the report is in the order of {@link CHECK_NAMES}.
 * @param readClaims - Called once, and only when every check passed.
 */
export async function decide<Claims>(
  checks: readonly Check[],
  readClaims: () => Claims,
): Promise<Verdict<Claims>> {
  const results: CheckResult[] = [];
  for (const name of CHECK_NAMES) {
    const named = checks.filter((check) => check.name === name);
    if (named.length === 0) results.push(notRun(name, 'this check was not made'));
    for (const { run } of named) results.push(await resultOf(name, run));
  }
  if (results.some(({ outcome }) => outcome === 'failed')) {
    return { outcome: 'rejected', checks: results };
  }
  if (results.some(({ outcome }) => outcome === 'unknown')) {
    return { outcome: 'undecided', checks: results };
  }
  return { outcome: 'accepted', claims: readClaims(), checks: results };
}

/**
 * The verdict on an answer that gives nothing to check: one check has failed, the others did not run.
 *
 * @param error - Why; what is not a {@link Refusal} is reported as a fault of ours, without its text.
 */
export function rejectUnread(check: CheckName, error: unknown): Verdict<never> {
  const failed = failureOf(check, error);
  const checks = CHECK_NAMES.map((name) =>
    name === check ? failed : notRun(name, 'there is nothing that could be checked'),
  );
  return { outcome: 'rejected', checks };
}

async function resultOf(check: CheckName, run: Check['run']): Promise<CheckResult> {
  try {
    await run();
    return { check, outcome: 'passed' };
  } catch (error) {
    return failureOf(check, error);
  }
}

function failureOf(check: CheckName, error: unknown): CheckResult {
  if (error instanceof CheckNotRun) return notRun(check, error.message);
  if (!(error instanceof Refusal)) {
    return {
      check,
      outcome: 'failed',
      code: 'internal_error',
      reason: 'something went wrong inside while this was checked',
    };
  }
  const { code, message: reason, hint } = error;
  const outcome = check === 'status' && isUndecidedCode(code) ? 'unknown' : 'failed';
  return { check, outcome, code, reason, ...(hint === undefined ? {} : { hint }) };
}

function notRun(check: CheckName, reason: string): CheckResult {
  return { check, outcome: 'failed', code: 'check_not_run', reason };
}

/** A check that could not be made, since it needs what an earlier one did not find. */
export class CheckNotRun extends Error {
  override readonly name = 'CheckNotRun';

  constructor(needed: CheckName) {
    super(`not checked, since '${needed}' failed`);
  }
}
