import { Refusal } from '@symbolon/schemas';
import type { CredentialErrorCode } from '@symbolon/schemas/openid4vci';

/**
 * A credential request that is refused, by the names of the specification.
 *
 * @see [OpenID4VCI 1.0 section 8.3.1.2](https://openid.net/specs/openid-4-verifiable-credential-issuance-1_0.html#section-8.3.1.2)
 */
export class CredentialRequestError extends Refusal<CredentialErrorCode> {
  override readonly name = 'CredentialRequestError';
}
