import { Router } from 'express';
import { mountBarRoutes } from '../bars/bar-routes.ts';
import { mountCalendarRoutes } from '../calendar/calendar-routes.ts';
import { mountImportRoutes } from '../imports/import-routes.ts';
import { mountIngestRoutes } from '../ingest/ingest-routes.ts';
import { mountInstrumentRoutes } from '../instruments/instrument-routes.ts';
import type { MarketDataContext } from '../market-data-context.ts';
import { mountQuoteRoutes } from '../quotes/quote-routes.ts';
import { mountTickRoutes } from '../ticks/tick-routes.ts';

/** Every endpoint of the service. */
export function createRoutes(context: MarketDataContext): Router {
  const router = Router();
  mountQuoteRoutes(router, context);
  mountBarRoutes(router, context);
  mountTickRoutes(router, context);
  mountInstrumentRoutes(router, context);
  mountCalendarRoutes(router);
  mountIngestRoutes(router, context.ingest);
  mountImportRoutes(router, context.importBars);
  return router;
}
