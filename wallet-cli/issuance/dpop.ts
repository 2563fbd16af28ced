import { randomBytes, sha256Base64Url } from '@symbolon/credentials/crypto';
import { encodeBase64Url, signCompactJws } from '@symbolon/credentials/jose';
import type { EpochSeconds } from '@symbolon/schemas';
import { errorCodeOf } from '../network/fetch-json.ts';
import type { IncomingResponse, OutgoingRequest, Request } from '../network/request.ts';
import type { HolderKey } from './holder-key.ts';

/** What binds requests of one issuance to one key. */
export type DpopBinding = {
  readonly key: HolderKey;
  readonly now: EpochSeconds;
  /** At the credential endpoint: the token that the proof is for. */
  readonly accessToken?: string;
};

const JTI_BYTES = 16;

/**
 * Sends a request with a DPoP proof, and once more where the server wants its own nonce in it.
 *
 * @see [RFC 9449 sections 4 and 8](https://www.rfc-editor.org/rfc/rfc9449#section-4)
 */
export async function requestWithDpop(
  request: Request,
  outgoing: OutgoingRequest,
  binding: DpopBinding,
): Promise<IncomingResponse> {
  const response = await sendWithProof(request, outgoing, binding, undefined);
  const nonce = response.header('dpop-nonce');
  if (nonce === undefined || !wantsNonce(response)) return response;
  return sendWithProof(request, outgoing, binding, nonce);
}

async function sendWithProof(
  request: Request,
  outgoing: OutgoingRequest,
  { key, now, accessToken }: DpopBinding,
  nonce: string | undefined,
): Promise<IncomingResponse> {
  const { origin, pathname } = new URL(outgoing.url);
  const [tokenHash] = accessToken === undefined ? [] : await sha256Base64Url([accessToken]);
  const proof = await signCompactJws({
    header: { alg: key.signer.alg, typ: 'dpop+jwt', jwk: key.publicJwk },
    payload: {
      jti: encodeBase64Url(randomBytes(JTI_BYTES)),
      htm: outgoing.method,
      htu: `${origin}${pathname}`,
      iat: now,
      ...(tokenHash === undefined ? {} : { ath: tokenHash }),
      ...(nonce === undefined ? {} : { nonce }),
    },
    signer: key.signer,
  });
  return request({ ...outgoing, headers: { ...outgoing.headers, dpop: proof } });
}

function wantsNonce(response: IncomingResponse): boolean {
  const challenge = response.header('www-authenticate') ?? '';
  return (
    errorCodeOf(response) === 'use_dpop_nonce' ||
    /^dpop\b.*\berror="use_dpop_nonce"/i.test(challenge)
  );
}
