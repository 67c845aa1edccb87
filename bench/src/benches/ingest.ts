import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createEvent, TOPIC_PARTITIONS, TOPICS } from '@quotefleet/contracts';
import type { Tick } from '@quotefleet/domain';
import { createMarketDataService, parseMarketDataConfig } from '@quotefleet/market-data';
import { createKafkaBus, type EventBus } from '@quotefleet/messaging';
import { startKafka, startPostgres } from '@quotefleet/native-servers';
import { createLogger } from '@quotefleet/service-kit';
import pg from 'pg';
import { type Bench, median, significant } from '../bench.ts';
import { copyTicks } from '../copy-ticks.ts';
import { simTicks } from '../sim-ticks.ts';

const RUNS = 3;
const TICKS = 300_000;
const PUBLISH_TICKS = 2000;
const STORE_TIMEOUT_MS = 300_000;

/** Ticks waiting in Kafka -> read, validated, stored, bars built, stored and published; against COPY of the same rows. */
export const ingest: Bench = async () => {
  const home = mkdtempSync(join(tmpdir(), 'bench-ingest-'));
  const ticks = simTicks({ count: TICKS });
  const [postgres, kafka] = await Promise.all([
    startPostgres({ dataDir: join(home, 'postgres'), persistent: true }),
    startKafka({ dataDir: join(home, 'kafka') }),
  ]);
  try {
    const stored: number[] = [];
    const copied: number[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      const database = `bench_${run}`;
      const url = await createDatabase(postgres.url, database);
      stored.push(await measureIngest({ ticks, url, brokers: kafka.brokers }));
      copied.push(await copyTicks(url, ticks.length));
      await dropDatabase(postgres.url, database);
    }
    const figure = median(stored);
    return {
      bench: 'ingest',
      figure: significant(figure),
      unit: 'ticks/s',
      yardstick: {
        name: 'COPY of the same rows, binary, into an identical table',
        figure: significant(median(copied)),
        unit: 'rows/s',
      },
      ratio: significant(figure / median(copied)),
      target: '>= 0.8',
      details: {
        runs: stored.map((value) => significant(value)),
        copyRuns: copied.map((value) => significant(value)),
        ticks: ticks.length,
      },
    };
  } finally {
    await Promise.all([postgres.stop(), kafka.stop()]);
    rmSync(home, { recursive: true, force: true });
  }
};

interface MeasureOptions {
  ticks: readonly Tick[];
  url: string;
  brokers: string[];
}

/** @returns ticks per second from the start of the writer to the last tick stored, audited by count */
async function measureIngest({ ticks, url, brokers }: MeasureOptions): Promise<number> {
  const bus = createKafkaBus({ brokers, clientId: 'bench' });
  await publishAll(bus, ticks);
  const config = parseMarketDataConfig({
    QF_DATABASE_URL: url,
    QF_KAFKA_BROKERS: brokers.join(','),
    QF_MARKET_DATA_PORT: '0',
    QF_MARKET_DATA_ROLES: 'writer',
    QF_SOURCE: 'none',
  });
  const logger = createLogger({ service: 'bench', level: 'error' });
  const service = await createMarketDataService(config, { logger });
  const started = performance.now();
  const elapsedMs = await untilStored(url, ticks.length, started);
  await service.stop();
  await bus.close();
  return (ticks.length * 1000) / elapsedMs;
}

async function publishAll(bus: EventBus, ticks: readonly Tick[]): Promise<void> {
  await bus.ensureTopics(Object.values(TOPICS).map((name) => ({ name, partitions: TOPIC_PARTITIONS })));
  for (let start = 0; start < ticks.length; start += PUBLISH_TICKS) {
    const events = ticks
      .slice(start, start + PUBLISH_TICKS)
      .map((tick) => ({ key: tick.symbol, value: createEvent('md.tick', tick) }));
    await bus.publish(TOPICS.ticks, events);
  }
}

async function untilStored(url: string, count: number, started: number): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    while (performance.now() - started < STORE_TIMEOUT_MS) {
      const { rows } = await client.query<{ count: string }>('SELECT count(*) FROM market.ticks');
      if (Number(rows[0]?.count) === count) return performance.now() - started;
      await sleep(100);
    }
  } finally {
    await client.end();
  }
  throw new Error(`not all of ${count} ticks were stored within ${STORE_TIMEOUT_MS} ms`);
}

async function createDatabase(url: string, name: string): Promise<string> {
  await execute(url, `CREATE DATABASE ${name}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  return own.href;
}

function dropDatabase(url: string, name: string): Promise<void> {
  return execute(url, `DROP DATABASE ${name} WITH (FORCE)`);
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement);
  await client.end();
}
