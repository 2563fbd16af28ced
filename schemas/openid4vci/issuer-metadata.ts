import * as v from 'valibot';
import { claimPathSchema } from '../claim-path.ts';
import { locationSchema } from '../location.ts';
import { parseWith } from '../parse-error.ts';

/** Issuer metadata is refused when it is longer than this. */
export const MAX_ISSUER_METADATA_BYTES = 262_144;

/** Where the metadata of a credential issuer stands below its host (section 12.2.2). */
export const ISSUER_METADATA_PATH = '/.well-known/openid-credential-issuer';

const shortTextSchema = v.pipe(v.string(), v.maxLength(300));
const identifierSchema = v.pipe(v.string(), v.minLength(1), v.maxLength(200));
const algorithmsSchema = v.pipe(v.array(v.union([identifierSchema, v.number()])), v.maxLength(32));

const displaySchema = v.pipe(
  v.array(v.object({ name: v.optional(shortTextSchema), locale: v.optional(shortTextSchema) })),
  v.maxLength(32),
);

const claimDescriptionSchema = v.object({
  path: claimPathSchema,
  mandatory: v.optional(v.boolean()),
  display: v.optional(displaySchema),
});

const credentialDefinitionSchema = v.object({
  '@context': v.optional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(500))), v.maxLength(16))),
  type: v.pipe(v.array(identifierSchema), v.minLength(1), v.maxLength(16)),
});

/** A format that the reader does not know is kept by its name, so that it may be passed over. */
const credentialConfigurationSchema = v.object({
  format: identifierSchema,
  scope: v.optional(identifierSchema),
  vct: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(500))),
  doctype: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(500))),
  credential_definition: v.optional(credentialDefinitionSchema),
  credential_signing_alg_values_supported: v.optional(algorithmsSchema),
  cryptographic_binding_methods_supported: v.optional(
    v.pipe(v.array(identifierSchema), v.maxLength(32)),
  ),
  proof_types_supported: v.optional(
    v.record(
      identifierSchema,
      v.object({
        proof_signing_alg_values_supported: algorithmsSchema,
        key_attestations_required: v.optional(v.record(v.string(), v.unknown())),
      }),
    ),
  ),
  credential_metadata: v.optional(
    v.object({
      display: v.optional(displaySchema),
      claims: v.optional(v.pipe(v.array(claimDescriptionSchema), v.maxLength(256))),
    }),
  ),
});

/** Unknown parameters are ignored, as section 12.2.4 asks. */
const issuerMetadataSchema = v.object({
  credential_issuer: locationSchema,
  authorization_servers: v.optional(
    v.pipe(v.array(locationSchema), v.minLength(1), v.maxLength(16)),
  ),
  credential_endpoint: locationSchema,
  nonce_endpoint: v.optional(locationSchema),
  batch_credential_issuance: v.optional(
    v.object({ batch_size: v.pipe(v.number(), v.safeInteger(), v.minValue(2)) }),
  ),
  credential_request_encryption: v.optional(v.object({ encryption_required: v.boolean() })),
  credential_response_encryption: v.optional(v.object({ encryption_required: v.boolean() })),
  display: v.optional(displaySchema),
  credential_configurations_supported: v.record(identifierSchema, credentialConfigurationSchema),
});

/** The metadata of a credential issuer, with the names of the wire. */
export type IssuerMetadata = v.InferOutput<typeof issuerMetadataSchema>;

/** One entry of `credential_configurations_supported`. */
export type SupportedCredentialConfiguration = v.InferOutput<typeof credentialConfigurationSchema>;

/**
 * Parses issuer metadata. The reader must still compare `credential_issuer` with the identifier
 * that it asked, character by character (section 12.2.3).
 *
 * @see [OpenID4VCI 1.0 section 12.2.4](https://openid.net/specs/openid-4-verifiable-credential-issuance-1_0.html#section-12.2.4)
 */
export function parseIssuerMetadata(input: unknown): IssuerMetadata {
  return parseWith('issuer metadata', issuerMetadataSchema, input);
}
