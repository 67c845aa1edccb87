import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { clientAddress, clientProto, createOriginReader } from './client-address.ts';
import type { ProxyTrust } from './trusted-proxies.ts';

const TRUST: ProxyTrust = { trustedProxies: ['10.0.0.0/8', '2001:db8:ffff::/48'], forwardedForm: 'x-forwarded' };

function originOf(remoteAddress: string, headers: IncomingMessage['headers'], trust: Partial<ProxyTrust> = {}) {
  const request = { headers, socket: { remoteAddress } } as unknown as IncomingMessage;
  createOriginReader({ ...TRUST, ...trust })(request);
  return `${clientProto(request)} ${clientAddress(request)}`;
}

describe('where a request is from', () => {
  it('is the peer, unless that is a trusted proxy', () => {
    const headers = { 'x-forwarded-for': '198.51.100.1', 'x-forwarded-proto': 'https' };
    expect(originOf('192.0.2.1', headers)).toBe('http 192.0.2.1');
    expect(originOf('10.0.0.1', headers, { trustedProxies: [] })).toBe('http 10.0.0.1');
    expect(originOf('10.0.0.1', headers)).toBe('https 198.51.100.1');
    expect(originOf('::ffff:10.0.0.1', headers)).toBe('https 198.51.100.1');
    expect(originOf('2001:db8:ffff::1', headers)).toBe('https 198.51.100.1');
    expect(originOf('10.0.0.1', {})).toBe('http 10.0.0.1');
  });

  it.each([
    ['a client that writes the header itself', '1.1.1.1, 198.51.100.1', '198.51.100.1'],
    ['several trusted proxies', '198.51.100.1, 10.1.1.1, 10.2.2.2', '198.51.100.1'],
    ['nothing but proxies', '10.3.3.3, 10.2.2.2', '10.3.3.3'],
    ['something that is no address', 'unknown, 10.2.2.2', '10.2.2.2'],
    ['an empty entry', '198.51.100.1,', '10.0.0.1'],
    ['a port', '198.51.100.1:4711', '198.51.100.1'],
    ['IPv6 in any way of writing', '[2001:DB8:0:0:0:0:0:7]:80', '2001:db8::7'],
    ['IPv4 inside IPv6', '::ffff:c633:6401', '198.51.100.1'],
  ])('is what the nearest trusted proxy was told: %s', (_what, header, address) => {
    expect(originOf('10.0.0.1', { 'x-forwarded-for': header })).toBe(`http ${address}`);
  });

  it.each([
    ['for=198.51.100.1;proto=https', 'https 198.51.100.1'],
    ['For="[2001:db8::7]:80";Proto=https;by=10.0.0.1, for=10.0.0.2', 'https 2001:db8::7'],
    ['for=1.1.1.1, for=198.51.100.1', 'http 198.51.100.1'],
    ['for="a,b;c\\"", for=10.2.2.2', 'http 10.2.2.2'],
    ['for=_hidden', 'http 10.0.0.1'],
    ['for=198.51.100.1 proto=https', 'http 10.0.0.1'],
    ['for="198.51.100.1', 'http 10.0.0.1'],
    [',,;;=', 'http 10.0.0.1'],
  ])('is read from Forwarded where proxies speak so: %s', (forwarded, origin) => {
    const both = { forwarded, 'x-forwarded-for': '203.0.113.9' };
    expect(originOf('10.0.0.1', both, { forwardedForm: 'forwarded' })).toBe(origin);
    expect(originOf('10.0.0.1', both)).toBe('http 203.0.113.9');
  });

  it('has the scheme by which the client came, not that between proxies', () => {
    const chain = { 'x-forwarded-for': '1.1.1.1, 198.51.100.1, 10.1.1.1', 'x-forwarded-proto': 'gopher, https, http' };
    expect(originOf('10.0.0.1', chain)).toBe('https 198.51.100.1');
    expect(originOf('10.0.0.1', { ...chain, 'x-forwarded-proto': 'https' })).toBe('https 198.51.100.1');
    expect(originOf('10.0.0.1', { ...chain, 'x-forwarded-proto': 'ftp' })).toBe('http 198.51.100.1');
  });

  it('is not found by ranges that are none', () => {
    for (const range of ['10.0.0.0/33', '10.0.0.0/', '10.0.0/8', 'fe80::1%eth0', '::/129', 'proxy', '10.0.0.0/8/8'])
      expect(() => createOriginReader({ ...TRUST, trustedProxies: [range] })).toThrow(range);
  });
});
