import { BlockList, isIP, isIPv4 } from 'node:net';

/** How the proxies in front tell of the client: one of them, since they pass the other on as a client wrote it. */
export const FORWARDED_FORMS = ['x-forwarded', 'forwarded'] as const;
export type ForwardedForm = (typeof FORWARDED_FORMS)[number];

export interface ProxyTrust {
  /** Addresses and CIDR ranges of the proxies in front of the gateway; none are believed where empty. */
  trustedProxies: readonly string[];
  forwardedForm: ForwardedForm;
}

const BITS = { ipv4: 32, ipv6: 128 } as const;

/** Whether a text is an address or a range such as 10.0.0.0/8 or fd00::/8. */
export function isAddressRange(text: string): boolean {
  return parseRange(text) !== undefined;
}

/** @throws Error naming the first text that is no address and no range */
export function createAddressRanges(texts: readonly string[]): BlockList {
  const list = new BlockList();
  for (const text of texts) {
    const range = parseRange(text);
    if (!range) throw new Error(`expected an address or a CIDR range, was '${text}'`);
    list.addSubnet(range.address, range.prefix, range.family);
  }
  return list;
}

/** Tells whether an address is in one of the ranges. @throws Error naming the first text that is no range */
export function createAddressTest(texts: readonly string[]): (address: string) => boolean {
  const list = createAddressRanges(texts);
  return (address) => address !== '' && list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}

function parseRange(text: string): { address: string; prefix: number; family: 'ipv4' | 'ipv6' } | undefined {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0 || address.includes('%')) return undefined;
  const family = version === 4 ? 'ipv4' : 'ipv6';
  if (bits === undefined) return { address, prefix: BITS[family], family };
  const prefix = Number(bits);
  return /^\d{1,3}$/.test(bits) && prefix <= BITS[family] ? { address, prefix, family } : undefined;
}
