import { parseNonceResponse } from '@symbolon/schemas/openid4vci';
import { parseJsonAnswer, refusedByIssuer } from '../network/fetch-json.ts';
import type { Request } from '../network/request.ts';

const MAX_NONCE_RESPONSE_BYTES = 8192;

/**
 * Asks the nonce endpoint for a fresh `c_nonce`.
 *
 * @throws WalletError the issuer's refusal; `response_unexpected`.
 * @see [OpenID4VCI 1.0 section 7](https://openid.net/specs/openid-4-verifiable-credential-issuance-1_0.html#section-7)
 */
export async function requestNonce(nonceEndpoint: string, request: Request): Promise<string> {
  const response = await request({
    method: 'POST',
    url: nonceEndpoint,
    headers: { accept: 'application/json' },
    body: '',
    maxBytes: MAX_NONCE_RESPONSE_BYTES,
  });
  if (response.status !== 200) throw refusedByIssuer(response);
  return parseNonceResponse(parseJsonAnswer(response, MAX_NONCE_RESPONSE_BYTES)).c_nonce;
}
