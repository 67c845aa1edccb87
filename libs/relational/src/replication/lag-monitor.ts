import type { Probe } from './probe.ts';
import type { Replica } from './replica.ts';
import { WalHistory } from './wal-history.ts';
import { parseWalPosition } from './wal-position.ts';

/** Measures the primary and, against it, the replicas, over and over. */
export class LagMonitor {
  readonly #primary: Probe;
  readonly #replicas: readonly Replica[];
  readonly #intervalMs: number;
  readonly #history = new WalHistory();
  #isPrimaryHealthy = false;
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void>;

  constructor(primary: Probe, replicas: readonly Replica[], intervalMs: number) {
    this.#primary = primary;
    this.#replicas = replicas;
    this.#intervalMs = intervalMs;
    this.#running = this.#round();
  }

  get isPrimaryHealthy(): boolean {
    return this.#isPrimaryHealthy;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#running;
    await this.#primary.close();
  }

  async #round(): Promise<void> {
    const startedAt = performance.now();
    await this.#measurePrimary();
    await Promise.all(this.#replicas.map((replica) => replica.measure(this.#history)));
    if (this.#isClosed) return;
    const again = () => {
      this.#running = this.#round();
    };
    const restMs = this.#intervalMs - (performance.now() - startedAt);
    this.#timer = setTimeout(again, Math.max(0, restMs)).unref();
  }

  async #measurePrimary(): Promise<void> {
    try {
      const { position } = await this.#primary.ask<{ position: string }>(
        'SELECT pg_current_wal_lsn()::text AS position',
      );
      this.#history.record(parseWalPosition(position), performance.now());
      this.#isPrimaryHealthy = true;
    } catch {
      // Its last known position stands, so that replicas that have it are still read.
      this.#isPrimaryHealthy = false;
    }
  }
}
