import { createShardedAdapter } from '@socket.io/redis-adapter';
import { Redis } from 'ioredis';
import type { RealtimeEvents } from '../events.ts';
import { quitRedis } from './quit-redis.ts';
import { watchRedis } from './watch-redis.ts';

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
  const publisher = new Redis(url, { retryStrategy, enableOfflineQueue: false, maxRetriesPerRequest: 0 });
  const subscriber = new Redis(url, { retryStrategy, maxRetriesPerRequest: null });
  const watches = [publisher, subscriber].map((redis) => watchRedis(redis));
  publisher.on('error', (error) => events.redisTrouble(error));
  subscriber.on('error', (error) => events.redisTrouble(error));
  return {
    adapter: createShardedAdapter(publisher, watched(subscriber, events), { channelPrefix: channel }),
    close: async () => {
      for (const end of watches) end();
      const closing = [publisher, subscriber].map((redis) => quitRedis(redis));
      await Promise.all(closing);
    },
  };
}

/** The part of a client that the adapter subscribes by; it does not wait for the promises, so their failures end here. */
function watched(subscriber: Redis, events: RealtimeEvents) {
  const report = (error: Error) => events.redisTrouble(error);
  return {
    ssubscribe: (channel: string) => void subscriber.ssubscribe(channel).catch(report),
    sunsubscribe: (channels: string | string[]) => void subscriber.sunsubscribe(...[channels].flat()).catch(report),
    on: (event: string, listener: (...values: unknown[]) => void) => subscriber.on(event, listener),
  };
}
