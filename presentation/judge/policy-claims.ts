import {
  type AssuranceLevel,
  claimPathOf,
  type EpochSeconds,
  type JsonValue,
  type Policy,
  reachesLevel,
} from '@symbolon/schemas';
import type { DcqlQuery } from '@symbolon/schemas/openid4vp';
import { checkQuerySatisfied } from '../dcql/check-query-satisfied.ts';
import { selectClaims } from '../dcql/claim-selection.ts';
import { JudgeError } from './error.ts';
import type { JudgedCredential } from './judge-credential.ts';

/** What an accepted presentation tells the counter: what its policy asked for, and no more. */
export type PresentedClaims = {
  /** Claim names of the type's table, in the policy's order. */
  readonly claims: ReadonlyMap<string, JsonValue>;
  /** Names of claims that were shown although nobody asked; their values are gone. */
  readonly dropped: readonly string[];
  readonly level: AssuranceLevel;
  readonly credentialType: string;
  readonly format: string;
  readonly issuer: string;
  readonly expiresAt: EpochSeconds | undefined;
  readonly status: { readonly issuedAt: EpochSeconds; readonly ageSeconds: number } | undefined;
};

/** What was asked, and which part of it the presentation says that it answers. */
export type PolicyQuestion = {
  readonly policy: Policy;
  readonly query: DcqlQuery;
  readonly queryId: string;
};

/**
 * Checks that a presentation is what a policy asked for: the query is evaluated again on what came,
 * and the level of assurance is at least the policy's. Takes the asked claims and leaves the rest.
 *
 * @throws PresentationError `request_unsatisfied`; {@link JudgeError} `assurance_level_too_low`.
 */
export function readPolicyClaims(
  credential: JudgedCredential,
  { policy, query, queryId }: PolicyQuestion,
): PresentedClaims {
  const { format, type, claims, issuer, expiresAt, status } = credential;
  checkQuerySatisfied(query, [{ queryId, format, claims }]);
  return {
    claims: new Map(policy.asks.map((name) => [name, claimValue(credential, name)])),
    dropped: droppedNames(credential, policy),
    level: checkLevel(credential, policy),
    credentialType: type.display,
    format,
    issuer,
    expiresAt,
    status: status && { issuedAt: status.issuedAt, ageSeconds: status.ageSeconds },
  };
}

function claimValue({ type, format, claims }: JudgedCredential, name: string): JsonValue {
  const [selected] = selectClaims(claims, claimPathOf(type, name, format));
  return selected?.value ?? null;
}

function checkLevel(credential: JudgedCredential, { assuranceLevel }: Policy): AssuranceLevel {
  const level = claimValue(credential, 'assurance_level');
  if (!reachesLevel(level, assuranceLevel)) {
    const message = `the policy asks for assurance level '${assuranceLevel}'`;
    throw new JudgeError('assurance_level_too_low', message, {
      hint: 'the holder can be raised to that level at a terminal of the authority',
    });
  }
  return level === 'advanced' ? 'advanced' : 'basic';
}

function droppedNames(credential: JudgedCredential, { asks }: Policy): readonly string[] {
  const { type, format, claims, disclosedPaths } = credential;
  const asked = asks.map((name) => claimPathOf(type, name, format));
  const known = type.claims.filter(
    ({ name, sd }) =>
      sd === 'allowed' &&
      !asks.includes(name) &&
      selectClaims(claims, claimPathOf(type, name, format)).length > 0,
  );
  const table = type.claims.map(({ name }) => claimPathOf(type, name, format));
  const others = disclosedPaths.filter(
    (path) => ![...table, ...asked].some((row) => isWithin(path, row) || isWithin(row, path)),
  );
  return [...known.map(({ name }) => name), ...others.map((path) => String(path.at(-1)))];
}

/** Whether `inner` is `outer` or lies below it. */
function isWithin(
  inner: readonly (string | number | null)[],
  outer: readonly (string | number | null)[],
): boolean {
  return outer.length <= inner.length && outer.every((step, at) => step === inner[at]);
}
