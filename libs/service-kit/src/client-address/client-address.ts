import type { IncomingMessage } from 'node:http';
import { isIP, type Socket, SocketAddress } from 'node:net';
import { type Hop, parseForwarded, parseXForwarded } from './forwarded.ts';
import { createAddressTest, type ForwardedForm, type ProxyTrust } from './trusted-proxies.ts';

export interface Origin {
  /** Canonical: IPv4 in dots, also where it came mapped into IPv6; IPv6 in its short form. Empty once it is gone. */
  address: string;
  proto: 'http' | 'https';
}

/** Of requests that a trusted proxy has passed on. */
const origins = new WeakMap<IncomingMessage, Origin>();
const peers = new WeakMap<Socket, Origin>();

/** The address of the client: the nearest one that is no trusted proxy. */
export function clientAddress(request: IncomingMessage): string {
  return originOf(request).address;
}

/** How the client reached us, as far as the connection or a trusted proxy tells. */
export function clientProto(request: IncomingMessage): Origin['proto'] {
  return originOf(request).proto;
}

function originOf(request: IncomingMessage): Origin {
  return origins.get(request) ?? peerOf(request);
}

/** Finds out where each request is from, before anything else asks for it. @throws Error on a malformed range */
export function createOriginReader({ trustedProxies, forwardedForm }: ProxyTrust): (request: IncomingMessage) => void {
  const isTrusted = createAddressTest(trustedProxies);
  return (request) => {
    if (trustedProxies.length === 0) return;
    const peer = peerOf(request);
    if (isTrusted(peer.address)) origins.set(request, walk(peer, hopsOf(request, forwardedForm), isTrusted));
  };
}

/** Kept with the connection: it stays the same for all of its requests, and when it is gone. */
function peerOf({ socket }: IncomingMessage): Origin {
  const known = peers.get(socket);
  if (known) return known;
  const { remoteAddress } = socket;
  const peer: Origin = {
    address: canonicalAddress(remoteAddress ?? '') ?? '',
    proto: 'encrypted' in socket ? 'https' : 'http',
  };
  if (remoteAddress !== undefined) peers.set(socket, peer);
  return peer;
}

function hopsOf({ headers }: IncomingMessage, form: ForwardedForm): Hop[] {
  if (form === 'forwarded') return headers.forwarded === undefined ? [] : parseForwarded(headers.forwarded);
  const addresses = headers['x-forwarded-for'];
  const protos = headers['x-forwarded-proto'];
  // Node joins repeated headers of these names by commas.
  if (typeof addresses !== 'string') return [];
  return parseXForwarded(addresses, typeof protos === 'string' ? protos : undefined);
}

/** From the nearest hop on, as long as who speaks is trusted. What is no address ends the way where it is known. */
function walk(peer: Origin, hops: readonly Hop[], isTrusted: (address: string) => boolean): Origin {
  const origin = { ...peer };
  for (let at = hops.length - 1; at >= 0; at--) {
    if (!isTrusted(origin.address)) break;
    const { for: from, proto } = hops[at] ?? {};
    const address = canonicalAddress(withoutPort(from ?? ''));
    if (address === undefined) break;
    origin.address = address;
    if (proto === 'http' || proto === 'https') origin.proto = proto;
  }
  return origin;
}

/** `192.0.2.1:80` and `[2001:db8::1]:80` carry a port, `2001:db8::1` does not. */
function withoutPort(text: string): string {
  return /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
}

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** One way of writing per address, so that limits and lists cannot be got round by another. */
function canonicalAddress(text: string): string | undefined {
  const version = isIP(text);
  if (version === 4) return text;
  if (version === 0) return undefined;
  const mapped = MAPPED.exec(text)?.[1];
  if (mapped !== undefined) return mapped;
  const [address = ''] = text.split('%');
  const short = new SocketAddress({ address, family: 'ipv6' }).address;
  return MAPPED.exec(short)?.[1] ?? short;
}
