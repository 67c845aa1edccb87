import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createEvent, TOPIC_PARTITIONS, TOPICS } from '@quotefleet/contracts';
import type { Tick } from '@quotefleet/domain';
import { createKafkaBus, type EventBus } from '@quotefleet/messaging';
import { startKafka, startPostgres } from '@quotefleet/native-servers';
import pg from 'pg';
import { type Bench, median, significant } from '../bench.ts';
import { ended } from '../child.ts';
import { copyTicks } from '../copy-ticks.ts';
import { simTicks } from '../sim-ticks.ts';

const RUNS = 3;
const TICKS = 400_000;
const PUBLISH_TICKS = 2000;
const STORE_TIMEOUT_MS = 300_000;
/** Each look at the count costs the database a scan. */
const POLL_MS = 250;
const WRITER = fileURLToPath(new URL('../../../services/market-data/src/main.ts', import.meta.url));

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
    const copiedAsText: number[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      const database = `bench_${run}`;
      const url = await createDatabase(postgres.url, database);
      stored.push(await measureIngest({ ticks, url, brokers: kafka.brokers }));
      copied.push(await copyTicks(url, ticks.length, 'binary'));
      copiedAsText.push(await copyTicks(url, ticks.length, 'text'));
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
        textCopyRuns: copiedAsText.map((value) => significant(value)),
        ratioToTextCopy: significant(figure / median(copiedAsText)),
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

/** @returns ticks per second while the writer, a process of its own as in the fleet, works off what waits for it */
async function measureIngest({ ticks, url, brokers }: MeasureOptions): Promise<number> {
  const bus = createKafkaBus({ brokers, clientId: 'bench' });
  await publishAll(bus, ticks);
  await bus.close();
  const writer = startWriter(url, brokers);
  try {
    return await storedPerSecond(url, ticks.length, writer);
  } finally {
    await ended(writer);
  }
}

function startWriter(url: string, brokers: readonly string[]): ChildProcess {
  const env = {
    ...process.env,
    QF_DATABASE_URL: url,
    QF_KAFKA_BROKERS: brokers.join(','),
    QF_MARKET_DATA_PORT: '0',
    QF_MARKET_DATA_ROLES: 'writer',
    QF_LOG_LEVEL: 'error',
  };
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', WRITER], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
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

/** From the first rows seen to the last one stored, so that neither start-up nor joining the group is in it. */
async function storedPerSecond(url: string, count: number, writer: ChildProcess): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const deadline = performance.now() + STORE_TIMEOUT_MS;
  let first: { count: number; atMs: number } | undefined;
  try {
    while (performance.now() < deadline && writer.exitCode === null) {
      const stored = await countTicks(client);
      if (stored > 0) first ??= { count: stored, atMs: performance.now() };
      if (first && stored === count) return ((count - first.count) * 1000) / (performance.now() - first.atMs);
      await sleep(POLL_MS);
    }
  } finally {
    await client.end();
  }
  throw new Error(`not all of ${count} ticks were stored within ${STORE_TIMEOUT_MS} ms`);
}

async function countTicks(client: pg.Client): Promise<number> {
  const { rows: tables } = await client.query<{ found: boolean }>(
    "SELECT to_regclass('market.ticks') IS NOT NULL AS found",
  );
  if (!tables[0]?.found) return 0;
  const { rows } = await client.query<{ count: string }>('SELECT count(*) FROM market.ticks');
  return Number(rows[0]?.count);
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
