import type { PoolClient } from 'pg';
import type { CompletePoolOptions } from './pool-options.ts';

interface Lease {
  timer: NodeJS.Timeout;
  isLeaked: boolean;
}

/** Who holds which connection, and for how long. */
export class Leases {
  readonly #options: Pick<CompletePoolOptions, 'leakAfterMs' | 'onLeak'>;
  readonly #open = new Map<PoolClient, Lease>();
  #leaked = 0;

  constructor(options: Pick<CompletePoolOptions, 'leakAfterMs' | 'onLeak'>) {
    this.#options = options;
  }

  /** Connections that are held for too long at this moment. */
  get leaked(): number {
    return this.#leaked;
  }

  /** `borrower` was made where the connection was asked for: its stack is written out for a leak only. */
  begin(client: PoolClient, borrower: Error): void {
    const since = performance.now();
    const timer = setTimeout(() => {
      lease.isLeaked = true;
      this.#leaked++;
      this.#options.onLeak?.({ borrower: borrower.stack ?? '', borrowedForMs: performance.now() - since });
    }, this.#options.leakAfterMs).unref();
    const lease: Lease = { timer, isLeaked: false };
    this.#open.set(client, lease);
  }

  end(client: PoolClient): void {
    const lease = this.#open.get(client);
    if (!lease) return;
    clearTimeout(lease.timer);
    if (lease.isLeaked) this.#leaked--;
    this.#open.delete(client);
  }
}
