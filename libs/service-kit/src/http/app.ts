import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Router } from 'express';
import { AppError } from '../errors/app-error.ts';
import { toAppError } from '../errors/to-app-error.ts';
import type { Health } from '../health/health.ts';
import type { Logger } from '../logging/logger.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { sendError } from './respond.ts';
import { traceRequests } from './trace.ts';
import { TRACE_HEADER } from './trace-context.ts';

const LATENCY_BUCKETS_SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.2, 0.5, 1, 5, 30];

export interface AppOptions {
  logger: Logger;
  metrics: Metrics;
  health: Health;
  /** False at the edge, where anybody calls; true where absent. */
  fromFleet?: boolean;
  /** What every request passes first, those for health and metrics too. */
  before?: readonly RequestHandler[];
  /** The service's own routes; body parsers are theirs to mount. */
  routes: Router;
}

/** The express app of a service: trace id, request log and metrics, health, its routes, 404 and errors in the envelope. */
export function createApp(options: AppOptions): Express {
  return createRouted(options, enterHandlers(options));
}

/** What every request passes first. */
export function enterHandlers({ logger, metrics, fromFleet = true, before = [] }: AppOptions): RequestHandler[] {
  return [traceRequests({ fromFleet }), observeRequests(logger, metrics), ...before];
}

/** The app behind these handlers. */
export function createRouted(
  { logger, metrics, health, routes }: AppOptions,
  enter: readonly RequestHandler[] = [],
): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  if (enter.length > 0) app.use(...enter);
  app.get('/health/live', (_request, response) => {
    response.json({ live: true });
  });
  app.get('/health/ready', async (_request, response) => {
    const readiness = await health.readiness();
    response.status(readiness.ready ? 200 : 503).json(readiness);
  });
  app.get('/metrics', async (_request, response) => {
    response.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
  app.use(routes);
  app.use((request) => {
    throw new AppError('NOT_FOUND', `no such endpoint: ${request.method} ${request.path}`);
  });
  app.use(handleErrors(logger));
  return app;
}

function observeRequests(logger: Logger, metrics: Metrics): RequestHandler {
  const seconds = metrics.histogram(
    'http_request_seconds',
    'Time to answer a request',
    ['method', 'status'],
    LATENCY_BUCKETS_SECONDS,
  );
  return (request, response, next) => {
    const started = performance.now();
    response.on('close', () => {
      const elapsedMs = performance.now() - started;
      const status = response.headersSent ? String(response.statusCode) : 'aborted';
      seconds.observe({ method: request.method, status }, elapsedMs / 1000);
      if (!logger.isLevelEnabled('debug')) return;
      const { method, path } = request;
      // The trace is not known by itself where the answer closes.
      logger.debug({ method, path, status, elapsedMs, traceId: response.getHeader(TRACE_HEADER) }, 'request');
    });
    next();
  };
}

/** Answers with what was thrown, and logs what somebody has to look at. */
export function handleErrors(logger: Logger): ErrorRequestHandler {
  return (thrown, request, response, _next) => {
    const error = toAppError(thrown);
    const facts = { err: error, method: request.method, path: request.path };
    if (error.code === 'INTERNAL') logger.error(facts, 'request failed');
    // Nobody else knows of the call that another service failed or took too long for.
    else if (error.code === 'BAD_GATEWAY' || error.code === 'TIMEOUT')
      logger.warn(facts, 'request could not be served');
    // Whatever is not there now has its own log: nobody has to act on each request that missed it.
    else if (error.status >= 500) logger.debug(facts, 'request could not be served');
    if (response.headersSent) {
      response.destroy();
      return;
    }
    sendError(response, error);
  };
}
