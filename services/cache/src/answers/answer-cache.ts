import { AppError } from '@quotefleet/service-kit';
import { LRUCache } from 'lru-cache';
import type { CacheEvents } from '../events.ts';
import type { Generations, Stamp } from '../invalidation/generations.ts';
import type { SharedStore } from '../l2/shared-store.ts';
import type { CacheRequest } from '../requests/cache-request.ts';
import type { MarketData } from '../upstream/market-data.ts';
import { type Answer, type AnswerSource, cutBody, type KeptBody, withEtag } from './answer.ts';

/** How long after it was made an answer may stand in for one that cannot be had. */
const STALE_MAX_MS = 600_000;
/** What an entry takes beside its key and body. */
const ENTRY_OVERHEAD_BYTES = 300;
/** By so much the clocks of two nodes may differ. */
const CLOCK_SKEW_MAX_MS = 1000;

interface Entry extends KeptBody {
  stamp: Stamp;
  madeAt: number;
  freshUntil: number;
}

export interface AnswerCacheContext {
  marketData: MarketData;
  shared: SharedStore;
  generations: Generations;
  events: CacheEvents;
  memoryBytesMax: number;
}

/** Answers of market-data, kept in memory and shared through the second level. */
export class AnswerCache {
  readonly #context: AnswerCacheContext;
  readonly #entries: LRUCache<string, Entry>;
  readonly #fills = new Map<string, Promise<Answer>>();

  constructor(context: AnswerCacheContext) {
    this.#context = context;
    this.#entries = new LRUCache({
      maxSize: context.memoryBytesMax,
      sizeCalculation: ({ bytes }, key) => bytes.length + key.length + ENTRY_OVERHEAD_BYTES,
    });
  }

  get entryCount(): number {
    return this.#entries.size;
  }

  get byteCount(): number {
    return this.#entries.calculatedSize;
  }

  /** @throws AppError as market-data answered, UNAVAILABLE where it does not and nothing may stand in */
  async get(request: CacheRequest, identity: string | undefined): Promise<Answer> {
    const stamp = this.#context.generations.stamp(request);
    const entry = this.#entries.get(request.path);
    if (entry && isSame(entry.stamp, stamp) && entry.freshUntil > Date.now()) return toAnswer(entry, 'hit');
    try {
      return await this.#fillOnce(request, stamp, identity);
    } catch (error) {
      if (!request.rule.mayBeStale || !isOutage(error)) throw error;
      return this.#staleAnswer(request, error);
    }
  }

  /** One fill at a time for a key; one that began before the data changed is not joined. */
  #fillOnce(request: CacheRequest, stamp: Stamp, identity: string | undefined): Promise<Answer> {
    const key = `${stamp.stored}.${stamp.live}.${request.path}`;
    const running = this.#fills.get(key);
    if (running) return running;
    const fill = this.#fill(request, stamp, identity).finally(() => this.#fills.delete(key));
    this.#fills.set(key, fill);
    return fill;
  }

  async #fill(request: CacheRequest, stamp: Stamp, identity: string | undefined): Promise<Answer> {
    const { rule, path } = request;
    const shared = rule.isShared ? await this.#findShared(request) : undefined;
    if (shared) {
      const { body, ...times } = shared;
      const entry = { ...withEtag(body), ...times, stamp };
      this.#entries.set(path, entry);
      return toAnswer(entry, 'hit-l2');
    }
    const madeAt = Date.now();
    const body = cutBody(path, await this.#context.marketData.get(path, { identity }));
    const ttlMs = this.#context.generations.isClosed(request) ? (rule.closedTtlMs ?? rule.ttlMs) : rule.ttlMs;
    const times = { madeAt, freshUntil: Date.now() + ttlMs };
    const entry = { ...withEtag(body), ...times, stamp };
    this.#entries.set(path, entry);
    // What changed meanwhile is known here only: other nodes must not take this for the new state.
    if (rule.isShared && isSame(stamp, this.#context.generations.stamp(request)))
      this.#context.shared.put(path, { body, ...times });
    return toAnswer(entry, 'miss');
  }

  async #findShared(request: CacheRequest) {
    const shared = await this.#context.shared.find(request.path);
    if (!shared || shared.freshUntil <= Date.now()) return undefined;
    const isCurrent = shared.madeAt - CLOCK_SKEW_MAX_MS > this.#context.generations.changedAt(request);
    return isCurrent ? shared : undefined;
  }

  #staleAnswer(request: CacheRequest, error: unknown): Answer {
    const entry = this.#entries.get(request.path);
    const { stored } = this.#context.generations.stamp(request);
    if (!entry || entry.stamp.stored !== stored || Date.now() - entry.madeAt > STALE_MAX_MS) throw error;
    this.#context.events.servedStale(request.path, error);
    return toAnswer(entry, 'stale');
  }
}

function toAnswer({ bytes, etag }: KeptBody, source: AnswerSource): Answer {
  return { bytes, etag, source };
}

function isSame(a: Stamp, b: Stamp): boolean {
  return a.stored === b.stored && a.live === b.live;
}

function isOutage(error: unknown): boolean {
  return error instanceof AppError && error.status >= 500 && error.code !== 'INTERNAL';
}
