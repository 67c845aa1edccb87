import { Pool, type PoolClient, type PoolConfig } from 'pg';
import { Leases } from './leases.ts';
import type { CompletePoolOptions, PoolStats } from './pool-options.ts';

export interface ManagedPoolConfig extends PoolConfig {
  managed: CompletePoolOptions;
}

type ConnectCallback = Parameters<Pool['connect']>[0];

/**
 * pg's pool, which bounds, queues and recycles, with what it lacks: a check of connections that were idle, before they
 * are handed out, and a watch over those that are not given back.
 */
export class ManagedPool extends Pool {
  readonly #settings: CompletePoolOptions;
  readonly #leases: Leases;
  readonly #idleSince = new WeakMap<PoolClient, number>();

  constructor(config: ManagedPoolConfig) {
    super(config);
    this.#settings = config.managed;
    this.#leases = new Leases(config.managed);
    this.on('release', (_, client) => {
      this.#leases.end(client);
      this.#idleSince.set(client, performance.now());
    });
  }

  stats(): PoolStats {
    return {
      active: this.totalCount - this.idleCount,
      idle: this.idleCount,
      waiting: this.waitingCount,
      leaked: this.#leases.leaked,
      overflow: Math.max(0, this.totalCount - this.#settings.max),
      total: this.totalCount,
    };
  }

  override connect(): Promise<PoolClient>;
  override connect(callback: ConnectCallback): void;
  override connect(callback?: ConnectCallback): Promise<PoolClient> | undefined {
    const borrower = new Error('borrowed here');
    const borrowed = this.#borrow(borrower);
    if (!callback) return borrowed;
    borrowed.then(
      (client) => callback(undefined, client, client.release),
      (error: Error) => callback(error, undefined, () => undefined),
    );
    return undefined;
  }

  async #borrow(borrower: Error): Promise<PoolClient> {
    const { acquireTimeoutMs, checkTimeoutMs } = this.#settings;
    const deadline = performance.now() + acquireTimeoutMs;
    for (;;) {
      const client = await super.connect();
      if (!this.#wasIdle(client) || (await answers(client, checkTimeoutMs))) {
        this.#leases.begin(client, borrower);
        return client;
      }
      client.release(true);
      if (performance.now() > deadline) {
        throw new Error(
          `timeout exceeded when trying to connect: no connection of the pool answered for ${acquireTimeoutMs} ms`,
        );
      }
    }
  }

  /** For so long that the connection may have been lost unnoticed. */
  #wasIdle(client: PoolClient): boolean {
    const idleSince = this.#idleSince.get(client);
    return idleSince !== undefined && performance.now() - idleSince > this.#settings.checkAfterIdleMs;
  }
}

async function answers(client: PoolClient, timeoutMs: number): Promise<boolean> {
  // A loss during the check is what it is for; without a listener it would end the process.
  const onError = () => undefined;
  client.on('error', onError);
  const question = { text: 'SELECT 1', query_timeout: timeoutMs };
  try {
    await client.query(question);
    return true;
  } catch {
    return false;
  } finally {
    client.removeListener('error', onError);
  }
}
