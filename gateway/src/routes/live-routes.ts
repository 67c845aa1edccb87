import { type RequestHandler, Router } from 'express';
import type { GatewayContext } from '../context.ts';
import { answerOtherMethods } from '../transform/other-methods.ts';
import type { Route } from './route.ts';
import { refuseSwitchedOff, serveRoute } from './serve-route.ts';

const BEGINNING_SEGMENTS = 3;

/** Serves the table of routes, the present one to each request: a changed file puts a whole new table in its place. */
export function createLiveRoutes(context: GatewayContext): RequestHandler {
  let router: RequestHandler = Router();
  context.routes.follow((routes) => {
    router = routerOf(routes, context);
  });
  return (request, response, next) => router(request, response, next);
}

/**
 * One router for each beginning of paths: express tries the routes of a router one by one, and there are hundreds.
 * Where the first segments are not fixed, a route is tried after those that have them fixed.
 */
function routerOf(routes: readonly Route[], context: GatewayContext): RequestHandler {
  const others = createRouter(
    routes.filter(({ path }) => beginningOf(path) === undefined),
    context,
  );
  const byBeginning = new Map(
    [...Map.groupBy(routes, ({ path }) => beginningOf(path))].flatMap(([beginning, group]) =>
      beginning === undefined ? [] : [[beginning, createRouter(group, context)] as const],
    ),
  );
  return (request, response, next) => {
    const router = byBeginning.get(beginningOf(request.path) ?? '');
    if (!router) return others(request, response, next);
    router(request, response, (error?: unknown) => (error ? next(error) : others(request, response, next)));
  };
}

/** The first segments of a path, `/api/v1/stocks`; undefined where one of them is not fixed. */
function beginningOf(path: string): string | undefined {
  const beginning = path
    .split('/', BEGINNING_SEGMENTS + 1)
    .join('/')
    .replace(/\/$/, '');
  return /[{*]/.test(beginning) ? undefined : beginning;
}

function createRouter(routes: readonly Route[], context: GatewayContext): Router {
  // Upstreams tell the versions of the API apart by the path as it is written.
  const router = Router({ caseSensitive: true });
  for (const route of routes)
    router[route.method](expressPath(route.path), route.enabled ? serveRoute(route, context) : refuseSwitchedOff);
  for (const path of new Set(routes.map((route) => route.path))) {
    const methods = routes.filter((route) => route.path === path).map(({ method }) => method);
    router.all(expressPath(path), answerOtherMethods(methods));
  }
  return router;
}

/** `/news/{id}/**` becomes `/news/:id/*rest`. */
function expressPath(path: string): string {
  return path.replace(/\*\*$/, '*rest').replaceAll(/\{(\w+)\}/g, ':$1');
}
