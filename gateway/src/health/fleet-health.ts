import type { Readiness } from '@quotefleet/service-kit';
import type { Pool } from 'undici';
import { z } from 'zod';
import type { Instance } from '../upstreams/instance.ts';
import type { Upstreams } from '../upstreams/upstreams.ts';

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
  services: Record<string, Readiness>;
}

/** Asks every instance of every service whether it is ready. */
export function createFleetHealth(upstreams: Upstreams): () => Promise<FleetHealth> {
  let kept: { answer: Promise<FleetHealth>; until: number } | undefined;
  return () => {
    if (kept && kept.until > performance.now()) return kept.answer;
    kept = { answer: ask(upstreams), until: performance.now() + KEEP_MS };
    return kept.answer;
  };
}

async function ask({ all }: Upstreams): Promise<FleetHealth> {
  const entries = await Promise.all(
    all.map(async ({ name, instances }) => [name, together(await Promise.all(instances.members.map(askOne)))] as const),
  );
  return { ready: entries.every(([, { ready }]) => ready), services: Object.fromEntries(entries) };
}

interface Asked {
  address: string;
  readiness: Readiness;
}

/** A service is ready where one of its instances is; of several, every check says whose it is. */
function together(asked: readonly Asked[]): Readiness {
  const [only] = asked;
  if (only && asked.length === 1) return only.readiness;
  return {
    ready: asked.some(({ readiness }) => readiness.ready),
    checks: asked.flatMap(({ address, readiness }) =>
      readiness.checks.map((check) => ({ ...check, name: `${address} ${check.name}` })),
    ),
  };
}

async function askOne({ address, pool }: Instance): Promise<Asked> {
  return { address, readiness: await readinessOf(pool) };
}

async function readinessOf(pool: Pool): Promise<Readiness> {
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
