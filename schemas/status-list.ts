import * as v from 'valibot';
import { epochSecondsSchema } from './epoch-seconds.ts';
import { base64UrlSchema } from './jwk.ts';
import { parseWith } from './parse-error.ts';

/** A URI with an authority and without white space; it is compared, and never followed from here. */
const statusListUriSchema = v.pipe(
  v.string(),
  v.maxLength(2048),
  v.regex(/^https?:\/\/[\x21-\x22\x24-\x7e]+$/),
);

const statusReferenceSchema = v.object({
  uri: statusListUriSchema,
  idx: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
});

/** The `status_list` member of a referenced token: one entry of one list. */
export type StatusReference = Readonly<v.InferOutput<typeof statusReferenceSchema>>;

/**
 * The `status` claim: exactly one mechanism, and it is `status_list`. A second mechanism, or one that
 * we do not know, could say the contrary of the first, so either is refused.
 */
const statusClaimSchema = v.strictObject({ status_list: statusReferenceSchema });

/**
 * Parses the `status` claim of a credential.
 *
 * @see Token Status List section 6.2, "Referenced Token in JOSE"
 */
export function parseStatusClaim(input: unknown): StatusReference {
  return parseWith('status', statusClaimSchema, input).status_list;
}

const statusListSchema = v.object({
  bits: v.picklist([1, 2, 4, 8]),
  lst: base64UrlSchema,
  aggregation_uri: v.optional(statusListUriSchema),
});

/** The `status_list` member of a status list token: `lst` is base64url of a zlib stream. */
export type EncodedStatusList = Readonly<v.InferOutput<typeof statusListSchema>>;

/** Parses a status list in its JSON form (Token Status List section 4.2). */
export function parseEncodedStatusList(input: unknown): EncodedStatusList {
  return parseWith('status list', statusListSchema, input);
}

const statusListTokenSchema = v.object({
  sub: statusListUriSchema,
  iat: epochSecondsSchema,
  nbf: v.optional(epochSecondsSchema),
  exp: v.optional(epochSecondsSchema),
  /** Seconds; positive, and at most ten years, so that it stays a reasonable number. */
  ttl: v.optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(315_360_000))),
  status_list: statusListSchema,
});

/** The payload of a status list token (`typ: statuslist+jwt`); other claims are ignored. */
export type StatusListTokenPayload = Readonly<v.InferOutput<typeof statusListTokenSchema>>;

/** Parses the payload of a status list token; says nothing about who signed it. */
export function parseStatusListToken(input: unknown): StatusListTokenPayload {
  return parseWith('status list token', statusListTokenSchema, input);
}
