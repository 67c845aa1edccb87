import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { createInProcessBus, createKafkaBus, type EventBus } from '@quotefleet/messaging';
import type { RunningService } from '@quotefleet/service-kit';
import { describeWith, isolatedDatabase, uniqueName, waitUntil } from '@quotefleet/testing';
import { createSyncService, parseSyncConfig } from '../src/index.ts';
import { collect, moodyBus, readStatus, silentLogger, Writer } from './fixture.ts';

describeWith('postgres', 'relaying the outbox', (servers) => {
  const database = isolatedDatabase(servers);
  let bus: ReturnType<typeof moodyBus>;
  let service: RunningService;
  let writer: Writer;

  beforeEach(async () => {
    bus = moodyBus(createInProcessBus({}));
    service = await startSync(database.url, bus);
    writer = new Writer(database.url);
    await writer.pool.query('TRUNCATE outbox.events');
  });
  afterEach(async () => {
    await service.stop();
    await bus.close();
    await writer.close();
  });

  it('brings every committed event to the bus once, in the order of its key', async () => {
    const received = await collect(bus, writer.topic);
    const numbers = Array.from({ length: 100 }, (_, index) => index);
    await Promise.all(['a', 'bb', 'ccc'].map((key) => writer.append(key, ...numbers)));
    await waitUntil(() => received.length >= 300);
    for (const key of ['a', 'bb', 'ccc'])
      expect(received.filter((event) => event.key === key).map(({ value }) => value)).toEqual(numbers);
    await waitUntil(async () => (await readStatus(service.url)).pending === 0);
    expect(await readStatus(service.url)).toEqual({ pending: 0, failed: 0, published: 300, lagMs: 0 });
  });

  it('says by how much it is behind while the bus is away, and loses nothing', async () => {
    const received = await collect(bus, writer.topic);
    bus.isAway = true;
    await writer.append('a', 1, 2, 3);
    const status = await waitUntil(async () => {
      const current = await readStatus(service.url);
      return current.lagMs > 300 ? current : undefined;
    });
    expect(status).toMatchObject({ pending: 3, failed: 0, published: 0 });
    expect((await fetch(`${service.url}/health/ready`)).status).toBe(503);
    bus.isAway = false;
    await waitUntil(() => received.length === 3);
    expect(received.map(({ value }) => value)).toEqual([1, 2, 3]);
  });

  it('holds up the key of a refused event only, until the event goes through', async () => {
    const received = await collect(bus, writer.topic);
    bus.refuses = ({ key }) => key === 'a';
    await writer.append('a', 1, 2);
    await writer.append('b', 3);
    await waitUntil(() => received.length === 1);
    expect(received).toEqual([{ key: 'b', value: 3 }]);
    bus.refuses = () => false;
    await waitUntil(() => received.length === 3);
    expect(received.slice(1).map(({ value }) => value)).toEqual([1, 2]);
  });

  it('forgets what was published more than a day ago', async () => {
    await collect(bus, writer.topic);
    await writer.append('a', 1, 2);
    await waitUntil(async () => (await readStatus(service.url)).published === 2);
    await writer.pool.query(
      `UPDATE outbox.events SET published_at = published_at - interval '25 hours' WHERE payload->'payload' = '1'`,
    );
    const again = await startSync(database.url, bus);
    await waitUntil(async () => (await writer.pool.query('SELECT FROM outbox.events')).rowCount === 1);
    await again.stop();
  });

  it('publishes everything once when two of it run', async () => {
    const received = await collect(bus, writer.topic);
    const second = await startSync(database.url, bus);
    const numbers = Array.from({ length: 200 }, (_, index) => index);
    await Promise.all(['a', 'bb'].map((key) => writer.append(key, ...numbers)));
    await waitUntil(() => received.length >= 400);
    for (const key of ['a', 'bb'])
      expect(received.filter((event) => event.key === key).map(({ value }) => value)).toEqual(numbers);
    await second.stop();
  });
});

describeWith(['postgres', 'kafka'], 'relaying the outbox to Kafka', (servers) => {
  const database = isolatedDatabase(servers);

  it('brings every committed event there, in the order of its key', async () => {
    const bus: EventBus = createKafkaBus({ brokers: servers.kafka.brokers, clientId: uniqueName('sync-test') });
    const service = await createSyncService(
      parseSyncConfig({
        ...{ QF_SYNC_PORT: '0', QF_LOG_LEVEL: 'silent', QF_DATABASE_URL: database.url },
        QF_KAFKA_BROKERS: servers.kafka.brokers.join(','),
      }),
    );
    const writer = new Writer(database.url);
    const received = await collect(bus, writer.topic);
    const numbers = Array.from({ length: 200 }, (_, index) => index);
    await Promise.all(['a', 'bb'].map((key) => writer.append(key, ...numbers)));
    await waitUntil(() => received.length >= 400, { timeoutMs: 20_000 });
    for (const key of ['a', 'bb'])
      expect(received.filter((event) => event.key === key).map(({ value }) => value)).toEqual(numbers);
    await service.stop();
    await writer.close();
    await bus.close();
  }, 60_000);
});

function startSync(databaseUrl: string, bus: EventBus): Promise<RunningService> {
  const config = parseSyncConfig({ QF_SYNC_PORT: '0', QF_DATABASE_URL: databaseUrl });
  return createSyncService(config, { bus, logger: silentLogger });
}
