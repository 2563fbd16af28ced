import * as v from 'valibot';
import { epochSecondsSchema } from './epoch-seconds.ts';
import { base64UrlSchema } from './jwk.ts';
import { base64Schema, compactJwsSchema } from './location.ts';
import { dcqlQuerySchema } from './openid4vp/dcql.ts';
import { parseWith } from './parse-error.ts';
import { trustAnchorSchema } from './trust-anchor.ts';

const secondsSchema = v.pipe(v.number(), v.finite(), v.minValue(0));

const privateJwkSchema = v.strictObject({
  kty: v.literal('EC'),
  crv: v.literal('P-256'),
  x: v.pipe(base64UrlSchema, v.length(43)),
  y: v.pipe(base64UrlSchema, v.length(43)),
  d: v.pipe(base64UrlSchema, v.length(43)),
});

const deskSchema = v.strictObject({
  kind: v.literal('symbolon-desk'),
  version: v.literal(1),
  anchor: trustAnchorSchema,
  access_key: privateJwkSchema,
  /** `null` until the authority has registered the desk. */
  registered: v.nullable(
    v.strictObject({
      /** Leaf first, without the anchor. */
      access_certificates: v.pipe(v.array(base64Schema), v.minLength(1), v.maxLength(4)),
      registration_certificate: v.pipe(compactJwsSchema, v.maxLength(32_768)),
    }),
  ),
  /** The newest trust bundle taken over; its `issued_at` is the mark that no clock goes behind. */
  bundle: v.nullable(
    v.strictObject({
      sequence: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
      /** `TrustBundle.digest`: of what was signed, without the signature. */
      digest: v.pipe(base64UrlSchema, v.length(43)),
      issued_at: epochSecondsSchema,
    }),
  ),
});

const pendingRequestSchema = v.strictObject({
  policy: v.pipe(v.string(), v.maxLength(64)),
  compact: v.pipe(compactJwsSchema, v.maxLength(65_536)),
  client_id: v.pipe(v.string(), v.maxLength(512)),
  nonce: v.pipe(base64UrlSchema, v.length(22)),
  query: dcqlQuerySchema,
  response_key: privateJwkSchema,
  /** Which start of the machine, and how many seconds after it, the request was made. */
  boot_id: v.pipe(v.string(), v.minLength(1), v.maxLength(100)),
  boot_seconds: secondsSchema,
});

/** What a desk is: whom it trusts, and as whom it asks. It is sealed under the desk key. */
export type DeskDocument = v.InferOutput<typeof deskSchema>;

/** A request that waits for its answer; sealed under the desk key. */
export type PendingRequestDocument = v.InferOutput<typeof pendingRequestSchema>;

/** Parses an access key as the authority writes it for a demo: a private P-256 JWK. */
export function parseAccessKey(input: unknown): DeskDocument['access_key'] {
  return parseWith('access key', privateJwkSchema, input);
}

/** Parses what the file of a desk holds. */
export function parseDesk(input: unknown): DeskDocument {
  return parseWith('desk', deskSchema, input);
}

/** Parses a pending request. */
export function parsePendingRequest(input: unknown): PendingRequestDocument {
  return parseWith('pending request', pendingRequestSchema, input);
}
