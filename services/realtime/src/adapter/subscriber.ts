import { type Cluster, quitRedis, type Redis } from '@quotefleet/service-kit/redis';

/** Every node hears what it says itself once a second; this long without a word there is nobody who passes it on. */
const SILENT_MAX_MS = 6000;
const CHECK_EVERY_MS = 1000;

/**
 * The part of a client that the adapter subscribes by, which does not wait for the promises. Whatever goes wrong with a
 * subscription, also unnoticed, as on a connection that only listens and whose other end went without a word, is mended.
 */
export class Subscriber {
  readonly #redis: Redis | Cluster;
  readonly #report: (error: Error) => void;
  readonly #channels = new Set<string>();
  readonly #timer: NodeJS.Timeout;
  #heardAt = performance.now();
  #checkedAt = performance.now();

  constructor(redis: Redis | Cluster, report: (error: Error) => void) {
    this.#redis = redis;
    this.#report = report;
    redis.on('ready', () => this.#subscribe([...this.#channels]));
    redis.on('smessageBuffer', () => {
      this.#heardAt = performance.now();
    });
    this.#timer = setInterval(() => this.#check(), CHECK_EVERY_MS).unref();
  }

  ssubscribe(channel: string): void {
    this.#channels.add(channel);
    this.#subscribe([channel]);
  }

  sunsubscribe(channels: string | string[]): void {
    for (const channel of [channels].flat()) {
      this.#channels.delete(channel);
      this.#redis.sunsubscribe(channel).catch(this.#report);
    }
  }

  on(event: string, listener: (...values: unknown[]) => void): void {
    this.#redis.on(event, listener);
  }

  close(): Promise<void> {
    clearInterval(this.#timer);
    return quitRedis(this.#redis);
  }

  /** One by one: channels of a cluster lie on several nodes. */
  #subscribe(channels: readonly string[]): void {
    if (this.#redis.status !== 'ready') return;
    for (const channel of channels) this.#redis.ssubscribe(channel).catch(this.#report);
  }

  #check(): void {
    const now = performance.now();
    // A process that was held up itself has not read yet what came meanwhile.
    const isLate = now - this.#checkedAt > 2 * CHECK_EVERY_MS;
    this.#checkedAt = now;
    if (isLate || this.#redis.status !== 'ready') this.#heardAt = now;
    if (now - this.#heardAt < SILENT_MAX_MS) return;
    this.#heardAt = now;
    this.#redis.disconnect(true);
  }
}
