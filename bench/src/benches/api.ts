import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { API_MIX, clientCrowd, mixedCalls, quantile } from '@quotefleet/loadtest';
import { z } from 'zod';
import { type Bench, median, significant } from '../bench.ts';
import { type Fleet, startFleet } from '../fleet.ts';

const CLIENTS = 1000;
const PAUSE_MS = 850;
const WARM_SECONDS = 20;
const SECONDS = 20;
const STOCKS = 200;
/** The simulated market tells of every stock within seconds. */
const QUOTES_TIMEOUT_MS = 30_000;

/** Limits that are counted and never reached: the bench is one client with the calls of a thousand. */
const GATEWAY_FILE = `limits:
  plans:
    admin: { capacity: 100000000, refillPerSecond: 100000000 }
`;

const pageSchema = z.object({ data: z.object({ quotes: z.array(z.object({ symbol: z.string() })) }) });

/** What stays the same while ticks come in, so that the cache answers it. */
const CACHED_KINDS = ['info', 'rules', 'calendar', 'search'];

/**
 * A thousand clients of a whole local fleet whose simulated market runs, each with a connection of its own, that ask a
 * mix of real queries at 1,100 a second altogether; held against the fleet's cheapest answer to one client alone.
 */
export const api: Bench = async () => {
  const home = mkdtempSync(join(tmpdir(), 'bench-api-'));
  const file = join(home, 'gateway.yaml');
  writeFileSync(file, GATEWAY_FILE);
  const fleet = await startFleet({ QF_GATEWAY_CONFIG: file });
  try {
    const headers = { 'x-api-key': fleet.apiKey };
    const symbols = await stocks(fleet);
    const call = mixedCalls({ url: fleet.url, symbols, mix: API_MIX });
    const { latencies, statuses, seconds } = await clientCrowd({
      clients: CLIENTS,
      warmUpSeconds: WARM_SECONDS,
      seconds: SECONDS,
      pauseMs: PAUSE_MS,
      headers,
      call,
    });
    const alone = await clientCrowd({
      clients: 1,
      seconds: 2,
      pauseMs: 1,
      headers,
      call: () => ({ kind: 'calendar', url: `${fleet.url}/api/v1/calendar?start=2026-09-01&end=2026-09-30` }),
    });
    const all = Float64Array.from([...latencies.values()].flat());
    const cached = Float64Array.from(CACHED_KINDS.flatMap((kind) => latencies.get(kind) ?? []));
    const floor = median(alone.latencies.get('calendar') ?? []);
    const p95 = quantile(all, 0.95);
    return {
      bench: 'api',
      figure: significant(p95),
      unit: 'ms p95',
      yardstick: {
        name: 'median of one client alone that asks for a cached calendar',
        figure: significant(floor),
        unit: 'ms',
      },
      ratio: significant(p95 / floor),
      target: 'p95 < 200 ms (cached < 50), p99 < 500 ms, >= 1000 requests/s, no error, no pool exhausted',
      details: {
        clients: CLIENTS,
        perSecond: significant(all.length / seconds),
        p50Ms: significant(quantile(all, 0.5)),
        p99Ms: significant(quantile(all, 0.99)),
        cachedP95Ms: significant(quantile(cached, 0.95)),
        statuses,
        p95MsByKind: Object.fromEntries(
          [...latencies].map(([kind, times]) => [kind, significant(quantile(Float64Array.from(times), 0.95))]),
        ),
      },
    };
  } finally {
    await fleet.stop();
    rmSync(home, { recursive: true, force: true });
  }
};

/** Those that are traded: a suspended stock has no quote to ask for. */
async function stocks(fleet: Fleet): Promise<string[]> {
  const url = `${fleet.url}/api/v1/realtime/market?kind=stock&limit=${STOCKS}`;
  const deadline = Date.now() + QUOTES_TIMEOUT_MS;
  for (;;) {
    const response = await fetch(url, { headers: { 'x-api-key': fleet.apiKey } });
    const { quotes } = pageSchema.parse(await response.json()).data;
    if (quotes.length === STOCKS) return quotes.map(({ symbol }) => symbol);
    if (Date.now() > deadline) throw new Error(`expected quotes of ${STOCKS} stocks, there are ${quotes.length}`);
    await sleep(500);
  }
}
