import { createApp, listen, type RunningService, startService } from '@quotefleet/service-kit';
import type { CacheConfig } from './config.ts';
import { type CacheOverrides, createContext } from './context.ts';
import { startInvalidationFeed } from './invalidation/invalidation-feed.ts';
import { createRoutes } from './routes/index.ts';

/** Starts the cache in front of market-data. */
export function createCacheService(config: CacheConfig, overrides: CacheOverrides = {}): Promise<RunningService> {
  return startService(async (closers) => {
    const context = await createContext(config, overrides, closers);
    const { logger, metrics, health } = context;
    // Before the first answer is kept, so that no change to it goes unheard.
    const feed = await startInvalidationFeed(context);
    closers.add('invalidation feed', () => feed.close());
    const listening = await listen(createApp({ logger, metrics, health, routes: createRoutes(context) }), config);
    closers.add('server', listening.close);
    return { name: 'cache', url: listening.url, health, logger };
  });
}
