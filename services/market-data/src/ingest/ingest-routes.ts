import { marketApi } from '@quotefleet/contracts';
import { currentTraceId, mount } from '@quotefleet/service-kit';
import { json, type Router } from 'express';
import type { TickIngest } from './ingest-ticks.ts';

/** Room for INGEST_TICKS_MAX ticks with ten levels each. */
const BODY_MAX = '8mb';

export function mountIngestRoutes(router: Router, ingest: TickIngest): void {
  mount(
    router,
    marketApi.ingestTicks,
    ({ body }) => ingest.ingest(body.ticks, currentTraceId()),
    json({ limit: BODY_MAX }),
  );
}
