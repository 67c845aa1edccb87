import { type Cluster, connectRedis, quitRedis, type Redis } from '@quotefleet/service-kit/redis';
import type { RealtimeEvents } from '../events.ts';
import type { Elsewhere } from './elsewhere.ts';

const RECONNECT_MAX_MS = 2000;
/** Who connects waits for it where Redis hangs. */
const COMMAND_MAX_MS = 300;
const BEAT_MS = 2000;
/** What a node that died has told counts for so long. */
const GOOD_FOR_MS = 10_000;
/** All is told anew so often: whatever went wrong unnoticed ends with it. */
const RENEW_BEATS = 30;

interface RedisCountsOptions {
  url: string;
  /** Tells apart fleets that share a Redis. */
  channel: string;
  node: string;
  /** The other nodes that there are. */
  peers: () => readonly string[];
  events: RealtimeEvents;
}

/**
 * What nodes hold, each in a hash of its own that only it writes, and that is gone soon after the node is. What it writes
 * are counts, not differences, so that nothing drifts. Without Redis every node counts by itself.
 */
export class RedisCounts implements Elsewhere {
  readonly #options: RedisCountsOptions;
  readonly #redis: Redis | Cluster;
  readonly #timer: NodeJS.Timeout;
  readonly #own = new Map<string, number>();
  /** Whether Redis answered lately, and has what this node holds. */
  #isCurrent = false;
  #beats = 0;

  constructor(options: RedisCountsOptions) {
    this.#options = options;
    const retryStrategy = (attempt: number) => Math.min(attempt * 100, RECONNECT_MAX_MS);
    const noWaiting = { enableOfflineQueue: false, maxRetriesPerRequest: 0, commandTimeout: COMMAND_MAX_MS };
    this.#redis = connectRedis(options.url, { retryStrategy, ...noWaiting });
    this.#redis.on('error', (error) => options.events.redisTrouble(error));
    this.#redis.on('ready', () => void this.#beat());
    this.#timer = setInterval(() => void this.#beat(), BEAT_MS).unref();
  }

  tell(key: string, count: number): void {
    if (count > 0) this.#own.set(key, count);
    else this.#own.delete(key);
    if (!this.#isCurrent) return;
    const hash = this.#hashOf(this.#options.node);
    const change = this.#redis.multi();
    if (count > 0) change.hset(hash, key, count).pexpire(hash, GOOD_FOR_MS);
    else change.hdel(hash, key);
    this.#watch(change.exec());
  }

  async count(key: string): Promise<number> {
    const peers = this.#options.peers();
    if (!this.#isCurrent || peers.length === 0) return 0;
    try {
      const replies = (await this.#redis.pipeline(peers.map((node) => ['hget', this.#hashOf(node), key])).exec()) ?? [];
      const failed = replies.find(([error]) => error);
      if (failed) throw failed[0];
      return replies.reduce((sum, [, held]) => sum + Number(held ?? 0), 0);
    } catch {
      this.#isCurrent = false;
      return 0;
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#redis.del(this.#hashOf(this.#options.node)).catch(() => undefined);
    await quitRedis(this.#redis);
  }

  /** Says that this node is still there, or, where Redis does not know, all that it holds. */
  async #beat(): Promise<void> {
    if (this.#redis.status !== 'ready') {
      this.#isCurrent = false;
      return;
    }
    this.#beats += 1;
    const isDue = !this.#isCurrent || this.#beats % RENEW_BEATS === 0;
    const hash = this.#hashOf(this.#options.node);
    try {
      const isKnown = !isDue && (await this.#redis.pexpire(hash, GOOD_FOR_MS)) === 1;
      if (isKnown) return;
      const all = this.#redis.multi().del(hash);
      if (this.#own.size > 0) all.hset(hash, this.#own).pexpire(hash, GOOD_FOR_MS);
      // What is told from here on comes behind it.
      this.#isCurrent = true;
      this.#watch(all.exec());
    } catch {
      this.#isCurrent = false;
    }
  }

  #watch(writing: Promise<[Error | null, unknown][] | null>): void {
    const fail = () => {
      this.#isCurrent = false;
    };
    writing.then((replies) => {
      if (!replies || replies.some(([error]) => error)) fail();
    }, fail);
  }

  #hashOf(node: string): string {
    // In braces what all have in common: they lie on one node of a cluster.
    return `{${this.#options.channel}:connections}:${node}`;
  }
}
