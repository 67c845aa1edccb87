import { createHash } from 'node:crypto';
import { connectRedis, quitRedis } from '@quotefleet/service-kit/redis';
import { type Bucket, MICRO, viewOf } from './bucket.ts';
import type { RateClaim, RateLimiter } from './rate-limiter.ts';
import { TakeBatches } from './take-batches.ts';
import { TAKE_SCRIPT } from './take-script.ts';

/** One hash tag: in a cluster every bucket lies on one shard, since a call takes from several of them in one step. */
const KEY_PREFIX = '{qf:limits:1}:';
const TAKE_SHA = createHash('sha1').update(TAKE_SCRIPT).digest('hex');
const CONNECT_TIMEOUT_MS = 2000;
const RECONNECT_MAX_MS = 1000;
/** A connection that is dead on the other side is given up after so many questions without an answer. */
const UNANSWERED_MAX = 10;
/** A bucket that is full again at once. */
const PROBE: RateClaim = { key: 'probe', policy: { name: 'probe', capacity: 2, refillPerSecond: 1000 } };
/** ioredis waits so long for the end of a connection, also of one that has ended, and keeps the process meanwhile. */
const DISCONNECT_MAX_MS = 100;

/** Buckets that every node of the gateway shares. Its calls fail while Redis is away or slow. */
export interface RedisRateLimiter extends RateLimiter {
  /** Whether a bucket can be taken from, which a replica or a full Redis refuses; false rather than an error. */
  answers(): Promise<boolean>;
  close(): Promise<void>;
}

export interface RedisRateLimiterOptions {
  url: string;
  /** Told whenever the connection fails. */
  onError: (error: unknown) => void;
  /** Longest wait for the answer to one command. */
  commandTimeoutMs: number;
}

/** Resolves once Redis is connected, or the first attempt has failed; later ones go on by themselves. */
export async function openRedisRateLimiter({
  url,
  onError,
  commandTimeoutMs,
}: RedisRateLimiterOptions): Promise<RedisRateLimiter> {
  const redis = connectRedis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: commandTimeoutMs,
    connectTimeout: CONNECT_TIMEOUT_MS,
    disconnectTimeout: DISCONNECT_MAX_MS,
    lazyConnect: true,
    retryStrategy: (attempt) => Math.min(attempt * 50, RECONNECT_MAX_MS),
  });
  redis.on('error', onError);
  let unanswered = 0;

  /** Redis forgets its scripts when it starts anew. */
  async function run(keys: readonly string[], others: readonly number[]): Promise<number[]> {
    const named = [...keys.map(prefixed), ...others];
    try {
      return (await redis.evalsha(TAKE_SHA, keys.length, ...named)) as number[];
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      return (await redis.eval(TAKE_SCRIPT, keys.length, ...named)) as number[];
    }
  }

  /** Of the node that has the buckets; a bare TIME would be that of any. */
  const clock = async () => (await redis.eval("return redis.call('TIME')", 1, KEY_PREFIX)) as [string, string];

  const batches = new TakeBatches(run);
  // Its failure is told of by the event already.
  await redis.connect().catch(() => undefined);
  return {
    take: (claims, cost) => batches.take(claims, cost),
    async inspect(keys) {
      const [time, values] = await Promise.all([clock(), redis.mget(keys.map(prefixed))]);
      const nowUs = Number(time[0]) * MICRO + Number(time[1]);
      return values.map((value) => (value === null ? undefined : viewOf(parseBucket(value), nowUs)));
    },
    reset: (keys) => redis.del(keys.map(prefixed)),
    async answers() {
      try {
        await batches.take([PROBE], 1);
        unanswered = 0;
        return true;
      } catch {
        unanswered += 1;
        if (unanswered % UNANSWERED_MAX === 0 && redis.status === 'ready') redis.disconnect(true);
        return false;
      }
    },
    close: () => quitRedis(redis),
  };
}

const prefixed = (key: string) => KEY_PREFIX + key;

function parseBucket(value: string): Bucket {
  const [left = 0, atUs = 0, capacity = 0, refill = 0] = value.split(' ').map(Number);
  return { left, atUs, capacity: capacity / MICRO, refillPerSecond: refill / MICRO };
}
