import type { JsonObject } from '@symbolon/schemas';
import { DPOP_ALGORITHMS, PRE_AUTHORIZED_CODE_GRANT } from '@symbolon/schemas/openid4vci';
import { endpointUrls } from './endpoint-urls.ts';

/**
 * The metadata of the issuer as an authorization server. There is no authorization endpoint, so
 * `response_types_supported` is empty.
 *
 * @see [RFC 8414 section 2](https://www.rfc-editor.org/rfc/rfc8414#section-2)
 * @see [OpenID4VCI 1.0 section 12.3](https://openid.net/specs/openid-4-verifiable-credential-issuance-1_0.html#section-12.3)
 */
export function createAuthorizationServerMetadata(baseUrl: string): JsonObject {
  return {
    issuer: baseUrl,
    token_endpoint: endpointUrls(baseUrl).token,
    grant_types_supported: [PRE_AUTHORIZED_CODE_GRANT],
    response_types_supported: [],
    token_endpoint_auth_methods_supported: ['none'],
    'pre-authorized_grant_anonymous_access_supported': true,
    dpop_signing_alg_values_supported: DPOP_ALGORITHMS,
  };
}
