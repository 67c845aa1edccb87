import { connectRedis, quitRedis } from '@quotefleet/service-kit/redis';
import { createShardedAdapter } from '@socket.io/redis-adapter';
import type { RealtimeEvents } from '../events.ts';
import { Subscriber } from './subscriber.ts';

const RECONNECT_MAX_MS = 2000;

export interface RedisAdapter {
  adapter: ReturnType<typeof createShardedAdapter>;
  close(): Promise<void>;
}

interface RedisAdapterOptions {
  url: string;
  /** How the names of all channels begin; Redis has one space of them for all of its databases. */
  channel: string;
  events: RealtimeEvents;
}

/**
 * Carries what crosses nodes. Market data never rides on it, so that Redis may go: publishing fails at once then, and
 * subscriptions are made anew when it is back.
 */
export function createRedisAdapter({ url, channel, events }: RedisAdapterOptions): RedisAdapter {
  const retryStrategy = (attempt: number) => Math.min(attempt * 100, RECONNECT_MAX_MS);
  const report = (error: Error) => events.redisTrouble(error);
  const publisher = connectRedis(url, { retryStrategy, enableOfflineQueue: false, maxRetriesPerRequest: 0 });
  const listener = connectRedis(url, { retryStrategy, maxRetriesPerRequest: null });
  for (const redis of [publisher, listener]) redis.on('error', report);
  const subscriber = new Subscriber(listener, report);
  return {
    adapter: createShardedAdapter(publisher, subscriber, { channelPrefix: channel }),
    close: async () => {
      await Promise.all([quitRedis(publisher), subscriber.close()]);
    },
  };
}
