import type { CredentialQuery, DcqlQuery } from '@symbolon/schemas/openid4vp';
import { PresentationError } from '../error.ts';
import type { SelectedClaim } from './claim-selection.ts';
import { matchCredential, type QueriedCredential } from './match-credential.ts';

/** A credential that the holder has: fully disclosed claims, and whatever the caller keeps with it. */
export type HeldCredential = QueriedCredential;

/** Which held credential answers which query, and with which claims. */
export type SelectedCredential<Held extends HeldCredential> = {
  readonly queryId: string;
  readonly credential: Held;
  /** What it would reveal beyond what is always visible; concrete paths, without `null`. */
  readonly claims: readonly SelectedClaim[];
};

/**
 * Selects the credentials that answer a query.
 *
 * Of several that match, the first in the given order is taken; of several options of a set, the
 * first that can be met. Sets that are not required are left out: what need not be shown is not.
 *
 * @throws {@link PresentationError} `no_matching_credential` when a required part cannot be met; all
 *   or nothing, as the specification says.
 * @see [OpenID4VP 1.0 section 6.4.2](https://openid.net/specs/openid-4-verifiable-presentations-1_0.html#section-6.4.2)
 */
export function selectCredentials<Held extends HeldCredential>(
  query: DcqlQuery,
  held: readonly Held[],
): readonly SelectedCredential<Held>[] {
  const matches = new Map<string, SelectedCredential<Held>>();
  for (const each of query.credentials) {
    const match = firstMatch(each, held);
    if (match !== undefined) matches.set(each.id, match);
  }
  const wanted = requiredIds(query, new Set(matches.keys()));
  return wanted.flatMap((id) => matches.get(id) ?? []);
}

function firstMatch<Held extends HeldCredential>(
  query: CredentialQuery,
  held: readonly Held[],
): SelectedCredential<Held> | undefined {
  for (const credential of held) {
    const match = matchCredential(query, credential);
    if (match !== undefined) return { queryId: query.id, credential, claims: match.claims };
  }
  return undefined;
}

function requiredIds(
  { credentials, credential_sets: sets }: DcqlQuery,
  available: ReadonlySet<string>,
): readonly string[] {
  const required = sets?.filter((set) => set.required !== false);
  const options = required?.map((set) => set.options) ?? [[credentials.map(({ id }) => id)]];
  const chosen = new Set<string>();
  for (const option of options) {
    const complete = option.find((ids) => ids.every((id) => available.has(id)));
    if (complete === undefined) {
      throw new PresentationError('no_matching_credential', 'no card here answers the request', {
        hint: "see what this wallet holds with 'wallet list'",
      });
    }
    for (const id of complete) chosen.add(id);
  }
  return [...chosen];
}
