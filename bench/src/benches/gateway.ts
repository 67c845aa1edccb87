import { openLoop, quantile } from '@quotefleet/loadtest';
import { type Bench, median, significant } from '../bench.ts';
import { buildStand, type Stand, type Target } from '../http/gateway-stand.ts';
import { cpuSeconds } from '../http/process-cpu.ts';
import { saturate } from '../http/saturate.ts';

const ROUNDS = 3;
const WARM_SECONDS = 3;
const SECONDS = 6;
const CONNECTIONS = 64;

interface Load {
  /** Per second of the target's processor time. */
  perCore: number;
  perSecond: number;
}

/**
 * GETs of 1 KB through the gateway with everything on, in a process of its own as in a fleet: key, limits in Redis,
 * schema, breaker, transforms, metrics, audit; against nginx in front of the same upstream on the same cores, and against
 * the least that a proxy of the same parts can be: express and an undici pool, which show what this machine has to give.
 */
export const gateway: Bench = async () => {
  const stand = await buildStand();
  try {
    const loads: Record<string, Load[]> = {};
    for (const target of stand.targets) await load(target, WARM_SECONDS);
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const target of stand.targets) {
        loads[target.name] ??= [];
        loads[target.name]?.push(await load(target, SECONDS));
      }
    }
    const perCore = (name: string) => median((loads[name] ?? []).map((one) => one.perCore));
    const perSecond = median((loads.gateway ?? []).map((one) => one.perSecond));
    const latency = await addedLatency(stand, perSecond / 2);
    return {
      bench: 'gateway',
      figure: significant(perCore('gateway')),
      unit: 'requests/s per core',
      yardstick: {
        name: 'nginx, one worker, kept-alive upstream',
        figure: significant(perCore('nginx')),
        unit: 'requests/s per core',
      },
      ratio: significant(perCore('gateway') / perCore('nginx')),
      target: '>= 0.5 of nginx and >= 8000/s per core; without policies >= 19000; added p99 <= 2 ms at half load',
      details: {
        withoutPolicies: significant(perCore('plain')),
        bareProxy: {
          name: 'express 5 and undici Pool.stream alone',
          figure: significant(perCore('bare')),
          ratio: significant(perCore('gateway') / perCore('bare')),
          ratioWithoutPolicies: significant(perCore('plain') / perCore('bare')),
        },
        perSecondSaturated: significant(perSecond),
        latency,
        runs: Object.fromEntries(
          Object.entries(loads).map(([name, runs]) => [name, runs.map((run) => significant(run.perCore))]),
        ),
        connections: CONNECTIONS,
        secondsEach: SECONDS,
      },
    };
  } finally {
    await stand.close();
  }
};

async function load({ url, headers, pids }: Target, seconds: number): Promise<Load> {
  const used = () => pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  const before = used();
  const { requests, seconds: elapsed } = await saturate({ url, headers, connections: CONNECTIONS, seconds });
  return { perCore: requests / (used() - before), perSecond: requests / elapsed };
}

/** p50 and p99 in ms at a fixed pace, through nothing, nginx and the gateway in turn. */
async function addedLatency({ direct, targets }: Stand, perSecond: number): Promise<Record<string, unknown>> {
  const rows: Record<string, { p50Ms: number; p99Ms: number }> = {};
  for (const target of [direct, ...targets]) {
    const calls = [{ url: target.url, headers: target.headers }];
    const { latencies, statuses } = await openLoop({ calls, perSecond, seconds: SECONDS, connections: CONNECTIONS });
    if (Object.keys(statuses).join() !== '200') throw new Error(`${target.name} answered ${JSON.stringify(statuses)}`);
    rows[target.name] = {
      p50Ms: significant(quantile(latencies, 0.5)),
      p99Ms: significant(quantile(latencies, 0.99)),
    };
  }
  const added = (rows.gateway?.p99Ms ?? Number.NaN) - (rows.direct?.p99Ms ?? Number.NaN);
  return { perSecond: Math.round(perSecond), addedP99Ms: significant(added), ...rows };
}
