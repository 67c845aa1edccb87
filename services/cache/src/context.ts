import { randomUUID } from 'node:crypto';
import { followPolicy } from '@quotefleet/access';
import { createKafkaBus, type EventBus } from '@quotefleet/messaging';
import { type Closers, createLogger, createMetrics, Health, type Logger, type Metrics } from '@quotefleet/service-kit';
import { type CallerRights, createCallerRights } from './access/caller-rights.ts';
import { AnswerCache } from './answers/answer-cache.ts';
import type { CacheConfig } from './config.ts';
import { CacheEvents } from './events.ts';
import { Generations } from './invalidation/generations.ts';
import { noSharedStore } from './l2/no-shared-store.ts';
import { RedisSharedStore } from './l2/redis-shared-store.ts';
import { createMarketData, type MarketData } from './upstream/market-data.ts';

export interface CacheOverrides {
  /** Stays open when the service stops. */
  bus?: EventBus;
  logger?: Logger;
}

/** Everything the service is made of. */
export interface CacheContext {
  instanceId: string;
  logger: Logger;
  metrics: Metrics;
  health: Health;
  bus: EventBus;
  events: CacheEvents;
  generations: Generations;
  marketData: MarketData;
  answers: AnswerCache;
  /** Which rows whoever asks may see. */
  callerRights: CallerRights;
}

export async function createContext(
  config: CacheConfig,
  overrides: CacheOverrides,
  closers: Closers,
): Promise<CacheContext> {
  const instanceId = randomUUID().slice(0, 8);
  const logger = overrides.logger ?? createLogger({ service: 'cache', level: config.logLevel });
  const metrics = createMetrics('cache');
  const events = new CacheEvents(logger, metrics);
  const bus = overrides.bus ?? createKafkaBus({ brokers: config.kafkaBrokers, clientId: `cache-${instanceId}` });
  if (!overrides.bus) closers.add('bus', () => bus.close());
  const shared = config.redisUrl ? new RedisSharedStore(config.redisUrl, events) : noSharedStore;
  closers.add('second level', () => shared.close());
  const marketData = createMarketData(config.marketDataUrl);
  closers.add('market-data client', () => marketData.close());
  const policy = await followPolicy({ authUrl: config.authUrl, bus, group: `cache-policy-${instanceId}`, logger });
  closers.add('access policy', () => policy.close());
  const generations = new Generations();
  const { memoryBytesMax } = config;
  const answers = new AnswerCache({ marketData, shared, generations, events, memoryBytesMax });
  metrics.readGauge('cache_entries', 'Answers in memory', () => answers.entryCount);
  metrics.readGauge('cache_bytes', 'What the answers in memory take', () => answers.byteCount);
  const health = new Health();
  health.addCheck('bus', () => bus.check());
  const callerRights = createCallerRights(policy);
  return { instanceId, logger, metrics, health, bus, events, generations, marketData, answers, callerRights };
}
