import type { JsonObject } from '@symbolon/schemas';
import { CredentialError } from './error.ts';

/**
 * Checks that a credential is for everybody: whoever it is shown to is not named in advance, so an
 * `aud` can only name somebody else.
 *
 * @throws {@link CredentialError} `audience_mismatch`.
 * @see RFC 9901 section 7.1 step 6, RFC 7519 section 4.1.3
 */
export function checkAudience(payload: JsonObject): void {
  if (payload['aud'] === undefined) return;
  throw new CredentialError('audience_mismatch', "the credential is for somebody else: 'aud'");
}
