import { z } from 'zod';
import { upstreamName } from '../upstreams/upstreams-section.ts';
import { ROUTES } from './index.ts';
import { matchesGlob } from './path-glob.ts';
import { BULKHEADS, FAIL_MODES } from './route.ts';

const TIMEOUT_MS_MAX = 600_000;
const COST_MAX = 1000;
const STALE_SECONDS_MAX = 86_400;
const RETRIES_MAX = 3;
const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** What the file may say about a route, whether from the contracts or its own. */
const settings = {
  timeoutMs: z.int().min(1).max(TIMEOUT_MS_MAX).optional(),
  /** Tokens that a call takes. */
  cost: z.int().min(0).max(COST_MAX).optional(),
  scope: z.enum(['public', 'read', 'write', 'admin']).optional(),
  cache: z.strictObject({ staleSeconds: z.int().min(0).max(STALE_SECONDS_MAX) }).optional(),
  retries: z.int().min(0).max(RETRIES_MAX).optional(),
  bulkhead: z.enum(BULKHEADS).optional(),
  enabled: z.boolean().optional(),
  failMode: z.enum(FAIL_MODES).optional(),
};

const override = z.strictObject(settings);
export type RouteOverride = z.infer<typeof override>;

/** `routes:` of the gateway's file: settings by endpoint id or path glob; the later of two that fit wins. */
export const routesSection = z.record(z.string(), override).check(({ value, issues }) => {
  for (const key of Object.keys(value)) {
    const fits = ROUTES.some(({ id, path }) => id === key || matchesGlob(key, path));
    if (fits) continue;
    const message =
      'expected the id of an endpoint, or a path that starts with / and may hold * or **, of one at least';
    issues.push({ code: 'custom', path: [key], message, input: key });
  }
});

const ownRoute = z.strictObject({
  id: z.string().regex(/^[a-zA-Z][\w-]{0,60}$/, 'expected a name: letters, digits, - and _'),
  path: z
    .string()
    .regex(
      /^(?:\/(?:[\w.~-]+|\{\w+\}))+(?:\/\*\*)?$/,
      'expected a path such as /news/{id}, at its end perhaps /** for all below',
    ),
  methods: z.array(z.enum(METHODS)).min(1).default(['get']),
  /** Served under `/api/<version>`; where absent, under the path as it stands. */
  versions: z
    .array(z.enum(['v1', 'v2']))
    .min(1)
    .optional(),
  upstream: upstreamName,
  /** `stream` for bodies and answers of any size. */
  via: z.enum(['pool', 'stream']).default('pool'),
  ...settings,
});
export type OwnRoute = z.infer<typeof ownRoute>;

/** `ownRoutes:` of the gateway's file: routes that no contract of the fleet has. */
export const ownRoutesSection = z
  .array(ownRoute)
  .max(500)
  .check(({ value, issues }) => {
    const ids = new Set(ROUTES.map(({ id }) => id));
    for (const [index, { id, path }] of value.entries()) {
      if (ids.has(id)) issues.push({ code: 'custom', path: [index, 'id'], message: `'${id}' is taken`, input: id });
      if (isReserved(path))
        issues.push({ code: 'custom', path: [index, 'path'], message: 'is served by the gateway itself', input: path });
      ids.add(id);
    }
  });

/** What a route of the file may not take over. */
function isReserved(path: string): boolean {
  return /^\/(?:health|metrics|openapi|asyncapi\.json|socket\.io|internal|admin)(?:\/|$)/.test(path);
}
