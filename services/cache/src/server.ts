import { createApp, listen, type RunningService } from '@quotefleet/service-kit';
import type { CacheConfig } from './config.ts';
import { type CacheContext, type CacheOverrides, createContext } from './context.ts';
import { startInvalidationFeed } from './invalidation/invalidation-feed.ts';
import { createRoutes } from './routes/index.ts';

/** Starts the cache in front of market-data. */
export async function createCacheService(config: CacheConfig, overrides: CacheOverrides = {}): Promise<RunningService> {
  const context = createContext(config, overrides);
  try {
    return await start(config, context);
  } catch (error) {
    await context.closers.close();
    throw error;
  }
}

async function start(config: CacheConfig, context: CacheContext): Promise<RunningService> {
  const { logger, metrics, health, closers } = context;
  // Before the first answer is kept, so that no change to it goes unheard.
  const feed = await startInvalidationFeed(context);
  closers.add('invalidation feed', () => feed.close());
  const listening = await listen(createApp({ logger, metrics, health, routes: createRoutes(context) }), config);
  closers.add('server', listening.close);
  health.markRunning();
  logger.info({ url: listening.url }, 'cache is ready');
  return {
    name: 'cache',
    url: listening.url,
    stop: () => {
      health.markStopping();
      return closers.close();
    },
  };
}
