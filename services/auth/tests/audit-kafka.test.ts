import { expect, it, jest } from '@jest/globals';
import { createEvent, TOPICS } from '@quotefleet/contracts';
import { createKafkaBus } from '@quotefleet/messaging';
import { describeWith, isolatedDatabase, uniqueName, waitUntil } from '@quotefleet/testing';
import pg from 'pg';
import { startAuth } from './helpers.ts';

// Members of a group are waited for.
jest.setTimeout(120_000);

const EVENTS = 300;

describeWith(['postgres', 'kafka'], 'audit events over Kafka', (servers) => {
  const database = isolatedDatabase(servers);

  it('are each stored once, also when they come again to another process', async () => {
    const name = uniqueName('audit');
    const openBus = () => createKafkaBus({ brokers: servers.kafka.brokers, clientId: name });
    const [bus, firstBus, secondBus] = [openBus(), openBus(), openBus()];
    await bus.ensureTopics([{ name: TOPICS.audit, partitions: 12 }]);
    const events = Array.from({ length: EVENTS }, (_, number) => ({
      key: `${name} ${number % 10}`,
      value: createEvent('audit', {
        ...{ actor: `${name} ${number % 10}`, action: 'test.event', target: `${number}`, outcome: 'allowed' as const },
      }),
    }));
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const stored = async () => {
      const sql = `SELECT target FROM auth.audit_entries WHERE starts_with(actor, $1) ORDER BY seq`;
      return (await client.query<{ target: string }>(sql, [name])).rows.map(({ target }) => target);
    };

    const first = await startAuth(database.url, {}, firstBus);
    await bus.publish(TOPICS.audit, events.slice(0, 200));
    await waitUntil(async () => (await stored()).length >= 200, { timeoutMs: 60_000 });
    const second = await startAuth(database.url, {}, secondBus);
    // The first goes while events are on their way: whoever takes its partitions over gets some of them again.
    await bus.publish(TOPICS.audit, events);
    await first.stop();
    await bus.publish(TOPICS.audit, events);
    await waitUntil(async () => (await stored()).length >= EVENTS, { timeoutMs: 60_000 });
    const targets = await stored();
    expect(new Set(targets).size).toBe(EVENTS);
    expect(targets).toHaveLength(EVENTS);
    await second.stop();
    const verdict = await client.query<{ entries: number; last: number }>(
      'SELECT count(*)::int AS entries, max(seq)::int AS last FROM auth.audit_entries',
    );
    // The topic is everybody's: others may have added entries, but none may be missing or numbered twice.
    expect(verdict.rows[0]?.entries).toBe(verdict.rows[0]?.last);
    await client.end();
    await Promise.all([bus, firstBus, secondBus].map((one) => one.close()));
  });
});
