import type { CredentialFormat, JsonObject, JsonValue } from '@symbolon/schemas';
import type { ClaimsQuery, CredentialQuery } from '@symbolon/schemas/openid4vp';
import { type SelectedClaim, selectClaims } from './claim-selection.ts';

/** What a query is evaluated on: a credential's format and its claims, from the root. */
export type QueriedCredential = {
  readonly format: CredentialFormat;
  /** `dc+sd-jwt`: the processed payload; W3C forms: the credential itself. */
  readonly claims: JsonObject;
};

/** How a credential answers a query: the claims that are asked of it, each once. */
export type CredentialMatch = { readonly claims: readonly SelectedClaim[] };

/** The type `VerifiableCredential` names itself in two ways, before and after expansion. */
const VERIFIABLE_CREDENTIAL_IRI = 'https://www.w3.org/2018/credentials#VerifiableCredential';

/**
 * Whether, and with which claims, a credential answers a query.
 *
 * @returns `undefined` when it does not: another format or type, a claim that is missing or has none
 *   of the asked values, no claim set that is complete; a form without selective disclosure or a
 *   query for certain authorities too, since neither can be answered in this version.
 * @see [OpenID4VP 1.0 section 6.4.1](https://openid.net/specs/openid-4-verifiable-presentations-1_0.html#section-6.4.1)
 */
export function matchCredential(
  query: CredentialQuery,
  credential: QueriedCredential,
): CredentialMatch | undefined {
  if (query.format !== credential.format || query.trusted_authorities !== undefined)
    return undefined;
  if (!matchesType(query, credential)) return undefined;
  for (const claims of claimOptions(query)) {
    const selections = claims.map((claim) => selectMatching(credential.claims, claim));
    if (selections.every((selection) => selection.length > 0)) {
      return { claims: withoutRepeats(selections.flat()) };
    }
  }
  return undefined;
}

/** The combinations of claims that are asked for, the verifier's preference first. */
function claimOptions({
  claims = [],
  claim_sets: sets,
}: CredentialQuery): readonly ClaimsQuery[][] {
  if (sets === undefined) return [claims];
  return sets.map((ids) => ids.flatMap((id) => claims.filter((claim) => claim.id === id)));
}

function matchesType({ meta }: CredentialQuery, { format, claims }: QueriedCredential): boolean {
  switch (format) {
    case 'dc+sd-jwt': {
      const { vct } = claims;
      return typeof vct === 'string' && (meta.vct_values ?? []).includes(vct);
    }
    case 'vc+sd-jwt': {
      const types = new Set(typesOf(claims['type']).map(expandType));
      return (meta.type_values ?? []).some((wanted) =>
        wanted.every((type) => types.has(expandType(type))),
      );
    }
    // Without selective disclosure it would be shown whole, and it carries no status yet.
    case 'jwt_vc_json':
      return false;
  }
}

function typesOf(type: JsonValue | undefined): readonly string[] {
  const types = Array.isArray(type) ? type : [type];
  return types.filter((each): each is string => typeof each === 'string');
}

/** Our own type names are defined in no context, and so stay as they are (appendix B.1.1). */
function expandType(type: string): string {
  return type === 'VerifiableCredential' ? VERIFIABLE_CREDENTIAL_IRI : type;
}

/** A claim whose value is not among the asked ones is treated as if it did not exist. */
function selectMatching(
  credential: JsonObject,
  { path, values }: ClaimsQuery,
): readonly SelectedClaim[] {
  const selected = selectClaims(credential, path);
  if (values === undefined) return selected;
  return selected.filter(({ value }) => values.some((wanted) => wanted === value));
}

function withoutRepeats(claims: readonly SelectedClaim[]): readonly SelectedClaim[] {
  return [...new Map(claims.map((claim) => [JSON.stringify(claim.path), claim])).values()];
}
