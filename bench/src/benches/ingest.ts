import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startKafka, startPostgres } from '@quotefleet/native-servers';
import pg from 'pg';
import { type Bench, median, significant } from '../bench.ts';
import { tdengineUrl } from '../config.ts';
import { influxDatabase } from '../ingest/influx.ts';
import type { IngestDatabase, Yardstick } from '../ingest/ingest-database.ts';
import { measureIngest } from '../ingest/measure-ingest.ts';
import { postgresDatabase } from '../ingest/postgres.ts';
import { tdengineDatabase } from '../ingest/tdengine.ts';
import { simTicks } from '../sim-ticks.ts';

const RUNS = 3;

/**
 * Ticks waiting in Kafka -> read, validated, stored, bars built, stored and published; against the database's own loader.
 * The figure is PostgreSQL's; InfluxDB and TDengine are measured too, once each, where they are.
 */
export const ingest: Bench = async () => {
  const home = mkdtempSync(join(tmpdir(), 'bench-ingest-'));
  const postgres = await startPostgres({ dataDir: join(home, 'postgres'), persistent: true });
  const url = tdengineUrl();
  const others = [await influxDatabase(), url && tdengineDatabase(url)];
  try {
    const measure = (database: IngestDatabase, run: number) => measureRun({ database, run, home, url: postgres.url });
    const runs: Run[] = [];
    const database = postgresDatabase();
    for (let run = 0; run < RUNS; run += 1) runs.push(await measure(database, run));
    const figure = median(runs.map(({ perSecond }) => perSecond));
    const yardstick = median(runs.map(({ own }) => own.perSecond));
    const drivers: Record<string, object> = {};
    for (const other of others) {
      if (!other) continue;
      const { perSecond, own } = await measure(other, RUNS);
      drivers[other.name] = {
        ticksPerSecond: significant(perSecond),
        yardstick: { name: own.name, figure: significant(own.perSecond) },
        ratio: significant(perSecond / own.perSecond),
        ticks: other.ticks,
      };
    }
    return {
      bench: 'ingest',
      figure: significant(figure),
      unit: 'ticks/s',
      yardstick: { name: runs[0]?.own.name ?? '', figure: significant(yardstick), unit: 'rows/s' },
      ratio: significant(figure / yardstick),
      target: '>= 0.8 on PostgreSQL; >= 100k rows/s into TDengine',
      details: {
        runs: runs.map(({ perSecond }) => significant(perSecond)),
        yardstickRuns: runs.map(({ own }) => ({ perSecond: significant(own.perSecond), ...own.details })),
        ticks: database.ticks,
        drivers,
      },
    };
  } finally {
    for (const other of others) if (other) await other.close();
    await postgres.stop();
    rmSync(home, { recursive: true, force: true });
  }
};

interface Run {
  perSecond: number;
  own: Yardstick;
}

interface RunOptions {
  database: IngestDatabase;
  run: number;
  home: string;
  url: string;
}

/** Each run has a Kafka and a relational database of its own. */
async function measureRun({ database, run, home, url: serverUrl }: RunOptions): Promise<Run> {
  const name = `bench_${database.name}_${run}`;
  const url = await createDatabase(serverUrl, name);
  const kafka = await startKafka({ dataDir: join(home, `kafka-${name}`) });
  try {
    const ticks = simTicks({ count: database.ticks });
    const perSecond = await measureIngest({ database, ticks, url, brokers: kafka.brokers });
    await kafka.stop();
    return { perSecond, own: await database.yardstick(url, ticks.length) };
  } finally {
    await kafka.stop();
    await execute(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`);
  }
}

async function createDatabase(url: string, name: string): Promise<string> {
  await execute(url, `CREATE DATABASE ${name}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  return own.href;
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement);
  await client.end();
}
