/** Another node, and when it was last heard of, ms since the epoch. */
export interface Peer {
  node: string;
  host: string;
  lastHeardAt: number;
}

/** A node that fell silent without a goodbye is missed for so long: it may be cut off, with clients on it. */
const MISSED_MS = 600_000;

/** Nodes are heard of once a second. */
const LIVELY_MS = 5000;

/** The other nodes that this one knows of. */
export class Roster {
  readonly #peers = new Map<string, Peer>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  heard({ node, host }: { node: string; host: string }): void {
    this.#peers.set(node, { node, host, lastHeardAt: this.#now() });
  }

  remove(node: string): void {
    this.#peers.delete(node);
  }

  /** Those that were heard of lately: whoever was not will hardly answer. */
  lively(): string[] {
    const since = this.#now() - LIVELY_MS;
    return [...this.#peers.values()].filter(({ lastHeardAt }) => lastHeardAt > since).map(({ node }) => node);
  }

  names(): string[] {
    for (const { node, lastHeardAt } of this.#peers.values())
      if (lastHeardAt < this.#now() - MISSED_MS) this.#peers.delete(node);
    return [...this.#peers.keys()];
  }

  among(names: ReadonlySet<string>): Peer[] {
    return [...this.#peers.values()].filter(({ node }) => names.has(node));
  }
}
