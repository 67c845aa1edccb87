import type { Health } from '../health/health.ts';
import type { Logger } from '../logging/logger.ts';
import { Closers } from './closers.ts';
import type { RunningService } from './run-service.ts';

/** A service whose parts are all up. */
export interface StartedService {
  name: string;
  url: string;
  health: Health;
  logger: Logger;
}

/**
 * Starts a service: what `start` opens it hands to the closers, so that a start that fails half-way leaves nothing open
 * and a stop closes everything in the reverse order.
 */
export async function startService(start: (closers: Closers) => Promise<StartedService>): Promise<RunningService> {
  const closers = new Closers();
  try {
    const { name, url, health, logger } = await start(closers);
    health.markRunning();
    logger.info({ url }, `${name} is ready`);
    const stop = () => {
      health.markStopping();
      return closers.close();
    };
    return { name, url, stop };
  } catch (error) {
    await closers.close();
    throw error;
  }
}
