import * as v from 'valibot';
import { compactJwsSchema } from '../location.ts';
import { ParseError, parseWith } from '../parse-error.ts';

/** More proofs than this are refused by their shape, whatever the batch size is. */
const MAX_PROOFS = 100;

const proofJwtSchema = v.pipe(v.string(), v.maxLength(8192), compactJwsSchema);
const identifierSchema = v.pipe(v.string(), v.minLength(1), v.maxLength(200));

/**
 * Unknown parameters are ignored, as section 8.2 asks; but of the proof types exactly one must be
 * there, and it must be one that is supported, so `proofs` is strict.
 */
const credentialRequestSchema = v.object({
  credential_configuration_id: v.optional(identifierSchema),
  credential_identifier: v.optional(identifierSchema),
  /** Responses are not encrypted beyond TLS, and the metadata says so. */
  credential_response_encryption: v.optional(v.never()),
  proofs: v.optional(
    v.strictObject({
      jwt: v.pipe(v.array(proofJwtSchema), v.minLength(1), v.maxLength(MAX_PROOFS)),
    }),
  ),
  /** The form of draft 15, which had a single proof. */
  proof: v.optional(v.object({ proof_type: v.literal('jwt'), jwt: proofJwtSchema })),
});

/** A credential request, with the names of the wire. */
export type CredentialRequest = v.InferOutput<typeof credentialRequestSchema>;

/**
 * Parses a credential request.
 *
 * @throws {@link ParseError} whose path begins with `proof` or `proofs` where the proofs are at fault
 *   (`invalid_proof`), with `credential_response_encryption` where that is
 *   (`invalid_encryption_parameters`), and with anything else for `invalid_credential_request`.
 * @see [OpenID4VCI 1.0 section 8.2](https://openid.net/specs/openid-4-verifiable-credential-issuance-1_0.html#section-8.2)
 */
export function parseCredentialRequest(input: unknown): CredentialRequest {
  // Every member is optional by its shape, so that without this an array would be a request.
  if (Array.isArray(input)) throw new ParseError('credential request', '', 'object');
  return parseWith('credential request', credentialRequestSchema, input);
}

/** Unknown parameters are ignored, as section 8.3 asks. */
const credentialResponseSchema = v.object({
  credentials: v.pipe(
    v.array(v.object({ credential: v.pipe(v.string(), v.minLength(1), v.maxLength(262_144)) })),
    v.minLength(1),
    v.maxLength(MAX_PROOFS),
  ),
  notification_id: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(512))),
});

/** A credential response with credentials in their compact forms, with the names of the wire. */
export type CredentialResponse = v.InferOutput<typeof credentialResponseSchema>;

/**
 * Parses a credential response that carries credentials; a deferred one (202) is another message.
 *
 * @see [OpenID4VCI 1.0 section 8.3](https://openid.net/specs/openid-4-verifiable-credential-issuance-1_0.html#section-8.3)
 */
export function parseCredentialResponse(input: unknown): CredentialResponse {
  return parseWith('credential response', credentialResponseSchema, input);
}
