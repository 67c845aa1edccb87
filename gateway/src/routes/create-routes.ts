import { type Request, type RequestHandler, type Response, Router } from 'express';
import { compressAnswers } from '../compression/compress-answers.ts';
import type { GatewayContext } from '../context.ts';
import { cors } from '../cors/cors.ts';
import { createDocsRouter } from '../docs/docs-router.ts';
import type { Exchange } from '../proxy/exchange.ts';
import { belongingOf, isHandshake, tagHandshake, withoutTag } from '../proxy/sticky.ts';

/** Socket.IO's long polls last up to its ping interval of 25 s. */
const POLL_DEADLINE_MS = 60_000;

/** The gateway's router: the table of routes, the sockets, the documents, the fleet's health. */
export function createRoutes(context: GatewayContext, table: RequestHandler): Router {
  const { config, upstreams, fleetHealth, limitsRouter, upstreamsRouter, audit, protection, protectionRouter } =
    context;
  const { admitSocket } = context;
  // Upstreams tell the versions of the API apart by the path as it is written.
  const router = Router({ caseSensitive: true });
  router.use(cors(config.corsOrigins));
  // Who may connect is for realtime to check: the key or token comes inside the Socket.IO handshake.
  router.all(/^\/socket\.io\//, async (request, response) => {
    protection.checkSocket(request);
    await admitSocket(request, response);
    return upstreams.get('realtime').stream(poll(request, response));
  });
  // Socket.IO compresses by itself.
  router.use(compressAnswers());
  router.use(table);
  router.get('/health/fleet', async (_request, response) => {
    const health = await fleetHealth();
    response.status(health.ready ? 200 : 503).json(health);
  });
  router.use(protectionRouter, limitsRouter, upstreamsRouter, protection.shedDocuments);
  router.use(createDocsRouter());
  router.use(audit.seeError);
  return router;
}

/** A session stays with the node that has it; a handshake may be tried at another. */
function poll(request: Request, response: Response): Exchange {
  const belonging = belongingOf(request);
  const opens = isHandshake(request) && request.method === 'GET';
  request.url = withoutTag(request.url);
  return {
    request,
    response,
    deadlineMs: POLL_DEADLINE_MS,
    keepCredentials: true,
    wordsOwnErrors: true,
    belonging,
    retries: opens ? 1 : 0,
    reshape: opens ? tagHandshake : undefined,
  };
}
