import type { ConfigFile } from '../config-file/config-file.ts';
import type { GatewayFile } from '../config-file/sections.ts';
import { ROUTES } from './index.ts';
import { matchesGlob } from './path-glob.ts';
import type { Route } from './route.ts';
import type { OwnRoute, RouteOverride } from './routes-section.ts';

const OWN_DEADLINE_MS = 10_000;

/** The table of routes that is in force. It is never changed: another takes its place. */
export interface RouteTable {
  readonly current: readonly Route[];
  /** Hands the table over at once, and each that takes its place. */
  follow(tell: (routes: readonly Route[]) => void): void;
}

/** The table under the gateway's file. */
export function createRouteTable(file: ConfigFile): RouteTable {
  const followers: ((routes: readonly Route[]) => void)[] = [];
  let current: readonly Route[] = [];
  file.follow(['routes', 'ownRoutes'], (sections) => {
    current = buildRoutes(sections);
    for (const tell of followers) tell(current);
  });
  return {
    get current() {
      return current;
    },
    follow(tell) {
      followers.push(tell);
      tell(current);
    },
  };
}

/** What the file says about routes. */
type RoutesFile = Pick<GatewayFile, 'routes' | 'ownRoutes'>;

/** The whole table of routes under a file: those of the contracts first, as changed by it, then the file's own. */
export function buildRoutes(file: RoutesFile): readonly Route[] {
  const overrides = Object.entries(file.routes ?? {});
  const contracted = ROUTES.map((route) =>
    overrides
      .filter(([key]) => key === route.id || matchesGlob(key, route.path))
      .reduce((changed, [, override]) => changedBy(changed, override), route),
  );
  return [...contracted, ...(file.ownRoutes ?? []).flatMap(ownRoutes)];
}

function changedBy(route: Route, override: RouteOverride): Route {
  const { timeoutMs, scope, cache, ...rest } = override;
  return {
    ...route,
    ...rest,
    deadlineMs: timeoutMs ?? route.deadlineMs,
    access: scope ?? route.access,
    staleSeconds: cache?.staleSeconds ?? route.staleSeconds,
  };
}

function ownRoutes(own: OwnRoute): Route[] {
  const { id, path, methods, versions, upstream, via, ...settings } = own;
  const paths = versions?.map((version) => `/api/${version}${path}`) ?? [path];
  return methods.flatMap((method) =>
    paths.map((served): Route => {
      const isRead = method === 'get';
      const base: Route = {
        id,
        method,
        path: served,
        upstream,
        via,
        deadlineMs: OWN_DEADLINE_MS,
        bulkhead: isRead ? 'reads' : 'writes',
        access: 'read',
        cost: 1,
        failMode: isRead ? 'open' : 'closed',
        staleSeconds: 0,
        retries: isRead ? 1 : 0,
        enabled: true,
      };
      return changedBy(base, settings);
    }),
  );
}
