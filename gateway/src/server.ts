import { createApp } from '@quotefleet/service-kit';
import type { Express } from 'express';
import type { GatewayContext } from './context.ts';
import { createRoutes } from './routes/create-routes.ts';

/** The express app of the gateway. */
export function createServer(context: GatewayContext): Express {
  const { logger, metrics, health, audit, protection } = context;
  const before = [audit.watch, protection.enter];
  return createApp({ logger, metrics, health, fromFleet: false, before, routes: createRoutes(context) });
}
