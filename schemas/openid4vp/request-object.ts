import * as v from 'valibot';
import { epochSecondsSchema } from '../epoch-seconds.ts';
import { compactJwsSchema } from '../location.ts';
import { parseWith } from '../parse-error.ts';
import { dcqlQuerySchema } from './dcql.ts';

/** `typ` of a request object (RFC 9101 section 10.8). */
export const REQUEST_OBJECT_TYPE = 'oauth-authz-req+jwt';

/** `aud` of a request whose wallet is not known beforehand (OpenID4VP 1.0 section 5.8). */
export const REQUEST_OBJECT_AUDIENCE = 'https://self-issued.me/v2';

/** Response mode of an answer that is sealed by HPKE and travels as QR pictures; ours. */
export const QR_RESPONSE_MODE = 'qr.hpke';

/** `format` of a registration certificate in `verifier_info`. */
export const REGISTRATION_CERTIFICATE_FORMAT = 'registration_cert';

const URL_SAFE = /^[\w.~-]+$/;

const responseKeySchema = v.object({
  kty: v.string(),
  kid: v.optional(v.pipe(v.string(), v.maxLength(512))),
  use: v.optional(v.string()),
  crv: v.optional(v.string()),
  x: v.optional(v.string()),
  y: v.optional(v.string()),
  d: v.optional(v.string()),
});

const verifierInfoSchema = v.object({
  format: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
  data: v.unknown(),
  credential_ids: v.optional(v.pipe(v.array(v.string()), v.minLength(1), v.maxLength(32))),
});

const requestObjectSchema = v.object({
  response_type: v.literal('vp_token'),
  response_mode: v.literal(QR_RESPONSE_MODE),
  client_id: v.pipe(v.string(), v.minLength(1), v.maxLength(512)),
  aud: v.literal(REQUEST_OBJECT_AUDIENCE),
  nonce: v.pipe(v.string(), v.minLength(22), v.maxLength(128), v.regex(URL_SAFE)),
  state: v.pipe(v.string(), v.maxLength(128), v.regex(URL_SAFE)),
  iat: epochSecondsSchema,
  exp: epochSecondsSchema,
  dcql_query: dcqlQuerySchema,
  client_metadata: v.object({
    jwks: v.object({ keys: v.pipe(v.array(responseKeySchema), v.minLength(1), v.maxLength(16)) }),
  }),
  verifier_info: v.pipe(v.array(verifierInfoSchema), v.minLength(1), v.maxLength(8)),
  // A wallet that does not support these must refuse the request; none of the others matter.
  transaction_data: v.optional(v.never()),
  scope: v.optional(v.never()),
});

/** The payload of a request object of the offline QR profile, with the names of the wire. */
export type RequestObjectPayload = Omit<
  v.InferOutput<typeof requestObjectSchema>,
  'transaction_data' | 'scope'
>;

/** A key of `client_metadata.jwks`, not yet known to be usable. */
export type ResponseKey = v.InferOutput<typeof responseKeySchema>;

/**
 * Parses the payload of a request object; says nothing about who signed it. Unrecognised members
 * are dropped (OpenID4VP 1.0 section 5), `transaction_data` and `scope` are refused, since neither
 * is supported.
 *
 * @throws {@link ParseError}
 * @see [OpenID4VP 1.0 section 5](https://openid.net/specs/openid-4-verifiable-presentations-1_0.html#section-5)
 */
export function parseRequestObject(input: unknown): RequestObjectPayload {
  return parseWith('request object', requestObjectSchema, input);
}

const registrationDataSchema = v.pipe(compactJwsSchema, v.maxLength(32_768));

/** Parses the `data` of a `registration_cert` entry: a compact JWS, not yet verified. */
export function parseRegistrationData(input: unknown): string {
  return parseWith('verifier_info', registrationDataSchema, input);
}

const headerSchema = v.object({
  typ: v.string(),
  alg: v.string(),
  x5c: v.pipe(
    v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(16_384))),
    v.minLength(1),
    v.maxLength(4),
  ),
});

/** The protected header of an object that is signed under a certificate. */
export type CertifiedHeader = v.InferOutput<typeof headerSchema>;

/** Parses the header of an object that is signed under a certificate (`typ`, `alg`, `x5c`). */
export function parseCertifiedHeader(what: string, input: unknown): CertifiedHeader {
  return parseWith(what, headerSchema, input);
}
