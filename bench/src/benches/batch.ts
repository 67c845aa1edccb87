import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shanghaiMs, tradingDays } from '@quotefleet/domain';
import { createMarketDataService, parseMarketDataConfig } from '@quotefleet/market-data';
import { createInProcessBus } from '@quotefleet/messaging';
import { startPostgres } from '@quotefleet/native-servers';
import { createLogger } from '@quotefleet/service-kit';
import pg from 'pg';
import { z } from 'zod';
import { type Bench, median, significant } from '../bench.ts';

const RECORDS = 1000;
const BAD_EVERY = 100;
const RUNS = 15;

const reportSchema = z.object({ data: z.object({ inserted: z.int(), rejected: z.array(z.unknown()) }) });

/** POST of 1,000 daily bars, ten of them bad, until the answer says which are stored; against one INSERT of the rows. */
export const batch: Bench = async () => {
  const home = mkdtempSync(join(tmpdir(), 'bench-batch-'));
  const postgres = await startPostgres({ dataDir: join(home, 'postgres'), persistent: true });
  const bus = createInProcessBus({});
  const config = parseMarketDataConfig({ QF_DATABASE_URL: postgres.url, QF_MARKET_DATA_PORT: '0', QF_SOURCE: 'none' });
  const logger = createLogger({ service: 'bench', level: 'silent' });
  const service = await createMarketDataService(config, { bus, logger });
  const client = new pg.Client({ connectionString: postgres.url });
  try {
    await client.connect();
    await client.query('CREATE TABLE yardstick (LIKE market.bars_1d INCLUDING ALL)');
    const posted: number[] = [];
    const inserted: number[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      const records = barsOf(run);
      posted.push(await timed(() => post(`${service.url}/api/v1/ingest/bars_1d`, records)));
      inserted.push(await timed(() => insert(client, records)));
    }
    const { rows } = await client.query<{ count: string }>('SELECT count(*) FROM market.bars_1d');
    const expected = RUNS * (RECORDS - RECORDS / BAD_EVERY);
    if (Number(rows[0]?.count) !== expected) throw new Error(`expected ${expected} rows, found ${rows[0]?.count}`);
    const figure = median(posted);
    return {
      bench: 'batch',
      figure: significant(figure),
      unit: 'ms',
      yardstick: { name: 'one INSERT of the same rows', figure: significant(median(inserted)), unit: 'ms' },
      ratio: significant(figure / median(inserted)),
      target: '< 2000 ms, aim < 50 ms',
      details: {
        records: RECORDS,
        bad: RECORDS / BAD_EVERY,
        runs: posted.map((ms) => significant(ms)),
        stored: expected,
      },
    };
  } finally {
    await client.end();
    await service.stop();
    await bus.close();
    await postgres.stop();
    rmSync(home, { recursive: true, force: true });
  }
};

interface Record {
  symbol: string;
  ts: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  amount: number;
}

/** Of a symbol of its own each run; every so-many-th has its low above its high. */
function barsOf(run: number): Record[] {
  const symbol = `${600000 + run}.SH`;
  const days = tradingDays('2020-01-01', '2025-12-31').slice(0, RECORDS);
  return days.map((day, index) => ({
    symbol,
    ts: shanghaiMs(day, '00:00:00'),
    ...{
      open: 10,
      high: 11,
      low: index % BAD_EVERY === BAD_EVERY - 1 ? 12 : 9,
      close: 10.5,
      volume: 100_000,
      amount: 1_000_000,
    },
  }));
}

async function post(url: string, records: readonly Record[]): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ records }) });
  const { data } = reportSchema.parse(await response.json());
  if (data.inserted !== RECORDS - RECORDS / BAD_EVERY || data.rejected.length !== RECORDS / BAD_EVERY)
    throw new Error(`expected every good record and no other, was ${data.inserted} and ${data.rejected.length}`);
}

async function insert(client: pg.Client, records: readonly Record[]): Promise<void> {
  const values = records.map(
    ({ symbol, ts, open, high, low, close, volume, amount }) =>
      `('${symbol}', ${ts}, ${open}, ${high}, ${low}, ${close}, ${volume}, ${amount}, true, 'api')`,
  );
  await client.query(
    `INSERT INTO yardstick (symbol, ts, open, high, low, close, volume, amount, final, source) VALUES ${values}`,
  );
}

async function timed(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
