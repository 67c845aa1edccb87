import { syncApi } from '@quotefleet/contracts';
import { mount } from '@quotefleet/service-kit';
import { Router } from 'express';
import type { SyncContext } from '../context.ts';

export function createRoutes({ queue, relay }: SyncContext): Router {
  const router = Router();
  mount(router, syncApi.syncStatus, async () => ({ ...(await queue.status()), published: relay.publishedCount }));
  return router;
}
