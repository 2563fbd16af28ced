import { isIPv6 } from 'node:net';

/**
 * The part of the peer's address that limits are counted by: a whole IPv4 address, the first 64
 * bits of an IPv6 one. Forwarding headers are not believed, since anybody can write them.
 */
export function clientAddress(request: {
  readonly socket: { readonly remoteAddress?: string | undefined };
}): string {
  const address = request.socket.remoteAddress ?? '';
  if (address.startsWith('::ffff:')) return address.slice('::ffff:'.length);
  return isIPv6(address) ? network64(address) : address;
}

function network64(address: string): string {
  const [before = '', after] = address.split('::', 2);
  const head = before === '' ? [] : before.split(':');
  const tail = after === undefined || after === '' ? [] : after.split(':');
  const zeros = after === undefined ? 0 : Math.max(0, 8 - head.length - tail.length);
  const groups = [...head, ...new Array<string>(zeros).fill('0'), ...tail];
  return `${groups.slice(0, 4).join(':')}::/64`;
}
