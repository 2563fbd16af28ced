import type { IncomingMessage } from 'node:http';
import { DpopError } from '../issuance/dpop-error.ts';
import { verifyDpopProof } from '../issuance/verify-dpop-proof.ts';
import type { Issuer } from '../issuer.ts';
import { type ExpiringKey, expiringKeyOf } from '../store/expiring-key.ts';
import type { AccessGrant } from '../store/issuance-store.ts';
import { type PresentedToken, presentedToken, singleHeader } from './access-token.ts';
import { AuthorizationError } from './authorization-error.ts';
import { readClientBoundToken } from './client-bound-token.ts';

/** A request whose access token is in order, and what the token is good for. */
export type Authorization = {
  readonly tokenKey: ExpiringKey;
  readonly grant: AccessGrant;
  /** Whether this is the `client_id` that the token was given to. */
  readonly isClient: (clientId: string) => boolean;
};

/**
 * Authorizes a request to a protected endpoint.
 *
 * A token that is bound to a key is good for nothing without a proof of that key, and one that is
 * not bound is no DPoP token.
 *
 * @param url - The endpoint, as it is configured.
 * @throws {@link AuthorizationError}
 * @see [RFC 9449 section 7.1](https://www.rfc-editor.org/rfc/rfc9449#section-7.1)
 */
export async function authorize(
  request: IncomingMessage,
  url: string,
  { agent, now, store }: Pick<Issuer, 'agent' | 'now' | 'store'>,
): Promise<Authorization> {
  const presented = presentedToken(request);
  const { secret, isClient } = readClientBoundToken(agent, presented.token);
  const tokenKey = expiringKeyOf(secret);
  const grant = tokenKey && (await store.getAccessGrant(tokenKey, now()));
  if (tokenKey === undefined || grant === undefined) {
    throw refused(presented, 'the access token is unknown or has expired');
  }
  if ((grant.dpopJkt !== undefined) !== (presented.scheme === 'DPoP')) {
    throw refused(presented, 'the access token was issued for the other scheme');
  }
  if (grant.dpopJkt !== undefined) {
    const proof = singleHeader(request, 'dpop');
    const jkt = await acceptDpopProof(proof, { url, accessToken: presented.token, now, store });
    if (jkt !== grant.dpopJkt) {
      throw refused(presented, 'the DPoP proof is by another key than the token is bound to');
    }
  }
  return { tokenKey, grant, isClient };
}

/**
 * Verifies a DPoP proof and spends its `jti`.
 *
 * @returns The thumbprint of its key.
 * @throws {@link DpopError}
 */
export async function acceptDpopProof(
  proof: string | undefined,
  {
    url,
    accessToken,
    now,
    store,
  }: {
    readonly url: string;
    readonly accessToken: string | undefined;
    readonly now: Issuer['now'];
    readonly store: Issuer['store'];
  },
): Promise<string> {
  if (proof === undefined) throw new DpopError('a DPoP proof is required');
  const { jkt, jtiKey } = await verifyDpopProof(proof, {
    expectedMethod: 'POST',
    expectedUrl: url,
    accessToken,
    now: now(),
  });
  if (!(await store.spendNonce(jtiKey))) throw new DpopError('the DPoP proof was used before');
  return jkt;
}

function refused({ scheme }: PresentedToken, message: string): AuthorizationError {
  return new AuthorizationError('invalid_token', scheme, message);
}
