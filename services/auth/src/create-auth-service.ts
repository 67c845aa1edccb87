import { listen, type RunningService, startService } from '@quotefleet/service-kit';
import type { AuthConfig } from './config.ts';
import { type AuthOverrides, createContext } from './context.ts';
import { createServer } from './server.ts';

/** Migrates auth's tables, then serves. */
export function createAuthService(config: AuthConfig, overrides: AuthOverrides = {}): Promise<RunningService> {
  return startService(async (closers) => {
    const context = await createContext(config, overrides, closers);
    const { health, logger } = context;
    const server = await listen(createServer(context), config);
    closers.add('http server', server.close);
    return { name: 'auth', url: server.url, health, logger };
  });
}
