import { Closers, listen, type RunningService } from '@quotefleet/service-kit';
import type { GatewayConfig } from './config.ts';
import { createContext, type GatewayOverrides } from './context.ts';
import { createServer } from './server.ts';

/** Serves the fleet to its clients. */
export async function createGatewayService(
  config: GatewayConfig,
  overrides: GatewayOverrides = {},
): Promise<RunningService> {
  const closers = new Closers();
  try {
    const context = await createContext(config, overrides, closers);
    const { health, logger, upgrades } = context;
    const listening = await listen(createServer(context), config);
    listening.server.on('upgrade', upgrades.handle);
    closers.add('http server', () => {
      // They never end by themselves.
      upgrades.close();
      return listening.close();
    });
    health.markRunning();
    logger.info({ url: listening.url }, 'gateway is ready');
    return {
      name: 'gateway',
      url: listening.url,
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
