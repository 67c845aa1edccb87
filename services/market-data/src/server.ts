import { createApp, type Health, type Logger, type Metrics } from '@quotefleet/service-kit';
import type { Express } from 'express';
import { Router } from 'express';
import type { MarketDataContext } from './market-data-context.ts';
import { createRoutes } from './routes/index.ts';

interface ServerOptions {
  logger: Logger;
  metrics: Metrics;
  health: Health;
  context: MarketDataContext;
  /** Whether the public endpoints are served; health and metrics always are. */
  servesApi: boolean;
}

export function createServer({ context, servesApi, ...options }: ServerOptions): Express {
  return createApp({ ...options, routes: servesApi ? createRoutes(context) : Router() });
}
