import { unavailable } from '@quotefleet/service-kit';
import type { FailMode } from '../routes/route.ts';
import { type DenyCache, withDenyCache } from './deny-cache.ts';
import { createInMemoryRateLimiter } from './in-memory-rate-limiter.ts';
import type { RateClaim, RateLimiter, RateVerdict } from './rate-limiter.ts';
import { openRedisRateLimiter, type RedisRateLimiter } from './redis-rate-limiter.ts';

const PROBE_INTERVAL_MS = 200;
const RETRY_AFTER_SECONDS = 1;

/** A limiter that says what becomes of a call while the shared buckets cannot be reached. */
export interface RateGuard extends Pick<RateLimiter, 'inspect' | 'reset'> {
  /** @throws AppError UNAVAILABLE where they cannot and the call's mode is `closed` */
  take(claims: readonly RateClaim[], cost: number, failMode: FailMode): Promise<RateVerdict>;
  /** To be told when the policies have changed: what was refused may be allowed now. */
  forgetDenials(): void;
  close(): Promise<void>;
}

export interface RateGuardEvents {
  limiterLost(reason: unknown): void;
  limiterBack(): void;
  /** A call was judged without the shared buckets. */
  limiterMissed(failMode: FailMode): void;
  /** A call was refused without asking for it again. */
  limiterSpared(): void;
}

export interface RateGuardOptions {
  redisUrl: string | undefined;
  /** A call that Redis has not counted by then is judged without it. */
  timeoutMs: number;
  events: RateGuardEvents;
}

/** Buckets in Redis where there is a URL, else of this process alone. */
export async function createRateGuard({ redisUrl, timeoutMs, events }: RateGuardOptions): Promise<RateGuard> {
  const local = createInMemoryRateLimiter();
  if (redisUrl === undefined) {
    const { take, inspect, reset } = local;
    return { take, inspect, reset, forgetDenials: () => undefined, close: () => Promise.resolve() };
  }
  // Told of by the calls that fail for it.
  const redis = await openRedisRateLimiter({ url: redisUrl, commandTimeoutMs: timeoutMs, onError: () => undefined });
  return new SharedRateGuard(redis, local, events);
}

class SharedRateGuard implements RateGuard {
  readonly #redis: RedisRateLimiter;
  readonly #shared: DenyCache;
  readonly #local: RateLimiter;
  readonly #events: RateGuardEvents;
  /** While it is gone nobody waits for it but a probe. */
  #isGone = false;
  #isClosed = false;
  #probe: NodeJS.Timeout | undefined;

  constructor(redis: RedisRateLimiter, local: RateLimiter, events: RateGuardEvents) {
    this.#redis = redis;
    this.#shared = withDenyCache(redis, { onDenied: () => events.limiterSpared() });
    this.#local = local;
    this.#events = events;
  }

  async take(claims: readonly RateClaim[], cost: number, failMode: FailMode): Promise<RateVerdict> {
    if (!this.#isGone) {
      try {
        return await this.#shared.take(claims, cost);
      } catch (error) {
        this.#lost(error);
      }
    }
    this.#events.limiterMissed(failMode);
    if (failMode === 'open') return this.#local.take(claims, cost);
    throw unavailable('calls cannot be counted now, try again', { retryAfterSeconds: RETRY_AFTER_SECONDS });
  }

  inspect(keys: readonly string[]) {
    return this.#shared.inspect(keys).catch(toUnavailable);
  }

  reset(keys: readonly string[]) {
    return this.#shared.reset(keys).catch(toUnavailable);
  }

  forgetDenials() {
    this.#shared.forget();
  }

  async close() {
    this.#isClosed = true;
    clearTimeout(this.#probe);
    await this.#redis.close();
  }

  /** One call that came too late is no reason to tell anybody: only when Redis does not answer to a question either. */
  #lost(reason: unknown): void {
    if (this.#isGone || this.#isClosed) return;
    this.#isGone = true;
    void this.#redis.answers().then((answers) => {
      if (answers) {
        this.#isGone = false;
        return;
      }
      this.#events.limiterLost(reason);
      this.#probeLater();
    });
  }

  #probeLater(): void {
    if (this.#isClosed) return;
    this.#probe = setTimeout(() => void this.#ask(), PROBE_INTERVAL_MS).unref();
  }

  async #ask(): Promise<void> {
    if (!(await this.#redis.answers())) {
      this.#probeLater();
      return;
    }
    this.#isGone = false;
    this.#events.limiterBack();
  }
}

function toUnavailable(cause: unknown): never {
  throw unavailable('the buckets cannot be reached now, try again', { cause });
}
