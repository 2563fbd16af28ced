import type { EpochSeconds } from '@symbolon/schemas';
import { parseCredentialResponse } from '@symbolon/schemas/openid4vci';
import { WalletError } from '../error.ts';
import { parseJsonAnswer, refusedByIssuer } from '../network/fetch-json.ts';
import type { IncomingResponse, OutgoingRequest, Request } from '../network/request.ts';
import { createKeyProof } from './create-key-proof.ts';
import { requestWithDpop } from './dpop.ts';
import type { HolderKey } from './holder-key.ts';
import { requestNonce } from './request-nonce.ts';
import type { AccessToken } from './request-token.ts';
import type { ResolvedOffer } from './resolve-offer.ts';

const MAX_CREDENTIAL_RESPONSE_BYTES = 4 * 1024 * 1024;

/** One request to the credential endpoint: a kind of credential, and a key for each copy. */
export type CredentialWish = {
  readonly configurationId: string;
  readonly keys: readonly HolderKey[];
};

/**
 * Asks for as many credentials of one kind as there are keys: nonce, key proofs, credential
 * request. Nothing is verified here.
 *
 * @returns The credentials as they came, one for each key, in no promised order.
 * @throws {@link WalletError} the issuer's own code; `credential_count` when there are more or
 *   fewer than asked for; `issuer_error` for a deferred credential.
 * @see [OpenID4VCI 1.0 section 8](https://openid.net/specs/openid-4-verifiable-credential-issuance-1_0.html#section-8)
 */
export async function requestCredentials(
  offer: Pick<ResolvedOffer, 'credentialEndpoint' | 'issuer' | 'nonceEndpoint'>,
  access: AccessToken,
  { configurationId, keys }: CredentialWish,
  { request, now }: { readonly request: Request; readonly now: EpochSeconds },
): Promise<readonly string[]> {
  const nonce =
    offer.nonceEndpoint === undefined
      ? undefined
      : await requestNonce(offer.nonceEndpoint, request);
  const binding = { audience: offer.issuer.issuer, nonce, now };
  const proofs = await Promise.all(keys.map((key) => createKeyProof(key, binding)));
  const identifier = access.identifiers.get(configurationId);
  const body = {
    ...(identifier === undefined
      ? { credential_configuration_id: configurationId }
      : { credential_identifier: identifier }),
    proofs: { jwt: proofs },
  };
  const response = await sendAuthorized(offer.credentialEndpoint, JSON.stringify(body), access, {
    request,
    now,
  });
  if (response.status !== 200) throw refusedByIssuer(response);
  const { credentials } = parseCredentialResponse(
    parseJsonAnswer(response, MAX_CREDENTIAL_RESPONSE_BYTES),
  );
  if (credentials.length !== keys.length) {
    throw new WalletError(
      'credential_count',
      `asked for ${keys.length} credentials, got ${credentials.length}`,
    );
  }
  return credentials.map(({ credential }) => credential);
}

function sendAuthorized(
  url: string,
  body: string,
  { token, dpopKey }: AccessToken,
  { request, now }: { readonly request: Request; readonly now: EpochSeconds },
): Promise<IncomingResponse> {
  const outgoing: OutgoingRequest = {
    method: 'POST',
    url,
    headers: {
      accept: 'application/json',
      'content-type': 'application/json',
      authorization: `${dpopKey === undefined ? 'Bearer' : 'DPoP'} ${token}`,
    },
    body,
    maxBytes: MAX_CREDENTIAL_RESPONSE_BYTES,
  };
  if (dpopKey === undefined) return request(outgoing);
  return requestWithDpop(request, outgoing, { key: dpopKey, now, accessToken: token });
}
