import { type Cluster, connectRedis, quitRedis, type Redis } from '@quotefleet/service-kit/redis';
import type { CacheEvents } from '../events.ts';
import type { SharedAnswer, SharedStore } from './shared-store.ts';

const KEY_PREFIX = 'qf:cache:1:';
const HEADER_BYTES = 16;
const COMMAND_TIMEOUT_MS = 100;
const RECONNECT_MAX_MS = 2000;
/** After a failure Redis is left alone so long: a slow one must not slow every miss. */
const PAUSE_MS = 1000;
/** ioredis waits so long for the end of a connection, also of one that has ended, and keeps the process meanwhile. */
const DISCONNECT_MAX_MS = 100;

/** Answers in Redis: two times as big-endian doubles, then the body. */
export class RedisSharedStore implements SharedStore {
  readonly #redis: Redis | Cluster;
  readonly #events: CacheEvents;
  #pausedUntil = 0;

  constructor(url: string, events: CacheEvents) {
    this.#events = events;
    this.#redis = connectRedis(url, {
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      commandTimeout: COMMAND_TIMEOUT_MS,
      disconnectTimeout: DISCONNECT_MAX_MS,
      retryStrategy: (attempt) => Math.min(attempt * 100, RECONNECT_MAX_MS),
    });
    this.#redis.on('error', (error) => events.sharedStoreFailed(error));
  }

  async find(key: string): Promise<SharedAnswer | undefined> {
    if (!this.#isUsable()) return undefined;
    try {
      const value = await this.#redis.getBuffer(KEY_PREFIX + key);
      return value ? decode(value) : undefined;
    } catch (error) {
      this.#failed(error);
      return undefined;
    }
  }

  put(key: string, answer: SharedAnswer): void {
    const ttlMs = Math.ceil(answer.freshUntil - Date.now());
    if (ttlMs <= 0 || !this.#isUsable()) return;
    this.#redis.set(KEY_PREFIX + key, encode(answer), 'PX', ttlMs).catch((error: unknown) => this.#failed(error));
  }

  close(): Promise<void> {
    return quitRedis(this.#redis);
  }

  #isUsable(): boolean {
    return this.#redis.status === 'ready' && Date.now() >= this.#pausedUntil;
  }

  #failed(error: unknown): void {
    this.#pausedUntil = Date.now() + PAUSE_MS;
    this.#events.sharedStoreFailed(error);
  }
}

function encode({ body, madeAt, freshUntil }: SharedAnswer): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeDoubleBE(madeAt, 0);
  header.writeDoubleBE(freshUntil, 8);
  return Buffer.concat([header, body]);
}

function decode(value: Buffer): SharedAnswer | undefined {
  if (value.length <= HEADER_BYTES) return undefined;
  return { madeAt: value.readDoubleBE(0), freshUntil: value.readDoubleBE(8), body: value.subarray(HEADER_BYTES) };
}
