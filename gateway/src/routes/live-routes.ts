import { type RequestHandler, Router } from 'express';
import type { GatewayContext } from '../context.ts';
import { answerOtherMethods } from '../transform/other-methods.ts';
import { beginningOf, createFindDirect, type FindDirect } from './direct-routes.ts';
import type { Route } from './route.ts';
import { type Serve, serveRoute } from './serve-route.ts';

/** The table of routes, the present one for each request: a changed file puts a whole new table in its place. */
export interface LiveRoutes {
  router: RequestHandler;
  /** The shorter way to what it serves. */
  findDirect: FindDirect;
}

type ServeOf = (route: Route) => Serve;

export function createLiveRoutes(context: GatewayContext): LiveRoutes {
  let router: RequestHandler = Router();
  let findDirect: FindDirect = () => undefined;
  context.routes.follow((routes) => {
    const served = new Map(routes.map((route) => [route, serveRoute(route, context)]));
    const serveOf = (route: Route) => served.get(route) ?? serveRoute(route, context);
    router = routerOf(routes, serveOf);
    findDirect = createFindDirect(routes, serveOf);
  });
  return {
    router: (request, response, next) => router(request, response, next),
    findDirect: (target) => findDirect(target),
  };
}

/**
 * One router for each beginning of paths: express tries the routes of a router one by one, and there are hundreds.
 * Where the first segments are not fixed, a route is tried after those that have them fixed.
 */
function routerOf(routes: readonly Route[], serveOf: ServeOf): RequestHandler {
  const others = createRouter(
    routes.filter(({ path }) => beginningOf(path) === undefined),
    serveOf,
  );
  const byBeginning = new Map(
    [...Map.groupBy(routes, ({ path }) => beginningOf(path))].flatMap(([beginning, group]) =>
      beginning === undefined ? [] : [[beginning, createRouter(group, serveOf)] as const],
    ),
  );
  return (request, response, next) => {
    const router = byBeginning.get(beginningOf(request.path) ?? '');
    if (!router) return others(request, response, next);
    router(request, response, (error?: unknown) => (error ? next(error) : others(request, response, next)));
  };
}

function createRouter(routes: readonly Route[], serveOf: ServeOf): Router {
  // Upstreams tell the versions of the API apart by the path as it is written.
  const router = Router({ caseSensitive: true });
  for (const route of routes) router[route.method](expressPath(route.path), serveOf(route));
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
