import { createDirectApp, type DirectApp } from '@quotefleet/service-kit';
import type { GatewayContext } from './context.ts';
import { createRoutes } from './routes/create-routes.ts';
import { createLiveRoutes } from './routes/live-routes.ts';
import { createServeDirectly } from './routes/serve-directly.ts';

/** The gateway's app. */
export function createServer(context: GatewayContext): DirectApp {
  const { logger, metrics, health, audit, protection } = context;
  const { router, findDirect } = createLiveRoutes(context);
  const before = [audit.watch, protection.enter];
  const routes = createRoutes(context, router);
  const options = { logger, metrics, health, fromFleet: false, before, routes };
  return createDirectApp(options, createServeDirectly(context, findDirect));
}
