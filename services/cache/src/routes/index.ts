import { expressPath } from '@quotefleet/contracts';
import { Router } from 'express';
import type { CacheContext } from '../context.ts';
import { CACHED_ENDPOINTS } from '../requests/cached-endpoints.ts';
import { createReadHandler } from './read-handler.ts';

/** Every endpoint that is answered from the cache; requests/cached-endpoints.ts says how. */
export function createRoutes(context: CacheContext): Router {
  const router = Router();
  for (const rule of CACHED_ENDPOINTS) router.get(expressPath(rule.endpoint), createReadHandler(rule, context));
  return router;
}
