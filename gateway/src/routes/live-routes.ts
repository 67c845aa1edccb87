import { type RequestHandler, Router } from 'express';
import type { GatewayContext } from '../context.ts';
import { answerOtherMethods } from '../transform/other-methods.ts';
import type { Route } from './route.ts';
import { refuseSwitchedOff, serveRoute } from './serve-route.ts';

/** Serves the table of routes, the present one to each request: a changed file puts a whole new table in its place. */
export function createLiveRoutes(context: GatewayContext): RequestHandler {
  let router = Router();
  context.routes.follow((routes) => {
    router = routerOf(routes, context);
  });
  return (request, response, next) => router(request, response, next);
}

function routerOf(routes: readonly Route[], context: GatewayContext): Router {
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
