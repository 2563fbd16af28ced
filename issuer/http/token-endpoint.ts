import type { IncomingMessage } from 'node:http';
import {
  PRE_AUTHORIZED_CODE_GRANT,
  parseFormParameters,
  parseTokenRequest,
  type TokenResponse,
} from '@symbolon/schemas/openid4vci';
import { redeemPreAuthorizedCode } from '../issuance/redeem-code.ts';
import { TokenError } from '../issuance/token-error.ts';
import { singleHeader } from './access-token.ts';
import { acceptDpopProof } from './authorize.ts';
import { bindToClient } from './client-bound-token.ts';
import type { HotEndpoint } from './hot-endpoint.ts';
import { hasMediaType, readBodyText } from './request-body.ts';
import { RequestError } from './request-error.ts';
import type { ServerParts } from './server-parts.ts';

const MAX_BODY_BYTES = 8192;
const CLIENT_SECRETS = ['client_secret', 'client_assertion', 'client_assertion_type'];

/**
 * POST /token (OpenID4VCI 1.0 section 6): redeems a pre-authorized code. With a DPoP proof the
 * token is bound to its key (RFC 9449 section 5). Parameters in the query do not count.
 */
export function tokenEndpoint({ issuer, urls }: ServerParts): HotEndpoint {
  return async (request) => {
    if (!hasMediaType(request, 'application/x-www-form-urlencoded')) {
      throw new RequestError('bad_request', 'a token request is a form');
    }
    const parameters = parseFormParameters(await readBodyText(request, MAX_BODY_BYTES));
    refuseClientAuthentication(request, parameters);
    checkGrantType(parameters.get('grant_type'));
    const wire = parseTokenRequest(parameters);
    const dpop = singleHeader(request, 'dpop');
    const { now, store } = issuer;
    const dpopJkt =
      dpop === undefined
        ? undefined
        : await acceptDpopProof(dpop, { url: urls.token, accessToken: undefined, now, store });
    const { accessToken, expiresInSeconds } = await redeemPreAuthorizedCode(issuer, {
      code: wire['pre-authorized_code'],
      txCode: wire.tx_code,
      dpopJkt,
      now: now(),
    });
    const answer: TokenResponse = {
      access_token: bindToClient(issuer.agent, accessToken, wire.client_id),
      token_type: dpopJkt === undefined ? 'Bearer' : 'DPoP',
      expires_in: expiresInSeconds,
    };
    return JSON.stringify(answer);
  };
}

/** Holders are anonymous: who authenticates expects something of it that would not happen. */
function refuseClientAuthentication(
  request: IncomingMessage,
  parameters: ReadonlyMap<string, string>,
): void {
  const isSent = CLIENT_SECRETS.some((name) => parameters.has(name));
  if (!isSent && request.headers.authorization === undefined) return;
  throw new TokenError('invalid_client', 'clients are not authenticated here: send none of it');
}

function checkGrantType(grantType: string | undefined): void {
  if (grantType === undefined) throw new RequestError('bad_request', "'grant_type' is required");
  if (grantType === PRE_AUTHORIZED_CODE_GRANT) return;
  throw new TokenError('unsupported_grant_type', 'only a pre-authorized code is redeemed here');
}
