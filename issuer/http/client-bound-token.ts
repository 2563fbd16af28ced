import { timingSafeEqual } from 'node:crypto';
import type { IssuerAgent } from '../agent/contract.ts';

const MARK_BYTES = 16;
/** 16 bytes are 22 characters. */
const MARKED = /^([\w-]+)\.([\w-]{22})$/;

/** An access token as it is sent, in its parts. */
export type ClientBoundToken = {
  /** What the store knows the token by. */
  readonly secret: string;
  /** Whether this is the `client_id` that the token was given to. */
  readonly isClient: (clientId: string) => boolean;
};

/**
 * Adds to an access token a mark of the client that it is given to, so that a key proof with an
 * `iss` can be held to it (OpenID4VCI 1.0 appendix F.1) without storing who asked.
 *
 * Clients are not authenticated: the mark says what the client called itself, and nothing rests on
 * it. Taken off, it leaves the token of an anonymous client.
 */
export function bindToClient(
  agent: Pick<IssuerAgent, 'mac'>,
  secret: string,
  clientId: string | undefined,
): string {
  if (clientId === undefined) return secret;
  return `${secret}.${Buffer.from(markOf(agent, secret, clientId)).toString('base64url')}`;
}

/**
 * Takes an access token apart that {@link bindToClient} made. One with anything behind it that is not
 * a mark is taken whole, and so is known to nobody.
 */
export function readClientBoundToken(
  agent: Pick<IssuerAgent, 'mac'>,
  token: string,
): ClientBoundToken {
  const [, secret = token, mark = ''] = MARKED.exec(token) ?? [];
  const markBytes = Buffer.from(mark, 'base64url');
  return {
    secret,
    isClient: (clientId) =>
      markBytes.length === MARK_BYTES &&
      timingSafeEqual(markBytes, markOf(agent, secret, clientId)),
  };
}

function markOf({ mac }: Pick<IssuerAgent, 'mac'>, secret: string, clientId: string): Uint8Array {
  return mac('access_token', Buffer.from(`client\n${secret}\n${clientId}`)).subarray(0, MARK_BYTES);
}
