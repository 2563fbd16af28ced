import * as v from 'valibot';
import { claimPathSchema } from '../claim-path.ts';
import { parseWith } from '../parse-error.ts';

const idSchema = v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/));
const typeNameSchema = v.pipe(v.string(), v.minLength(1), v.maxLength(500));
const withoutRepeats = (values: string[]): boolean => new Set(values).size === values.length;
const idsSchema = v.pipe(
  v.pipe(v.array(idSchema), v.minLength(1), v.maxLength(64)),
  v.check(withoutRepeats, 'repeated id'),
);

/** A value that a claim may be asked to have: exactly these JSON types, compared exactly. */
export const claimValueSchema = v.union([
  v.pipe(v.string(), v.maxLength(1000)),
  v.pipe(v.number(), v.safeInteger()),
  v.boolean(),
]);

const claimsQuerySchema = v.object({
  id: v.optional(idSchema),
  path: claimPathSchema,
  values: v.optional(v.pipe(v.array(claimValueSchema), v.minLength(1), v.maxLength(64))),
});

/** The type a credential must have, per format: which member is looked at depends on `format`. */
export const credentialMetaSchema = v.object({
  vct_values: v.optional(v.pipe(v.array(typeNameSchema), v.minLength(1), v.maxLength(16))),
  type_values: v.optional(
    v.pipe(
      v.array(v.pipe(v.array(typeNameSchema), v.minLength(1), v.maxLength(16))),
      v.minLength(1),
      v.maxLength(16),
    ),
  ),
  doctype_value: v.optional(typeNameSchema),
});

const trustedAuthoritySchema = v.object({
  type: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
  values: v.pipe(
    v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(2048))),
    v.minLength(1),
    v.maxLength(64),
  ),
});

type MetaMember = keyof v.InferOutput<typeof credentialMetaSchema>;

/** The member of `meta` that names the type, for each format that we know by name. */
const META_MEMBER: ReadonlyMap<string, MetaMember> = new Map([
  ['dc+sd-jwt', 'vct_values'],
  ['vc+sd-jwt', 'type_values'],
  ['jwt_vc_json', 'type_values'],
  ['mso_mdoc', 'doctype_value'],
] as const);

const credentialQuerySchema = v.pipe(
  v.object({
    id: idSchema,
    format: v.pipe(v.string(), v.regex(/^[\w+.-]{1,64}$/)),
    multiple: v.optional(v.boolean()),
    meta: credentialMetaSchema,
    trusted_authorities: v.optional(
      v.pipe(v.array(trustedAuthoritySchema), v.minLength(1), v.maxLength(16)),
    ),
    require_cryptographic_holder_binding: v.optional(v.boolean()),
    claims: v.optional(v.pipe(v.array(claimsQuerySchema), v.minLength(1), v.maxLength(64))),
    claim_sets: v.optional(v.pipe(v.array(idsSchema), v.minLength(1), v.maxLength(32))),
  }),
  v.check(({ format, meta }) => {
    const member = META_MEMBER.get(format);
    return member === undefined || meta[member] !== undefined;
  }, 'type missing'),
  v.check(({ claims = [] }) => {
    const ids = claims.flatMap(({ id }) => id ?? []);
    return withoutRepeats(ids) && withoutRepeats(claims.map(({ path }) => JSON.stringify(path)));
  }, 'repeated claim'),
  // Section 6.3: every claim of a query with claim_sets has an id, and the sets name only those.
  v.check(({ claims = [], claim_sets }) => {
    if (claim_sets === undefined) return true;
    const ids = new Set(claims.map(({ id }) => id));
    return !ids.has(undefined) && ids.size > 0 && claim_sets.flat().every((id) => ids.has(id));
  }, 'claim_sets'),
);

const credentialSetQuerySchema = v.object({
  options: v.pipe(v.array(idsSchema), v.minLength(1), v.maxLength(32)),
  required: v.optional(v.boolean()),
});

/** The shape of a DCQL query; see {@link parseDcqlQuery}. */
export const dcqlQuerySchema = v.pipe(
  v.object({
    credentials: v.pipe(v.array(credentialQuerySchema), v.minLength(1), v.maxLength(32)),
    credential_sets: v.optional(
      v.pipe(v.array(credentialSetQuerySchema), v.minLength(1), v.maxLength(16)),
    ),
  }),
  v.check(({ credentials }) => withoutRepeats(credentials.map(({ id }) => id)), 'repeated id'),
  v.check(({ credentials, credential_sets = [] }) => {
    const ids = new Set(credentials.map(({ id }) => id));
    return credential_sets.every(({ options }) => options.flat().every((id) => ids.has(id)));
  }, 'credential_sets'),
);

/** A query for credentials (OpenID4VP 1.0 section 6), with the names of the wire. */
export type DcqlQuery = v.InferOutput<typeof dcqlQuerySchema>;

/** What is asked of one credential (section 6.1). */
export type CredentialQuery = DcqlQuery['credentials'][number];

/** One asked claim (section 6.3). */
export type ClaimsQuery = v.InferOutput<typeof claimsQuerySchema>;

/** `meta` of a credential query or of a registered credential. */
export type CredentialMeta = v.InferOutput<typeof credentialMetaSchema>;

/** A value that a claim may be asked to have. */
export type ClaimValue = v.InferOutput<typeof claimValueSchema>;

/**
 * Parses a DCQL query. Known members are held to their rules, unknown ones dropped as section 6
 * asks; formats that we do not hold stay in, since another option may still be met.
 *
 * @throws {@link ParseError} for a wrong shape, a repeated id or path, `claim_sets` that name no
 *   claim, a set that names no credential, or a known format without its type in `meta`.
 * @see [OpenID4VP 1.0 section 6](https://openid.net/specs/openid-4-verifiable-presentations-1_0.html#section-6)
 */
export function parseDcqlQuery(input: unknown): DcqlQuery {
  return parseWith('dcql_query', dcqlQuerySchema, input);
}
