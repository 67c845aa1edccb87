import { type BlockList, isIP, isIPv4 } from 'node:net';
import { createAddressRanges, invalidArgument } from '@quotefleet/service-kit';

const PRIVATE = createAddressRanges([
  ...['127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'],
  ...['::1/128', 'fc00::/7'],
]);
/** Within those: where clouds tell a machine its own secrets. */
const METADATA = createAddressRanges(['100.100.100.200', 'fd00:ec2::/32']);

/**
 * Whether an instance at this URL may be added while the gateway runs: whoever has an admin's key must not send the
 * fleet's calls, with what they carry, out of its network, nor look around in that of the cloud.
 * @param declared the hosts that the environment and the gateway's file name, which are the operator's own
 * @throws AppError INVALID_ARGUMENT
 */
export function checkHost(url: string, declared: ReadonlySet<string>): void {
  const { hostname } = new URL(url);
  if (declared.has(hostname) || hostname === 'localhost') return;
  const address = hostname.replace(/^\[|\]$/g, '');
  if (isIP(address) !== 0 && isIn(PRIVATE, address) && !isIn(METADATA, address)) return;
  const expected = "an address of a private network, or a host that the environment or the gateway's file names";
  throw invalidArgument('url', `expected ${expected}, was ${hostname}`);
}

const isIn = (list: BlockList, address: string) => list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
