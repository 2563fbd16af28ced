import { createCredentialNonce } from '../issuance/credential-nonce.ts';
import type { HotEndpoint } from './hot-endpoint.ts';
import { readBodyText } from './request-body.ts';
import type { ServerParts } from './server-parts.ts';

/**
 * POST /nonce (OpenID4VCI 1.0 section 7): a fresh `c_nonce` for anybody. A body says nothing here;
 * it is read, within its limit, and ignored.
 */
export function nonceEndpoint({ issuer }: ServerParts): HotEndpoint {
  const { agent, config, now, random } = issuer;
  return async (request) => {
    await readBodyText(request, config.limits.bodyBytes);
    return `{"c_nonce":"${createCredentialNonce(agent, now(), random)}"}`;
  };
}
