import type { IncomingHttpHeaders } from 'node:http';
import { isIP, isIPv6 } from 'node:net';

/** What of a request says where it comes from. */
type Incoming = {
  readonly headers: IncomingHttpHeaders;
  readonly socket: { readonly remoteAddress?: string | undefined };
};

/**
 * The part of the client's address that limits are counted by: a whole IPv4 address, the first 64
 * bits of an IPv6 one.
 *
 * @param behindProxy - Whether a proxy of ours is the peer. Then the last address in
 *   `X-Forwarded-For` counts, which the proxy added; what stands before it anybody can write.
 *   Without such a proxy the header is not looked at.
 */
export function clientAddress(request: Incoming, behindProxy: boolean): string {
  const peer = request.socket.remoteAddress ?? '';
  const address = behindProxy ? (lastForwarded(request.headers) ?? peer) : peer;
  const plain = address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
  return isIPv6(plain) ? network64(plain) : plain;
}

function lastForwarded(headers: IncomingHttpHeaders): string | undefined {
  const header = headers['x-forwarded-for'];
  const text = typeof header === 'string' ? header : header?.at(-1);
  const last = text?.slice(text.lastIndexOf(',') + 1).trim();
  return last !== undefined && isIP(last) !== 0 ? last : undefined;
}

function network64(address: string): string {
  const [before = '', after] = address.split('::', 2);
  const head = before === '' ? [] : before.split(':');
  const tail = after === undefined || after === '' ? [] : after.split(':');
  const zeros = after === undefined ? 0 : Math.max(0, 8 - head.length - tail.length);
  const groups = [...head, ...new Array<string>(zeros).fill('0'), ...tail];
  return `${groups.slice(0, 4).join(':')}::/64`;
}
