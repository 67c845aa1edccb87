import { TOPIC_PARTITIONS, TOPICS } from '@quotefleet/contracts';
import { createApp, listen, type RunningService, startService } from '@quotefleet/service-kit';
import type { Express } from 'express';
import type { SyncConfig } from './config.ts';
import { createContext, type SyncContext, type SyncOverrides } from './context.ts';
import { createRoutes } from './routes/index.ts';

/** Starts the relay of the outbox. */
export function createSyncService(config: SyncConfig, overrides: SyncOverrides = {}): Promise<RunningService> {
  return startService(async (closers) => {
    const context = createContext(config, overrides, closers);
    const { logger, health, bus, queue, relay, watch } = context;
    const listening = await listen(createServer(context), config);
    closers.add('server', listening.close);
    await queue.prepare();
    await bus.ensureTopics(Object.values(TOPICS).map((name) => ({ name, partitions: TOPIC_PARTITIONS })));
    watch.start();
    closers.add('lag watch', () => watch.close());
    relay.start();
    closers.add('relay', () => relay.close());
    return { name: 'sync', url: listening.url, health, logger };
  });
}

function createServer(context: SyncContext): Express {
  const { logger, metrics, health } = context;
  return createApp({ logger, metrics, health, routes: createRoutes(context) });
}
