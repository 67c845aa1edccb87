import { type LookupAddress, lookup } from 'node:dns';
import { BlockList, isIPv4 } from 'node:net';
import { Agent, request } from 'undici';
import type { Mailer } from './mailer.ts';

const TIMEOUT_MS = 5000;
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** No mail service is there, but the metadata of clouds is: link-local, unspecified, multicast and reserved addresses. */
const FORBIDDEN = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  ['100.100.100.200', 32],
  ['224.0.0.0', 3],
] as const)
  FORBIDDEN.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of [
  ['::', 128],
  ['fe80::', 10],
  ['ff00::', 8],
  ['fd00:ec2::', 32],
] as const)
  FORBIDDEN.addSubnet(net, bits, 'ipv6');

/** Whether passwords' tokens may go there: encrypted, or to this machine alone. */
export function isWebhookUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== '' || password !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.has(hostname));
}

/**
 * Posts each e-mail as JSON. Follows no redirect, and connects to no address by which the machine or its cloud could be
 * reached behind its back, whatever a name resolves to at the time.
 */
export function createWebhookMailer(url: string): Mailer {
  const agent = new Agent({ connect: { lookup: guardedLookup, timeout: TIMEOUT_MS } });
  return {
    async send(mail) {
      const { hostname } = new URL(url);
      if (isForbidden(hostname.replace(/^\[|\]$/g, ''))) throw new Error(`expected a mail service, was ${hostname}`);
      const { statusCode, body } = await request(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(mail),
        dispatcher: agent,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      await body.dump();
      if (statusCode >= 300) throw new Error(`expected the mail service to answer 2xx, was ${statusCode}`);
    },
    close: () => agent.destroy(),
  };
}

type Found = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void;

function guardedLookup(hostname: string, options: object, found: Found): void {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    const forbidden = error ? undefined : addresses.find(({ address }) => isForbidden(address));
    if (forbidden) found(new Error(`expected a mail service, ${hostname} is ${forbidden.address}`), []);
    else if (error) found(error, []);
    else if ('all' in options && options.all) found(null, addresses);
    else found(null, addresses[0]?.address ?? '', addresses[0]?.family);
  });
}

function isForbidden(address: string): boolean {
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1] ?? address;
  if (isIPv4(mapped)) return FORBIDDEN.check(mapped, 'ipv4');
  return address.includes(':') && FORBIDDEN.check(address, 'ipv6');
}
