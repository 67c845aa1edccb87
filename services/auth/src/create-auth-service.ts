import { Closers, listen, type RunningService } from '@quotefleet/service-kit';
import type { AuthConfig } from './config.ts';
import { type AuthOverrides, createContext } from './context.ts';
import { createServer } from './server.ts';

/** Migrates auth's tables, then serves. */
export async function createAuthService(config: AuthConfig, overrides: AuthOverrides = {}): Promise<RunningService> {
  const closers = new Closers();
  try {
    const context = await createContext(config, overrides, closers);
    const { health, logger } = context;
    const server = await listen(createServer(context), config);
    closers.add('http server', server.close);
    health.markRunning();
    logger.info({ url: server.url }, 'auth is ready');
    return {
      name: 'auth',
      url: server.url,
      stop: () => {
        health.markStopping();
        return closers.close();
      },
    };
  } catch (error) {
    await closers.close();
    throw error;
  }
}
