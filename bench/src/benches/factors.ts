import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shanghaiMs, tradingDays } from '@quotefleet/domain';
import { startPostgres } from '@quotefleet/native-servers';
import { createPostgresStore, type SeriesDefinition, type SeriesRow } from '@quotefleet/timeseries';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { type Bench, median, significant } from '../bench.ts';

const RUNS = 3;
const SYMBOLS = Array.from({ length: 800 }, (_, i) =>
  i < 400 ? `${600_000 + i}.SH` : `${String(i).padStart(6, '0')}.SZ`,
);
const DAYS = tradingDays('2007-01-04', '2020-12-31');
const YEARS = [...new Set(DAYS.map((day) => Number(day.slice(0, 4))))];
const DAYS_PER_WRITE = 20;
const COLUMNS = ['open', 'high', 'low', 'close', 'volume', 'amount'] as const;
const SCHEMA = 'market';
const SERIES: SeriesDefinition = {
  name: 'bars_1d',
  key: ['symbol', 'ts'],
  partitionBy: 'year',
  columns: [
    { name: 'symbol', type: 'text' },
    { name: 'ts', type: 'bigint' },
    ...COLUMNS.map((name) => ({ name, type: name === 'volume' ? ('bigint' as const) : ('double' as const) })),
    { name: 'final', type: 'boolean' },
    { name: 'source', type: 'text' },
  ],
};

type Sums = Record<string, number>;

/** Columns of 800 stocks' daily bars, 2007-2020, from a database that was just started; against COPY of the same rows. */
export const factors: Bench = async () => {
  const home = mkdtempSync(join(tmpdir(), 'bench-factors-'));
  const start = () => startPostgres({ dataDir: join(home, 'postgres'), persistent: true });
  let postgres = await start();
  const restart = async () => {
    await postgres.stop();
    postgres = await start();
  };
  try {
    const expected = await fill(postgres.url);
    const extracts: { ms: number; cpuMs: number; sums: Sums }[] = [];
    const copies: number[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      await restart();
      extracts.push(await extractAll(postgres.url));
      await restart();
      copies.push(await copyAll(postgres.url));
    }
    for (const { sums } of extracts) audit(sums, expected);
    const figure = median(extracts.map(({ ms }) => ms));
    return {
      bench: 'factors',
      figure: significant(figure / 1000),
      unit: 's',
      yardstick: {
        name: 'COPY of the same rows to the client, binary, drained and not decoded',
        figure: significant(median(copies) / 1000),
        unit: 's',
      },
      ratio: significant(figure / median(copies)),
      target: '<= 7 s with 14 factors; Qlib published 147 s cold, 7.4 s cached',
      details: {
        part: 'storage',
        rowsPerSecond: significant((expected.rows as number) / (figure / 1000)),
        runs: extracts.map(({ ms }) => significant(ms / 1000)),
        clientCpuRuns: extracts.map(({ cpuMs }) => significant(cpuMs / 1000)),
        copyRuns: copies.map((ms) => significant(ms / 1000)),
        symbols: SYMBOLS.length,
        days: DAYS.length,
        columns: COLUMNS,
        rows: expected.rows,
        checksum: expected,
      },
    };
  } finally {
    await postgres.stop();
    rmSync(home, { recursive: true, force: true });
  }
};

/** Writes bars day by day, as they come in a fleet's life. @returns what the database then counts and sums up */
async function fill(url: string): Promise<Sums> {
  const store = createPostgresStore({ url, schema: SCHEMA });
  await store.prepare([SERIES]);
  for (let at = 0; at < DAYS.length; at += DAYS_PER_WRITE) {
    const days = DAYS.slice(at, at + DAYS_PER_WRITE);
    await store.append(
      SERIES.name,
      days.flatMap((day, i) => barsOf(shanghaiMs(day, '00:00:00'), at + i)),
    );
  }
  await store.close();
  return withClient(url, async (client) => {
    // As autovacuum would within a minute: what is measured is reading, not the first touch of new rows.
    await client.query(`VACUUM (ANALYZE) ${SCHEMA}.bars_1d`);
    const sums = COLUMNS.map((name) => `sum(${name})::float8 AS ${name}`).join(', ');
    const { rows } = await client.query<Sums>(`SELECT count(*)::float8 AS rows, ${sums} FROM ${SCHEMA}.bars_1d`);
    return rows[0] as Sums;
  });
}

function barsOf(ts: number, day: number): SeriesRow[] {
  return SYMBOLS.map((symbol, s) => {
    const open = 10 + (s % 90) + Math.sin(day / 50 + s) * 5;
    const close = open * (1 + Math.sin(day * 7 + s * 13) / 20);
    const volume = 100 * (1 + ((day * 31 + s * 17) % 9_973));
    const prices = { open, high: Math.max(open, close) + 0.1, low: Math.min(open, close) - 0.1, close };
    return { symbol, ts, ...prices, volume, amount: volume * close, final: true, source: 'sim' };
  });
}

async function extractAll(url: string): Promise<{ ms: number; cpuMs: number; sums: Sums }> {
  const store = createPostgresStore({ url, schema: SCHEMA });
  await store.prepare([SERIES]);
  const cpuBefore = process.cpuUsage();
  const started = performance.now();
  const sums: Sums = { rows: 0, ...Object.fromEntries(COLUMNS.map((name) => [name, 0])) };
  for await (const { length, columns } of store.extract(SERIES.name, { symbols: SYMBOLS, columns: COLUMNS })) {
    sums.rows = (sums.rows ?? 0) + length;
    for (const name of COLUMNS) sums[name] = (sums[name] ?? 0) + sumOf(columns[name] as Float64Array);
  }
  const ms = performance.now() - started;
  const { user, system } = process.cpuUsage(cpuBefore);
  await store.close();
  return { ms, cpuMs: (user + system) / 1000, sums };
}

function sumOf(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += values[i] as number;
  return sum;
}

/** @returns ms */
function copyAll(url: string): Promise<number> {
  const wanted = SYMBOLS.map((symbol) => `'${symbol}'`).join(', ');
  const queries = YEARS.map(
    (year) => `SELECT symbol, ${COLUMNS.join(', ')} FROM ${SCHEMA}.bars_1d WHERE symbol = ANY (ARRAY[${wanted}])
      AND ts >= ${shanghaiMs(`${year}-01-01`, '00:00:00')} AND ts < ${shanghaiMs(`${year + 1}-01-01`, '00:00:00')} ORDER BY ts`,
  );
  return withClient(url, async (client) => {
    const started = performance.now();
    let bytes = 0;
    for (const query of queries) {
      for await (const chunk of client.query(copyTo(`COPY (${query}) TO STDOUT (FORMAT binary)`))) {
        bytes += (chunk as Buffer).length;
      }
    }
    const ms = performance.now() - started;
    const least = SYMBOLS.length * DAYS.length * COLUMNS.length * Float64Array.BYTES_PER_ELEMENT;
    if (bytes < least) throw new Error(`expected at least ${least} bytes, COPY gave ${bytes}`);
    return ms;
  });
}

/** Doubles are summed in another order than the database does it: the last digits differ. */
function audit(found: Sums, expected: Sums): void {
  for (const [name, sum] of Object.entries(expected)) {
    const isExact = name === 'rows' || name === 'volume';
    const error = Math.abs((found[name] ?? Number.NaN) - sum);
    if (!(error <= (isExact ? 0 : 1e-9 * sum)))
      throw new Error(`expected ${name} to sum up to ${sum}, was ${found[name]}`);
  }
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
