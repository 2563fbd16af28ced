import type { EpochSeconds } from '@symbolon/schemas';
import { PRE_AUTHORIZED_CODE_GRANT, parseTokenResponse } from '@symbolon/schemas/openid4vci';
import { WalletError } from '../error.ts';
import { parseJsonAnswer, refusedByIssuer } from '../network/fetch-json.ts';
import type { Request } from '../network/request.ts';
import { requestWithDpop } from './dpop.ts';
import { createHolderKey, type HolderKey } from './holder-key.ts';
import type { ResolvedOffer } from './resolve-offer.ts';

/** An access token, and the key that it is bound to where the server binds tokens. */
export type AccessToken = {
  readonly token: string;
  readonly dpopKey: HolderKey | undefined;
  /**
   * Credential identifiers by configuration, where the server gave some: they then take the place
   * of the configuration's own identifier (section 8.2).
   */
  readonly identifiers: ReadonlyMap<string, string>;
};

const MAX_TOKEN_RESPONSE_BYTES = 65_536;

/**
 * Exchanges the pre-authorized code for an access token, bound to a fresh key where the server
 * supports that.
 *
 * @param txCode - What the person was told, exactly when the offer asks for it.
 * @throws {@link WalletError} the issuer's own code (`invalid_grant`, …); `token_not_bound` when
 *   the server took a DPoP proof and handed out a bearer token all the same.
 * @see [OpenID4VCI 1.0 section 6](https://openid.net/specs/openid-4-verifiable-credential-issuance-1_0.html#section-6)
 */
export async function requestToken(
  offer: Pick<ResolvedOffer, 'preAuthorizedCode' | 'supportsDpop' | 'tokenEndpoint'>,
  txCode: string | undefined,
  { request, now }: { readonly request: Request; readonly now: EpochSeconds },
): Promise<AccessToken> {
  const form = new URLSearchParams({
    grant_type: PRE_AUTHORIZED_CODE_GRANT,
    'pre-authorized_code': offer.preAuthorizedCode,
    ...(txCode === undefined ? {} : { tx_code: txCode }),
  });
  const outgoing = {
    method: 'POST',
    url: offer.tokenEndpoint,
    headers: {
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: form.toString(),
    maxBytes: MAX_TOKEN_RESPONSE_BYTES,
  } as const;
  const dpopKey = offer.supportsDpop ? await createHolderKey() : undefined;
  const response =
    dpopKey === undefined
      ? await request(outgoing)
      : await requestWithDpop(request, outgoing, { key: dpopKey, now });
  if (response.status !== 200) throw refusedByIssuer(response);
  const answer = parseTokenResponse(parseJsonAnswer(response, MAX_TOKEN_RESPONSE_BYTES));
  if ((answer.token_type === 'DPoP') !== (dpopKey !== undefined)) {
    throw new WalletError('token_not_bound', 'the access token is bound otherwise than agreed', {
      hint: 'tell the authority: its server promises bound tokens and does not keep to it',
    });
  }
  const identifiers = new Map<string, string>();
  for (const detail of answer.authorization_details ?? []) {
    const [identifier] = detail.credential_identifiers ?? [];
    const configuration = detail.credential_configuration_id;
    if (configuration !== undefined && identifier !== undefined) {
      identifiers.set(configuration, identifier);
    }
  }
  return { token: answer.access_token, dpopKey, identifiers };
}
