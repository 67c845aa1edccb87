import { V1_ENDPOINTS } from '@quotefleet/contracts';
import { z } from 'zod';
import { ipListsSection } from '../protection/ip-lists-section.ts';
import { limitsSection } from '../rate-limit/limits-section.ts';
import { ownRoutesSection, routesSection } from '../routes/routes-section.ts';
import { sheddingSection } from '../shedding/shedding-section.ts';
import { UPSTREAM_NAMES } from '../upstreams/upstream-names.ts';
import { bulkheadsSection, upstreamsSection } from '../upstreams/upstreams-section.ts';

/** What the gateway's file may hold, one section for each capability; every schema checks all that can be wrong. */
const SECTIONS = {
  upstreams: upstreamsSection.optional(),
  bulkheads: bulkheadsSection.optional(),
  routes: routesSection.optional(),
  ownRoutes: ownRoutesSection.optional(),
  limits: limitsSection.optional(),
  ipLists: ipListsSection.optional(),
  shedding: sheddingSection.optional(),
};

/** The whole file. What concerns two sections is checked here. */
export const gatewayFileSchema = z.strictObject(SECTIONS).check(({ value, issues }) => {
  const known = new Set<string>([...UPSTREAM_NAMES, ...Object.keys(value.upstreams ?? {})]);
  for (const [index, { upstream }] of (value.ownRoutes ?? []).entries()) {
    if (known.has(upstream)) continue;
    const message = `expected one of ${[...known].join(', ')}, or one more under upstreams`;
    issues.push({ code: 'custom', path: ['ownRoutes', index, 'upstream'], message, input: upstream });
  }
  const ids = new Set([...V1_ENDPOINTS, ...(value.ownRoutes ?? [])].map(({ id }) => id));
  for (const id of Object.keys(value.limits?.routes ?? {})) {
    if (ids.has(id)) continue;
    const message = 'expected the id of an endpoint, or of one of ownRoutes';
    issues.push({ code: 'custom', path: ['limits', 'routes', id], message, input: id });
  }
});

/** The sections of an accepted file; those that it does not have are absent. */
export type GatewayFile = z.infer<typeof gatewayFileSchema>;
