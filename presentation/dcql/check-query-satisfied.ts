import type { DcqlQuery } from '@symbolon/schemas/openid4vp';
import { PresentationError } from '../error.ts';
import type { SelectedClaim } from './claim-selection.ts';
import { matchCredential, type QueriedCredential } from './match-credential.ts';

/** A verified presentation, and the query that it claims to answer. */
export type PresentedCredential = QueriedCredential & { readonly queryId: string };

/** The claims that were asked for and shown; what was shown beyond them is left out. */
export type SatisfiedQuery = {
  readonly queryId: string;
  readonly claims: readonly SelectedClaim[];
};

/**
 * Checks that verified presentations are what the query asked for: exactly the ids of one way to
 * meet it, each of the asked type and with all the asked claims and values. The wallet's own
 * selection is never relied on.
 *
 * @returns For each presentation the asked claims.
 * @throws {@link PresentationError} `request_unsatisfied`.
 * @see [OpenID4VP 1.0 section 8.6](https://openid.net/specs/openid-4-verifiable-presentations-1_0.html#section-8.6)
 */
export function checkQuerySatisfied(
  query: DcqlQuery,
  presented: readonly PresentedCredential[],
): readonly SatisfiedQuery[] {
  const satisfied = presented.map((credential) => satisfiedQuery(query, credential));
  const ids = new Set(satisfied.map(({ queryId }) => queryId));
  if (ids.size !== presented.length) throw unsatisfied('a credential is presented twice');
  checkSets(query, ids);
  return satisfied;
}

function satisfiedQuery(query: DcqlQuery, credential: PresentedCredential): SatisfiedQuery {
  const asked = query.credentials.find(({ id }) => id === credential.queryId);
  if (asked === undefined) throw unsatisfied('a credential is presented that was not asked for');
  const match = matchCredential(asked, credential);
  if (match === undefined) {
    throw unsatisfied('a credential has another type than asked for, or lacks an asked claim');
  }
  return { queryId: asked.id, claims: match.claims };
}

function checkSets(
  { credentials, credential_sets: sets }: DcqlQuery,
  ids: ReadonlySet<string>,
): void {
  const wanted = sets ?? [{ options: [credentials.map(({ id }) => id)] }];
  const needed = new Set<string>();
  for (const { options, required } of wanted) {
    const met = options.find((option) => option.every((id) => ids.has(id)));
    if (met === undefined && required !== false)
      throw unsatisfied('an asked credential is missing');
    for (const id of met ?? []) needed.add(id);
  }
  // One way to meet the query, and no more than that: the rest was not asked for.
  if (needed.size !== ids.size) throw unsatisfied('more credentials are presented than asked for');
}

function unsatisfied(found: string): PresentationError {
  return new PresentationError('request_unsatisfied', found);
}
