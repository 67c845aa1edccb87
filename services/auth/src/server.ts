import { createApp } from '@quotefleet/service-kit';
import type { Express } from 'express';
import type { AuthContext } from './context.ts';
import { createRoutes } from './routes/index.ts';

/** The express app of auth. */
export function createServer(context: AuthContext): Express {
  const { logger, metrics, health } = context;
  return createApp({ logger, metrics, health, routes: createRoutes(context) });
}
