import { realtimeApi } from '@quotefleet/contracts';
import { mount } from '@quotefleet/service-kit';
import { json, Router } from 'express';
import type { Notices } from '../notices/notices.ts';

export function realtimeRoutes(notices: Notices): Router {
  const router = Router();
  mount(
    router,
    realtimeApi.broadcastNotice,
    ({ body }) => {
      notices.broadcast(body.message);
      return { sent: true } as const;
    },
    json({ limit: '4kb' }),
  );
  return router;
}
