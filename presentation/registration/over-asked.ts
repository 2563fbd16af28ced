import type { ClaimPath } from '@symbolon/schemas';
import type {
  ClaimsQuery,
  CredentialMeta,
  CredentialQuery,
  DcqlQuery,
} from '@symbolon/schemas/openid4vp';
import type {
  RegisteredCredential,
  Registration,
} from '@symbolon/schemas/registration-certificate';

/** Something that a request asks for and its verifier is not registered for. */
export type OverAsked = {
  readonly queryId: string;
  /**
   * `type`: this credential in this format; `everything`: no claims are named; `claim`: this claim;
   * `value`: this claim, but registered only for certain values.
   */
  readonly what: 'type' | 'everything' | 'claim' | 'value';
  /** The claim, for `claim` and `value`. */
  readonly path: ClaimPath | undefined;
};

/**
 * Compares what is asked with what the verifier is registered for.
 *
 * Every claim of every query counts, whichever set it is in, since the wallet would release any of
 * them. A query that names no claims counts as asking for everything.
 *
 * @returns Empty when the request stays within the registration.
 * @see ETSI TS 119 475 (registration certificates)
 */
export function overAsked(
  query: DcqlQuery,
  { credentials }: Pick<Registration, 'credentials'>,
): readonly OverAsked[] {
  return query.credentials.flatMap((each) => overAskedOf(each, credentials));
}

function overAskedOf(
  query: CredentialQuery,
  registered: readonly RegisteredCredential[],
): readonly OverAsked[] {
  const { id: queryId, format, meta, claims } = query;
  // Each type that would do is asked for: the wallet might answer with any of them.
  const alternatives = singleTypes(meta).map((type) =>
    registered.filter((each) => each.format === format && singleTypes(each.meta).includes(type)),
  );
  const covered = alternatives.length > 0 && alternatives.every((each) => each.length > 0);
  if (!covered) return [{ queryId, what: 'type', path: undefined }];
  if (claims === undefined) return [{ queryId, what: 'everything', path: undefined }];
  return claims.flatMap((claim) => {
    const findings = alternatives.map((each) => finding(claim, each));
    const what =
      findings.find((each) => each === 'claim') ?? findings.find((each) => each !== undefined);
    return what === undefined ? [] : [{ queryId, what, path: claim.path }];
  });
}

function finding(
  { path, values }: ClaimsQuery,
  registered: readonly RegisteredCredential[],
): 'claim' | 'value' | undefined {
  const rows = registered.flatMap(({ claim }) => claim).filter((row) => coversPath(row.path, path));
  if (rows.length === 0) return 'claim';
  const allowed = rows.some(
    (row) => row.values === undefined || values?.every((value) => row.values?.includes(value)),
  );
  return allowed ? undefined : 'value';
}

/** Step for step the same; "every element" in the registration also covers one of them. */
function coversPath(registered: ClaimPath, asked: ClaimPath): boolean {
  return (
    registered.length === asked.length &&
    registered.every(
      (step, at) => step === asked[at] || (step === null && typeof asked[at] === 'number'),
    )
  );
}

/** Every type that a `meta` lets through, each as one text that can be compared. */
function singleTypes({
  vct_values: vcts = [],
  type_values: types = [],
  doctype_value,
}: CredentialMeta): readonly string[] {
  const doctypes = doctype_value === undefined ? [] : [doctype_value];
  return [
    ...[...vcts, ...doctypes].map((type) => JSON.stringify(type)),
    ...types.map((set) => JSON.stringify([...new Set(set)].sort())),
  ];
}
