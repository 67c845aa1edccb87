import type { Identity } from '@quotefleet/contracts';

/** Clients that are counted by name; whoever comes later counts among the others. */
const CLIENTS_MAX = 200;

/** The label that a caller is counted under: its client's id, so that somebody can write to it. */
export function createClientLabels(): (identity: Identity | undefined) => string {
  const known = new Set<string>();
  return (identity) => {
    if (!identity) return 'anonymous';
    const { client } = identity;
    if (known.has(client)) return client;
    if (known.size >= CLIENTS_MAX) return 'other';
    known.add(client);
    return client;
  };
}
