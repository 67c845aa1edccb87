import { z } from 'zod';
import { ownRoutesSection, routesSection } from '../routes/routes-section.ts';
import { UPSTREAM_NAMES } from '../upstreams/upstream-names.ts';
import { upstreamsSection } from '../upstreams/upstreams-section.ts';

/** What the gateway's file may hold, one section for each capability; every schema checks all that can be wrong. */
const SECTIONS = {
  upstreams: upstreamsSection.optional(),
  routes: routesSection.optional(),
  ownRoutes: ownRoutesSection.optional(),
};

/** The whole file. What concerns two sections is checked here. */
export const gatewayFileSchema = z.strictObject(SECTIONS).check(({ value, issues }) => {
  const known = new Set<string>([...UPSTREAM_NAMES, ...Object.keys(value.upstreams ?? {})]);
  for (const [index, { upstream }] of (value.ownRoutes ?? []).entries()) {
    if (known.has(upstream)) continue;
    const message = `expected one of ${[...known].join(', ')}, or one more under upstreams`;
    issues.push({ code: 'custom', path: ['ownRoutes', index, 'upstream'], message, input: upstream });
  }
});

/** The sections of an accepted file; those that it does not have are absent. */
export type GatewayFile = z.infer<typeof gatewayFileSchema>;
