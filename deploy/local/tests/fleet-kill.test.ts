import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { IngestTick } from '@quotefleet/contracts';
import { findNative } from '@quotefleet/native-servers';
import { describeWith, isolatedDatabase } from '@quotefleet/testing';
import pg from 'pg';
import { hearFarewells } from './farewells.ts';
import { alive, expectPromptStop, Launched, until } from './launched.ts';
import { RoomWatcher } from './room-watcher.ts';
import { TickGenerator } from './tick-generator.ts';

const SYMBOLS = Array.from({ length: 20 }, (_, index) => `${600_600 + index}.SH`);
const STEP_MS = 3000;
const STORED_TICKS = `SELECT symbol, epoch, source, seq, ts, last, open, high, low, pre_close AS "preClose", volume, amount,
  bid_prices AS "bidPrices", bid_volumes AS "bidVolumes", ask_prices AS "askPrices", ask_volumes AS "askVolumes"
  FROM market.ticks`;

describeWith(['postgres', 'redis', 'kafka'], 'npm run fleet', (servers) => {
  const database = isolatedDatabase(servers);
  let dataDir: string;
  let fleet: Launched;

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'qf-fleet-'));
    // Its own servers where the machine has them: other tests' events stay out. Else those of the test run.
    const native = findNative();
    fleet = new Launched({
      main: 'fleet-main.ts',
      dataDir,
      env: {
        QF_SOURCE: 'none',
        QF_DATABASE_URL: database.url,
        ...(native.kafka ? {} : { QF_KAFKA_BROKERS: servers.kafka.brokers.join(',') }),
        ...(native.redis ? {} : { QF_REDIS_URL: servers.redis.url }),
      },
    });
    await fleet.ready(120_000);
  }, 150_000);

  afterAll(async () => {
    if (alive([fleet.pid]).length > 0) await fleet.end('SIGKILL');
    rmSync(dataDir, { recursive: true, force: true });
  }, 30_000);

  it('stores every acknowledged tick once and hides no gap when writer and realtime are killed', async () => {
    const target = { gatewayUrl: fleet.run().gatewayUrl, apiKey: fleet.apiKey() };
    const recordPath = join(dataDir, 'acknowledged.ndjson');
    const generator = new TickGenerator({ ...target, symbols: SYMBOLS, epoch: 'generator-1', recordPath });
    generator.start();
    await until(() => generator.seq > 10, 20_000);
    const watcher = new RoomWatcher({ ...target, rooms: SYMBOLS.map((symbol) => `tick:${symbol}`) });
    await until(() => watcher.joined && watcher.messages > 100, 20_000);
    await sleep(STEP_MS);

    const before = fleet.run().services;
    await kill('market-data-writer');
    await sleep(STEP_MS);
    await kill('realtime');
    await sleep(STEP_MS);
    await until(() => watcher.connects > 1 && watcher.joined, 30_000);
    await sleep(STEP_MS);
    await generator.finish();

    const after = fleet.run().services;
    expect(after['market-data-writer']?.pid).not.toBe(before['market-data-writer']?.pid);
    expect(after.realtime?.pid).not.toBe(before.realtime?.pid);
    const acknowledged = readFileSync(recordPath, 'utf8').trimEnd().split('\n');
    expect(acknowledged).toHaveLength(generator.seq * SYMBOLS.length);
    await until(async () => (await storedTicks()).length >= acknowledged.length, 60_000);
    expect(await storedTicks()).toEqual(acknowledged.map((line) => toLine(JSON.parse(line))).sort());

    await until(() => SYMBOLS.every((symbol) => watcher.newest.get(`tick:${symbol}`) === generator.seq), 30_000);
    watcher.close();
    expect(watcher.faults).toEqual([]);
    const facts = { acknowledged: acknowledged.length, resent: generator.resent, seen: watcher.messages };
    process.stdout.write(`fleet kill test: ${JSON.stringify({ ...facts, gaps: watcher.gaps })}\n`);
  }, 180_000);

  it('stops every process within 5 s on Ctrl-C, and tells its clients', async () => {
    const client = await hearFarewells(fleet.run().gatewayUrl, fleet.apiKey());
    expectPromptStop(fleet, await fleet.end('SIGINT'));
    expect(client.codes).toEqual(['SERVER_STOPPING']);
    client.close();
  }, 30_000);

  async function kill(service: string): Promise<void> {
    const pid = fleet.run().services[service]?.pid ?? 0;
    expect(alive([pid])).toEqual([pid]);
    process.kill(pid, 'SIGKILL');
    await until(() => {
      const current = fleet.run().services[service]?.pid ?? 0;
      return current !== pid && alive([current]).length === 1;
    }, 20_000);
  }

  /** Straight from the table: no cache and no service is asked. */
  async function storedTicks(): Promise<string[]> {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    try {
      const { rows } = await client.query<IngestTick>(STORED_TICKS);
      return rows.map(toLine).sort();
    } finally {
      await client.end();
    }
  }
});

/** The values of a tick in one order and form: PostgreSQL gives bigint as text. */
function toLine(tick: IngestTick): string {
  const { symbol, epoch, seq, ts, last, open, high, low, preClose, volume, amount, source } = tick;
  const book = [tick.bidPrices, tick.bidVolumes, tick.askPrices, tick.askVolumes].map((list) => list.map(Number));
  return JSON.stringify([
    symbol,
    epoch,
    source,
    ...[seq, ts, last, open, high, low, preClose, volume, amount].map(Number),
    ...book,
  ]);
}
