import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tick } from '@quotefleet/domain';
import { findNative, startInflux } from '@quotefleet/native-servers';
import { z } from 'zod';
import { simTicks } from '../sim-ticks.ts';
import type { IngestDatabase } from './ingest-database.ts';

const DATABASE = 'market';
const LINES_PER_POST = 5000;
const answerSchema = z.object({
  results: z.array(z.object({ series: z.array(z.object({ values: z.array(z.array(z.unknown())) })).optional() })),
});

/** InfluxDB, where the machine has it; its own loader is line protocol. */
export async function influxDatabase(): Promise<IngestDatabase | undefined> {
  if (!findNative().influx) return undefined;
  const dir = mkdtempSync(join(tmpdir(), 'bench-influx-'));
  const server = await startInflux({ dir });
  return {
    name: 'influx',
    ticks: 100_000,
    env: () => ({ QF_TSDB: 'influx', QF_TSDB_URL: server.url }),
    count: () => countTicks(server.url),
    async yardstick(_url, ticks) {
      const lines = simTicks({ count: ticks }).map(toLine);
      await query(server.url, 'CREATE DATABASE yardstick');
      const started = performance.now();
      for (let at = 0; at < lines.length; at += LINES_PER_POST) {
        const body = lines.slice(at, at + LINES_PER_POST).join('\n');
        const response = await fetch(new URL('/write?db=yardstick', server.url), { method: 'POST', body });
        if (response.status !== 204) throw new Error(`InfluxDB answered ${response.status}: ${await response.text()}`);
      }
      const perSecond = (lines.length * 1000) / (performance.now() - started);
      return { name: 'line protocol made beforehand, of six fields of the same rows', perSecond };
    },
    async close() {
      await server.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function countTicks(url: string): Promise<number> {
  const policies = await query(url, 'SHOW RETENTION POLICIES', DATABASE);
  const counts = await Promise.all(
    policies.map(async ([policy]) => {
      const rows = await query(url, `SELECT count(seq) FROM "${String(policy)}"."ticks"`, DATABASE);
      return Number(rows[0]?.[1] ?? 0);
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

async function query(url: string, q: string, db = ''): Promise<unknown[][]> {
  const body = new URLSearchParams({ q, ...(db === '' ? {} : { db }) });
  const response = await fetch(new URL('/query', url), { method: 'POST', body });
  const { results } = answerSchema.parse(await response.json());
  return results[0]?.series?.[0]?.values ?? [];
}

function toLine({ symbol, ts, seq, last, high, low, volume, amount }: Tick): string {
  const fields = `seq=${seq}i,last=${last},high=${high},low=${low},volume=${volume}i,amount=${amount}`;
  return `ticks,symbol=${symbol} ${fields} ${ts}${String(seq % 1_000_000).padStart(6, '0')}`;
}
