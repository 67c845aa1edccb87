import type { Readiness } from '@quotefleet/service-kit';
import { z } from 'zod';
import { UPSTREAM_NAMES, type Upstream, type UpstreamName } from '../proxy/upstream.ts';

/** Above the 2 s that a service gives each of its own checks. */
const TIMEOUT_MS = 3000;
/** How long one answer serves all who ask: the endpoint is public. */
const KEEP_MS = 500;

const readinessSchema = z.object({
  ready: z.boolean(),
  checks: z.array(z.object({ name: z.string(), ok: z.boolean(), reason: z.string().optional() })),
});

export interface FleetHealth {
  ready: boolean;
  services: Record<UpstreamName, Readiness>;
}

/** Asks every service whether it is ready. */
export function createFleetHealth(upstreams: Readonly<Record<UpstreamName, Upstream>>): () => Promise<FleetHealth> {
  let kept: { answer: Promise<FleetHealth>; until: number } | undefined;
  return () => {
    if (kept && kept.until > performance.now()) return kept.answer;
    kept = { answer: ask(upstreams), until: performance.now() + KEEP_MS };
    return kept.answer;
  };
}

async function ask(upstreams: Readonly<Record<UpstreamName, Upstream>>): Promise<FleetHealth> {
  const entries = await Promise.all(
    UPSTREAM_NAMES.map(async (name): Promise<[UpstreamName, Readiness]> => [name, await readinessOf(upstreams[name])]),
  );
  return {
    ready: entries.every(([, { ready }]) => ready),
    services: Object.fromEntries(entries) as Record<UpstreamName, Readiness>,
  };
}

async function readinessOf({ pool }: Upstream): Promise<Readiness> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const { body } = await pool.request({ method: 'GET', path: '/health/ready', signal });
    const { ready, checks } = readinessSchema.parse(await body.json());
    return {
      ready,
      checks: checks.map(({ name, ok, reason }) => ({ name, ok, ...(reason === undefined ? {} : { reason }) })),
    };
  } catch (error) {
    const reason = error instanceof z.ZodError ? 'answered in another shape' : 'does not answer';
    return { ready: false, checks: [{ name: 'service', ok: false, reason }] };
  }
}
