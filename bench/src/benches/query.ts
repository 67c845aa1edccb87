import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type Bench, median, significant } from '../bench.ts';
import { type Fleet, startFleet } from '../fleet.ts';

const SIZES = [1, 10, 100] as const;
const REQUESTS = 60;
/** About 90 calendar days of trading. */
const RANGE = 'start=2026-07-01&end=2026-09-28';
const HISTORY_TIMEOUT_MS = 60_000;
/** QuantDB's own figures for a warm cache, ms: 30 days of one stock, 10 and 100 stocks. */
const QUANTDB_MS = { 1: 3, 10: 156, 100: 1200 };

const listSchema = z.object({ data: z.object({ instruments: z.array(z.object({ symbol: z.string() })) }) });
const barsSchema = z.object({ data: z.object({ bars: z.array(z.unknown()) }) });

/**
 * Warm daily bars of 1, 10 and 100 stocks over 90 days through the gateway (sign-in, limits, cache), against the same
 * bytes from the fleet's smallest answer: what a call costs that asks for next to nothing.
 */
export const query: Bench = async () => {
  // Above any pace of this bench: the limit is there for others.
  const fleet = await startFleet({ QF_SIM_START: '2026-10-09' });
  try {
    const symbols = await stocksWithHistory(fleet);
    const sizes: Record<string, { medianMs: number; p99Ms: number; rows: number; quantdbMs: number }> = {};
    const floor: number[] = [];
    for (const size of SIZES) {
      const path = `/api/v1/historical/batch?symbols=${symbols.slice(0, size).join(',')}&${RANGE}&limit=50000`;
      const rows = await warm(fleet, path);
      const times = await measure(fleet, path);
      floor.push(...(await measure(fleet, '/api/v1/calendar?start=2026-01-05&end=2026-01-05')));
      sizes[String(size)] = {
        medianMs: significant(median(times)),
        p99Ms: significant(times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? 0),
        rows,
        quantdbMs: QUANTDB_MS[size],
      };
    }
    const figure = sizes['100']?.medianMs ?? 0;
    return {
      bench: 'query',
      figure,
      unit: 'ms for 100 stocks',
      yardstick: {
        name: 'a call for one trading day of the calendar, same way',
        figure: significant(median(floor)),
        unit: 'ms',
      },
      ratio: significant(figure / median(floor)),
      target: '<= 3 / 15 / 60 ms for 1 / 10 / 100 stocks',
      details: { sizes, requests: REQUESTS },
    };
  } finally {
    await fleet.stop();
  }
};

async function get(fleet: Fleet, path: string): Promise<string> {
  for (;;) {
    const response = await fetch(`${fleet.url}${path}`, { headers: { 'x-api-key': fleet.apiKey } });
    const text = await response.text();
    if (response.status === 200) return text;
    if (response.status !== 429)
      throw new Error(`${path.slice(0, 80)} answered ${response.status}: ${text.slice(0, 200)}`);
    await sleep(1000 * Number(response.headers.get('retry-after') ?? 1));
  }
}

async function stocksWithHistory(fleet: Fleet): Promise<string[]> {
  const { data } = listSchema.parse(JSON.parse(await get(fleet, '/api/v1/stocks/list?kind=stock&limit=100')));
  return data.instruments.map(({ symbol }) => symbol);
}

/** Until the history is loaded and the answer is the same twice. */
async function warm(fleet: Fleet, path: string): Promise<number> {
  const deadline = Date.now() + HISTORY_TIMEOUT_MS;
  let before = -1;
  while (Date.now() < deadline) {
    const { length } = barsSchema.parse(JSON.parse(await get(fleet, path))).data.bars;
    if (length > 0 && length === before) return length;
    before = length;
    await sleep(1000);
  }
  throw new Error('the history was not loaded in time');
}

async function measure(fleet: Fleet, path: string): Promise<number[]> {
  const times: number[] = [];
  for (let request = 0; request < REQUESTS; request += 1) {
    const started = performance.now();
    await get(fleet, path);
    times.push(performance.now() - started);
  }
  return times;
}
