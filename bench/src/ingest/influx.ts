import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findNative, startInflux } from '@quotefleet/native-servers';
import { z } from 'zod';
import type { IngestDatabase } from './ingest-database.ts';

const DATABASE = 'market';
const LINES_PER_POST = 5000;
const answerSchema = z.object({
  results: z.array(z.object({ series: z.array(z.object({ values: z.array(z.array(z.unknown())) })).optional() })),
});

/** InfluxDB, where the machine has it; its own loader is line protocol, exported from it and posted again. */
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
      const lines = exportLines(dir);
      if (lines.length !== ticks) throw new Error(`expected ${ticks} exported points, found ${lines.length}`);
      await query(server.url, 'CREATE DATABASE yardstick');
      const started = performance.now();
      for (let at = 0; at < lines.length; at += LINES_PER_POST) {
        const body = lines.slice(at, at + LINES_PER_POST).join('\n');
        const response = await fetch(new URL('/write?db=yardstick', server.url), { method: 'POST', body });
        if (response.status !== 204) throw new Error(`InfluxDB answered ${response.status}: ${await response.text()}`);
      }
      const perSecond = (lines.length * 1000) / (performance.now() - started);
      return { name: 'the same points as line protocol, posted as they are', perSecond };
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

/** The database's own export: one line a field, gathered to one line a point again. */
function exportLines(dir: string): string[] {
  const out = join(dir, 'export.txt');
  const dirs = ['-datadir', join(dir, 'data'), '-waldir', join(dir, 'wal')];
  execFileSync('influx_inspect', ['export', ...dirs, '-database', DATABASE, '-out', out], { stdio: 'ignore' });
  const points = new Map<string, string[]>();
  for (const line of readFileSync(out, 'utf8').split('\n')) {
    if (!line.startsWith('ticks,')) continue;
    const fieldsAt = line.indexOf(' ');
    const timeAt = line.lastIndexOf(' ');
    const key = `${line.slice(0, fieldsAt)}|${line.slice(timeAt + 1)}`;
    const fields = points.get(key) ?? [];
    points.set(key, fields);
    fields.push(line.slice(fieldsAt + 1, timeAt));
  }
  return [...points].map(([key, fields]) => {
    const [series, time] = key.split('|');
    return `${series} ${fields.join(',')} ${time}`;
  });
}
