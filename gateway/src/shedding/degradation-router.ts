import { degradationApi } from '@quotefleet/contracts';
import { mount } from '@quotefleet/service-kit';
import express, { type RequestHandler, Router } from 'express';
import type { LoadShedding } from './load-shedding.ts';

const BODY_BYTES_MAX = 1024;

/** `/admin/degradation`; `guard` lets admins through. */
export function createDegradationRouter(shedding: LoadShedding, guard: (id: string) => RequestHandler): Router {
  const { getDegradation, setDegradation } = degradationApi;
  const router = Router();
  mount(router, getDegradation, () => shedding.report(), guard(getDegradation.id));
  mount(
    router,
    setDegradation,
    ({ body }) => {
      shedding.set(body.level);
      return shedding.report();
    },
    guard(setDegradation.id),
    express.json({ limit: BODY_BYTES_MAX }),
  );
  return router;
}
