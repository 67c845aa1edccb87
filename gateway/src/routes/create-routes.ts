import { expressPath } from '@quotefleet/contracts';
import { invalidArgument } from '@quotefleet/service-kit';
import { type RequestHandler, Router } from 'express';
import type { GatewayContext } from '../context.ts';
import { cors } from '../cors/cors.ts';
import { createDocsRouter } from '../docs/docs-router.ts';
import { ROUTES, type Route } from './index.ts';

/** Socket.IO's long polls last up to its ping interval of 25 s. */
const POLL_DEADLINE_MS = 60_000;

/** The gateway's router: the table of routes, the sockets, the documents, the fleet's health. */
export function createRoutes(context: GatewayContext): Router {
  const { config, upstreams, fleetHealth } = context;
  const router = Router();
  router.use(checkTarget, cors(config.corsOrigins));
  for (const route of ROUTES) router[route.endpoint.method](expressPath(route.endpoint), serve(route, context));
  // Who may connect is for realtime to check: the key or token comes inside the Socket.IO handshake.
  router.all(/^\/socket\.io\//, (request, response) =>
    upstreams.realtime.stream({ request, response, deadlineMs: POLL_DEADLINE_MS }),
  );
  router.get('/health/fleet', async (_request, response) => {
    const health = await fleetHealth();
    response.status(health.ready ? 200 : 503).json(health);
  });
  router.use(createDocsRouter());
  return router;
}

function serve({ endpoint, upstream, deadlineMs, via }: Route, { admit, upstreams }: GatewayContext): RequestHandler {
  const target = upstreams[upstream];
  const forward = via === 'pool' ? target.send : target.stream;
  return async (request, response) => {
    const identity = await admit(request, response, endpoint.access);
    await forward({ request, response, deadlineMs, identity });
  };
}

/** What is routed must be what is passed on: an absolute or asterisk target could be read in two ways. */
const checkTarget: RequestHandler = (request, response, next) => {
  if (!request.originalUrl.startsWith('/')) throw invalidArgument('target', 'expected a path that starts with /');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  next();
};
