import { StoreUnavailableError } from '../time-series-store.ts';

/** Counts of one moment. */
export interface PoolStats {
  /** Connections that work is done on. */
  active: number;
  /** Open ones that wait for work. */
  idle: number;
  /** Work that waits for a connection. */
  waiting: number;
  /** Active ones that have been held for longer than work takes: a gauge that stays above 0 shows a leak. */
  leaked: number;
}

export interface LeasePoolOptions<T> {
  open(): Promise<T>;
  close(connection: T): Promise<void>;
  /** Rejects when a connection that lay idle no longer works. */
  check(connection: T): Promise<void>;
  max: number;
  acquireTimeoutMs: number;
  /** A lease held for longer is reported. */
  leakAfterMs: number;
  /** A connection that lay idle for longer is checked before it is lent. */
  checkAfterIdleMs: number;
  onLeak(heldMs: number): void;
}

/** Lends connections, each to one piece of work at a time, first come first served. */
export class LeasePool<T> {
  readonly #options: LeasePoolOptions<T>;
  readonly #idle: { connection: T; since: number }[] = [];
  /** Each takes over a slot, or is turned away by an error. */
  readonly #waiters = new Set<(refusal?: Error) => void>();
  #active = 0;
  #leaked = 0;
  #closed = false;

  constructor(options: LeasePoolOptions<T>) {
    this.#options = options;
  }

  stats(): PoolStats {
    return { active: this.#active, idle: this.#idle.length, waiting: this.#waiters.size, leaked: this.#leaked };
  }

  /** Does the work on a connection; one on which it fails as unavailable is not lent again. */
  async use<R>(work: (connection: T) => Promise<R>): Promise<R> {
    await this.#takeSlot();
    const forgetLeak = this.#watchForLeak();
    try {
      return await this.#lend(work);
    } finally {
      forgetLeak();
      this.#giveSlot();
    }
  }

  /** Turns away whoever waits, and closes what is idle at once and what is active when its work is done. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const settle of this.#waiters) settle(new StoreUnavailableError('the store is closed'));
    await Promise.all(this.#idle.splice(0).map(({ connection }) => this.#options.close(connection)));
  }

  async #takeSlot(): Promise<void> {
    if (this.#closed) throw new StoreUnavailableError('the store is closed');
    if (this.#active === this.#options.max) await this.#waitForSlot();
    else this.#active++;
  }

  /** Until another's slot is handed over, which leaves the count of active ones as it is. */
  #waitForSlot(): Promise<void> {
    const { max, acquireTimeoutMs } = this.#options;
    return new Promise((resolve, reject) => {
      const settle = (refusal?: Error) => {
        clearTimeout(timer);
        this.#waiters.delete(settle);
        if (refusal) reject(refusal);
        else resolve();
      };
      const timer = setTimeout(() => {
        settle(new StoreUnavailableError(`none of ${max} connections became free within ${acquireTimeoutMs} ms`));
      }, acquireTimeoutMs);
      this.#waiters.add(settle);
    });
  }

  #giveSlot(): void {
    const [next] = this.#waiters;
    if (next) next();
    else this.#active--;
  }

  async #lend<R>(work: (connection: T) => Promise<R>): Promise<R> {
    const connection = await this.#connection();
    try {
      const result = await work(connection);
      await this.#keep(connection);
      return result;
    } catch (error) {
      if (error instanceof StoreUnavailableError) await this.#options.close(connection);
      else await this.#keep(connection);
      throw error;
    }
  }

  async #connection(): Promise<T> {
    for (let lent = this.#idle.pop(); lent !== undefined; lent = this.#idle.pop()) {
      if (Date.now() - lent.since < this.#options.checkAfterIdleMs) return lent.connection;
      try {
        await this.#options.check(lent.connection);
        return lent.connection;
      } catch {
        // The next one, or a new one, takes its place.
        await this.#options.close(lent.connection);
      }
    }
    return await this.#options.open();
  }

  async #keep(connection: T): Promise<void> {
    if (this.#closed) await this.#options.close(connection);
    else this.#idle.push({ connection, since: Date.now() });
  }

  #watchForLeak(): () => void {
    const { leakAfterMs, onLeak } = this.#options;
    let isLeaked = false;
    const timer = setTimeout(() => {
      isLeaked = true;
      this.#leaked++;
      onLeak(leakAfterMs);
    }, leakAfterMs).unref();
    return () => {
      clearTimeout(timer);
      if (isLeaked) this.#leaked--;
    };
  }
}
