import * as v from 'valibot';
import { parseWith } from '../parse-error.ts';
import { PRE_AUTHORIZED_CODE_GRANT } from './credential-offer.ts';

/** Unknown parameters are ignored, as RFC 6749 section 3.2 asks. */
const tokenRequestSchema = v.object({
  grant_type: v.literal(PRE_AUTHORIZED_CODE_GRANT),
  'pre-authorized_code': v.pipe(v.string(), v.minLength(1), v.maxLength(512)),
  tx_code: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(64))),
  client_id: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(512))),
});

/** A token request of the pre-authorized code flow, with the names of the wire. */
export type TokenRequest = v.InferOutput<typeof tokenRequestSchema>;

/**
 * Parses the form parameters of a token request.
 *
 * @throws ParseError
 * @see [OpenID4VCI 1.0 section 6.1](https://openid.net/specs/openid-4-verifiable-credential-issuance-1_0.html#section-6.1)
 */
export function parseTokenRequest(parameters: ReadonlyMap<string, string>): TokenRequest {
  return parseWith('token request', tokenRequestSchema, {
    grant_type: parameters.get('grant_type'),
    'pre-authorized_code': parameters.get('pre-authorized_code'),
    tx_code: parameters.get('tx_code'),
    client_id: parameters.get('client_id'),
  });
}

const authorizationDetailSchema = v.object({
  type: v.pipe(v.string(), v.maxLength(200)),
  credential_configuration_id: v.optional(v.pipe(v.string(), v.maxLength(200))),
  credential_identifiers: v.optional(
    v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(512))), v.maxLength(64)),
  ),
});

/** Unknown parameters are ignored, as RFC 6749 section 5.1 asks; `token_type` in any case. */
const tokenResponseSchema = v.object({
  access_token: v.pipe(v.string(), v.minLength(1), v.maxLength(4096), v.regex(/^[\w.~+/=-]+$/)),
  token_type: v.pipe(
    v.string(),
    v.toLowerCase(),
    v.picklist(['bearer', 'dpop']),
    v.transform((type) => (type === 'dpop' ? ('DPoP' as const) : ('Bearer' as const))),
  ),
  expires_in: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
  authorization_details: v.optional(v.pipe(v.array(authorizationDetailSchema), v.maxLength(64))),
});

/** A successful token response, with the names of the wire. */
export type TokenResponse = v.InferOutput<typeof tokenResponseSchema>;

/**
 * Parses a successful token response.
 *
 * @see [OpenID4VCI 1.0 section 6.2](https://openid.net/specs/openid-4-verifiable-credential-issuance-1_0.html#section-6.2)
 */
export function parseTokenResponse(input: unknown): TokenResponse {
  return parseWith('token response', tokenResponseSchema, input);
}
