import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createEvent, TOPIC_PARTITIONS, TOPICS } from '@quotefleet/contracts';
import type { Tick } from '@quotefleet/domain';
import { createKafkaBus, type EventBus } from '@quotefleet/messaging';
import { ended } from '../child.ts';
import type { IngestDatabase } from './ingest-database.ts';

const PUBLISH_TICKS = 2000;
const STORE_TIMEOUT_MS = 300_000;
/** Each look at the count costs the database a scan. */
const POLL_MS = 250;
const WRITER = fileURLToPath(new URL('../../../services/market-data/src/main.ts', import.meta.url));

interface MeasureOptions {
  database: IngestDatabase;
  ticks: readonly Tick[];
  /** The relational database. */
  url: string;
  brokers: string[];
}

/** @returns ticks per second while the writer, a process of its own as in the fleet, works off what waits for it */
export async function measureIngest({ database, ticks, url, brokers }: MeasureOptions): Promise<number> {
  const bus = createKafkaBus({ brokers, clientId: 'bench' });
  await publishAll(bus, ticks);
  await bus.close();
  const writer = startWriter({ brokers, env: { QF_DATABASE_URL: url, ...database.env(url) } });
  try {
    return await storedPerSecond(() => database.count(url), ticks.length, writer);
  } finally {
    await ended(writer);
  }
}

function startWriter({ brokers, env }: { brokers: readonly string[]; env: Record<string, string> }): ChildProcess {
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', WRITER], {
    env: {
      ...process.env,
      ...env,
      QF_KAFKA_BROKERS: brokers.join(','),
      QF_MARKET_DATA_PORT: '0',
      QF_MARKET_DATA_ROLES: 'writer',
      QF_LOG_LEVEL: 'error',
    },
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
async function storedPerSecond(
  countTicks: () => Promise<number>,
  count: number,
  writer: ChildProcess,
): Promise<number> {
  const deadline = performance.now() + STORE_TIMEOUT_MS;
  let first: { count: number; atMs: number } | undefined;
  while (performance.now() < deadline && writer.exitCode === null) {
    const stored = await countTicks();
    if (stored > 0) first ??= { count: stored, atMs: performance.now() };
    if (first && stored === count) return ((count - first.count) * 1000) / (performance.now() - first.atMs);
    await sleep(POLL_MS);
  }
  throw new Error(`not all of ${count} ticks were stored within ${STORE_TIMEOUT_MS} ms`);
}
