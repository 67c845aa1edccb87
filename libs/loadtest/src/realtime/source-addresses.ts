/**
 * Well below half of the 28,232 ports that Linux gives out by default for each address: it looks among those of one parity
 * first, one by one, and with most of them taken the search costs more than the connection.
 */
const CONNECTIONS_PER_ADDRESS = 8000;
const ADDRESSES_MAX = 200;

/**
 * The loopback addresses to connect from, so that many connections find a port each: the whole of 127.0.0.0/8 is this
 * machine. None, which leaves it to the system, where the server is elsewhere or one address will do.
 */
export function sourceAddresses(url: string, connections: number): string[] {
  if (!new URL(url).hostname.startsWith('127.')) return [];
  const count = Math.min(ADDRESSES_MAX, Math.ceil(connections / CONNECTIONS_PER_ADDRESS));
  return count < 2 ? [] : Array.from({ length: count }, (_, index) => `127.0.0.${index + 1}`);
}
