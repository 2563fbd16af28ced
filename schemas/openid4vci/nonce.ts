import * as v from 'valibot';
import { parseWith } from '../parse-error.ts';

const nonceResponseSchema = v.object({
  c_nonce: v.pipe(v.string(), v.minLength(1), v.maxLength(512)),
});

/** A nonce response, with the names of the wire. */
export type NonceResponse = v.InferOutput<typeof nonceResponseSchema>;

/**
 * Parses a nonce response.
 *
 * @see [OpenID4VCI 1.0 section 7.2](https://openid.net/specs/openid-4-verifiable-credential-issuance-1_0.html#section-7.2)
 */
export function parseNonceResponse(input: unknown): NonceResponse {
  return parseWith('nonce response', nonceResponseSchema, input);
}
