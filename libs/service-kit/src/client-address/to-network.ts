import { isIPv6, SocketAddress } from 'node:net';

const GROUPS_OF_NETWORK = 4;
const GROUPS = 8;

/**
 * What an address is counted by: IPv4 by itself, IPv6 by its /64, since that much is one customer's to choose from.
 * Any other text stays as it is.
 */
export function toNetwork(address: string): string {
  if (!address.includes(':') || !isIPv6(address)) return address;
  const canonical = new SocketAddress({ address: address.split('%')[0] ?? '', family: 'ipv6' }).address;
  const mapped = /^::ffff:([\d.]+)$/.exec(canonical)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = '', tail] = canonical.split('::');
  const first = groupsOf(head);
  const last = groupsOf(tail ?? '');
  const zeros = Array.from({ length: GROUPS - first.length - last.length }, () => '0');
  return `${[...first, ...zeros, ...last].slice(0, GROUPS_OF_NETWORK).join(':')}::/64`;
}

const groupsOf = (part: string) => (part === '' ? [] : part.split(':'));
