import * as v from 'valibot';
import { locationSchema } from '../location.ts';
import { parseWith } from '../parse-error.ts';

/** Where the metadata of an authorization server stands below its host (RFC 8414 section 3). */
export const AUTHORIZATION_SERVER_METADATA_PATH = '/.well-known/oauth-authorization-server';

const namesSchema = v.pipe(v.array(v.pipe(v.string(), v.maxLength(200))), v.maxLength(64));

/** Unknown members are ignored, as RFC 8414 section 3.2 asks. */
const authorizationServerMetadataSchema = v.object({
  issuer: locationSchema,
  token_endpoint: locationSchema,
  grant_types_supported: v.optional(namesSchema),
  token_endpoint_auth_methods_supported: v.optional(namesSchema),
  response_types_supported: v.optional(namesSchema),
  dpop_signing_alg_values_supported: v.optional(namesSchema),
  'pre-authorized_grant_anonymous_access_supported': v.optional(v.boolean()),
});

/** The metadata of an authorization server (RFC 8414), with the names of the wire. */
export type AuthorizationServerMetadata = v.InferOutput<typeof authorizationServerMetadataSchema>;

/**
 * Parses authorization server metadata. The reader must still compare `issuer` with the identifier
 * that it asked, character by character.
 *
 * @see [RFC 8414 section 2](https://www.rfc-editor.org/rfc/rfc8414#section-2)
 */
export function parseAuthorizationServerMetadata(input: unknown): AuthorizationServerMetadata {
  return parseWith('authorization server metadata', authorizationServerMetadataSchema, input);
}
