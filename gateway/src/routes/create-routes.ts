import { type Endpoint, expressPath } from '@quotefleet/contracts';
import { negotiateFormat } from '@quotefleet/formats/negotiation';
import { invalidArgument } from '@quotefleet/service-kit';
import { type Request, type RequestHandler, Router } from 'express';
import { compressAnswers } from '../compression/compress-answers.ts';
import type { GatewayContext } from '../context.ts';
import { cors } from '../cors/cors.ts';
import { createDocsRouter } from '../docs/docs-router.ts';
import { FILE_WAY, ROUTES, type Route } from './index.ts';

/** Socket.IO's long polls last up to its ping interval of 25 s. */
const POLL_DEADLINE_MS = 60_000;

/** The gateway's router: the table of routes, the sockets, the documents, the fleet's health. */
export function createRoutes(context: GatewayContext): Router {
  const { config, upstreams, fleetHealth, limitsRouter, audit } = context;
  // Upstreams tell the versions of the API apart by the path as it is written.
  const router = Router({ caseSensitive: true });
  router.use(audit.watch, checkTarget, cors(config.corsOrigins));
  // Who may connect is for realtime to check: the key or token comes inside the Socket.IO handshake.
  router.all(/^\/socket\.io\//, (request, response) =>
    upstreams.realtime.stream({ request, response, deadlineMs: POLL_DEADLINE_MS }),
  );
  // Socket.IO compresses by itself.
  router.use(compressAnswers());
  for (const route of ROUTES) router[route.endpoint.method](expressPath(route.endpoint), serve(route, context));
  router.get('/health/fleet', async (_request, response) => {
    const health = await fleetHealth();
    response.status(health.ready ? 200 : 503).json(health);
  });
  router.use(limitsRouter);
  router.use(createDocsRouter());
  router.use(audit.seeError);
  return router;
}

function serve(route: Route, { admit, upstreams }: GatewayContext): RequestHandler {
  const { endpoint } = route;
  const target = upstreams[route.upstream];
  return async (request, response) => {
    const identity = await admit(request, response, route);
    const { via, deadlineMs } = asksForFile(request, endpoint) ? FILE_WAY : route;
    const forward = via === 'pool' ? target.send : target.stream;
    await forward({ request, response, deadlineMs, identity });
  };
}

/** Whether the rows are wanted in another format than JSON. */
function asksForFile(request: Request, { table }: Endpoint): boolean {
  const { format } = request.query;
  return (
    table !== undefined &&
    negotiateFormat(typeof format === 'string' ? format : undefined, request.headers.accept) !== 'json'
  );
}

/** What is routed must be what is passed on: an absolute or asterisk target could be read in two ways. */
const checkTarget: RequestHandler = (request, response, next) => {
  if (!request.originalUrl.startsWith('/')) throw invalidArgument('target', 'expected a path that starts with /');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  next();
};
