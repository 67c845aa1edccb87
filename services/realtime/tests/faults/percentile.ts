import type { AuditClient } from './audit-client.ts';

/** The 99th percentile of the time that ticks took to some clients, ms, of those that came from `from` to `to`. */
export function p99(clients: readonly AuditClient[], from = 0, to = Number.POSITIVE_INFINITY): number {
  const within = clients.flatMap(({ latencies }) => latencies.filter(({ at }) => at >= from && at < to));
  return within.map(({ ms }) => ms).sort((a, b) => a - b)[Math.floor(within.length * 0.99)] ?? 0;
}
