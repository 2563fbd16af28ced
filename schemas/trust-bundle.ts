import * as v from 'valibot';
import { epochSecondsSchema } from './epoch-seconds.ts';
import { p256PublicJwkSchema, publicJwkSchema } from './jwk.ts';
import { base64Schema, compactJwsSchema, locationSchema } from './location.ts';
import { parseWith } from './parse-error.ts';

const nameSchema = v.pipe(v.string(), v.minLength(1), v.maxLength(200));
const certificatesSchema = v.pipe(v.array(base64Schema), v.maxLength(4));
const certificateAuthoritiesSchema = v.pipe(v.array(base64Schema), v.maxLength(32));

const issuerKeySchema = v.strictObject({
  kid: v.pipe(v.string(), v.minLength(1), v.maxLength(512)),
  jwk: publicJwkSchema,
  /** Leaf first, without the anchor; empty for a key that is named by DID only. */
  certificates: certificatesSchema,
  uses: v.pipe(v.array(v.picklist(['credential', 'status'])), v.minLength(1), v.maxLength(2)),
  valid_from: epochSecondsSchema,
  valid_until: epochSecondsSchema,
  revoked_at: v.optional(epochSecondsSchema),
});

const trustedIssuerSchema = v.strictObject({
  name: nameSchema,
  service_type: v.pipe(v.string(), v.maxLength(200)),
  issuer: locationSchema,
  did: v.pipe(v.string(), v.maxLength(512), v.regex(/^did:web:[A-Za-z0-9.%:_-]+$/)),
  /** As published at the did:web location; the offline registry resolves from here. */
  did_document: v.record(v.string(), v.unknown()),
  keys: v.pipe(v.array(issuerKeySchema), v.minLength(1), v.maxLength(32)),
  /** What this issuer may issue: `vct` values, which also name the W3C types. */
  credential_types: v.pipe(v.array(v.pipe(v.string(), v.maxLength(200))), v.maxLength(32)),
});

const certificateRevocationSchema = v.strictObject({
  /** SHA-256 of the certificate's DER, base64url. */
  certificate: v.pipe(v.string(), v.length(43)),
  revoked_at: epochSecondsSchema,
});

const trustBundleSchema = v.strictObject({
  version: v.literal(1),
  authority: nameSchema,
  demo: v.boolean(),
  sequence: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  issued_at: epochSecondsSchema,
  next_update: epochSecondsSchema,
  expires_at: epochSecondsSchema,
  issuers: v.pipe(v.array(trustedIssuerSchema), v.maxLength(64)),
  certificate_authorities: v.strictObject({
    /** Anchors of the issuers' own chains. */
    issuer: certificateAuthoritiesSchema,
    /** Anchors of verifiers' access certificates. */
    access: certificateAuthoritiesSchema,
    /** Anchors of the certificates that sign registrations. */
    registrar: certificateAuthoritiesSchema,
  }),
  certificate_revocations: v.pipe(v.array(certificateRevocationSchema), v.maxLength(10_000)),
  /** Status list tokens (`statuslist+jwt`), each verified by its own signature when it is used. */
  status_lists: v.pipe(v.array(v.pipe(compactJwsSchema, v.maxLength(16_000_000))), v.maxLength(64)),
  /** For QR packing; reserved: message dictionary id 0 means none. */
  dictionaries: v.pipe(v.array(v.pipe(v.string(), v.maxLength(65_536))), v.maxLength(2)),
  type_metadata: v.pipe(v.array(v.record(v.string(), v.unknown())), v.maxLength(64)),
  /** The anchor that takes over, announced under the present one. */
  next_anchor: v.optional(p256PublicJwkSchema),
});

/** The payload of a trust bundle (`typ: symbolon-trust-bundle+jwt`); times are in seconds. */
export type TrustBundleDocument = v.InferOutput<typeof trustBundleSchema>;

/** Parses the payload of a trust bundle; says nothing about who signed it. */
export function parseTrustBundle(input: unknown): TrustBundleDocument {
  return parseWith('trust bundle', trustBundleSchema, input);
}
