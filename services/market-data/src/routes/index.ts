import { Router } from 'express';
import { mountBarRoutes } from '../bars/bar-routes.ts';
import { mountCalendarRoutes } from '../calendar/calendar-routes.ts';
import { mountImportRoutes } from '../imports/import-routes.ts';
import { mountIngestRoutes } from '../ingest/ingest-routes.ts';
import { mountInstrumentRoutes } from '../instruments/instrument-routes.ts';
import type { MarketDataContext } from '../market-data-context.ts';
import { mountQualityRoutes } from '../quality/quality-routes.ts';
import { mountQuarantineRoutes } from '../quarantine/quarantine-routes.ts';
import { mountQuoteRoutes } from '../quotes/quote-routes.ts';
import { mountGroups } from '../reference/groups.ts';
import { mountMacro } from '../reference/macro.ts';
import { mountReports } from '../reference/reports.ts';
import { mountSymbolTables } from '../reference/symbol-tables.ts';
import { mountRuleRoutes } from '../rules/rule-routes.ts';
import { mountTickRoutes } from '../ticks/tick-routes.ts';

/** Every endpoint of the service. */
export function createRoutes(context: MarketDataContext): Router {
  const router = Router();
  mountQuoteRoutes(router, context);
  mountBarRoutes(router, context);
  mountTickRoutes(router, context);
  mountInstrumentRoutes(router, context);
  mountSymbolTables(router, context);
  mountReports(router, context);
  mountGroups(router, context);
  mountMacro(router, context.data);
  mountCalendarRoutes(router);
  mountRuleRoutes(router, context.instruments);
  mountIngestRoutes(router, context);
  mountImportRoutes(router, context.importBars);
  mountQualityRoutes(router, context);
  mountQuarantineRoutes(router, context);
  return router;
}
