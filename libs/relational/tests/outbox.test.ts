import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { describeWith, isolatedDatabase, waitUntil } from '@quotefleet/testing';
import { appendToOutbox, DatabaseUnavailableError, type OutboxRow, prepareOutbox } from '../src/index.ts';
import { append, appendKeys, type OutboxFixture, openOutbox, recorder, relayAll } from './outbox-fixture.ts';

/** A server shared with other test runs may be slow. */
jest.setTimeout(30_000);

class BusUnavailableError extends Error {
  override name = 'BusUnavailableError';
}

describeWith('postgres', 'the outbox', (servers) => {
  const database = isolatedDatabase(servers);
  let outbox: OutboxFixture;

  beforeEach(async () => {
    outbox = await openOutbox(database.url);
  });
  afterEach(() => outbox.close());

  it('is prepared by several services at once', async () => {
    await outbox.dataSource.query('DROP SCHEMA outbox CASCADE');
    const queue = outbox.openQueue();
    await Promise.all([...Array.from({ length: 5 }, () => prepareOutbox(outbox.dataSource)), queue.prepare()]);
    expect(await queue.status()).toEqual({ pending: 0, failed: 0, lagMs: 0 });
  });

  it('hands over what was appended, once, as it was', async () => {
    const event = { id: randomUUID(), type: 'test', payload: { text: 'a "quoted" \\ 中\n', list: [1, 2.5, null] } };
    await outbox.dataSource.transaction((manager) =>
      appendToOutbox(manager, { topic: 'md.instruments', key: 'K"{1}', event }),
    );
    const { rows, publish } = recorder();
    const queue = outbox.openQueue();

    await relayAll(queue, publish);
    await relayAll(queue, publish);

    expect(rows).toEqual([
      expect.objectContaining({ eventId: event.id, topic: 'md.instruments', key: 'K"{1}', event }),
    ]);
    expect(Math.abs((rows[0]?.createdAtMs ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  it('appends many events at once, in their order, and none of an empty list', async () => {
    const messages = Array.from({ length: 50 }, (_, n) => ({ topic: 't', key: 'one', event: { id: randomUUID(), n } }));
    await outbox.dataSource.transaction(async (manager) => {
      await appendToOutbox(manager, messages);
      await appendToOutbox(manager, []);
    });
    const { ids, publish } = recorder();

    await relayAll(outbox.openQueue(), publish, 20);
    await relayAll(outbox.openQueue(), publish, 20);
    expect(ids()).toEqual(messages.slice(0, 40).map(({ event }) => event.id));
  });

  it('publishes nothing of a transaction that was rolled back', async () => {
    const failing = outbox.dataSource.transaction(async (manager) => {
      await append(manager, 'A');
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    const { rows, publish } = recorder();
    await relayAll(outbox.openQueue(), publish);
    expect(rows).toEqual([]);
  });

  it('publishes what commits after a later row was published already', async () => {
    const slow = outbox.dataSource.createQueryRunner();
    await slow.startTransaction();
    const first = await append(slow.manager, 'A');
    const second = await outbox.dataSource.transaction((manager) => append(manager, 'A'));
    const { ids, publish } = recorder();
    const queue = outbox.openQueue();

    await relayAll(queue, publish);
    await slow.commitTransaction();
    await slow.release();
    await relayAll(queue, publish);

    expect(ids()).toEqual([second, first]);
  });

  it('refuses to append outside a transaction, and the same event twice', async () => {
    const message = { topic: 't', key: 'A', event: { id: randomUUID() } };
    await expect(appendToOutbox(outbox.dataSource.manager, message)).rejects.toThrow('manager of a transaction');
    const twice = outbox.dataSource.transaction((manager) => appendToOutbox(manager, [message, message]));
    await expect(twice).rejects.toThrow('duplicate key');
  });

  it('lets a refused row wait, and with it the rows of its key alone', async () => {
    const [bad, , behindBad] = await appendKeys(outbox.dataSource, ['A', 'B', 'A', 'C', 'D', 'E', 'F', 'G']);
    const taken: string[] = [];
    const queue = outbox.openQueue({ firstRetryMs: 60_000 });
    const publish = refusing(bad, taken);

    const outcomes = await relayAll(queue, publish);
    await relayAll(queue, publish);

    expect(outcomes.reduce((sum, outcome) => sum + outcome.retrying, 0)).toBe(1);
    expect(new Set(taken).size).toBe(6);
    expect(taken).not.toContain(behindBad);
    expect(await queue.status()).toMatchObject({ pending: 2, failed: 0 });
  });

  it('tries a refused row again, before the rows behind it', async () => {
    const ids = await appendKeys(outbox.dataSource, ['A', 'A', 'A']);
    const queue = outbox.openQueue();
    await relayAll(queue, refusing(ids[0], []));
    const { publish, ids: published } = recorder();

    await waitUntil(async () => {
      await relayAll(queue, publish);
      return published().length === 3;
    });
    expect(published()).toEqual(ids);
  });

  it('gives a row up after its last attempt, never as published, and goes on with its key', async () => {
    const [bad, good] = await appendKeys(outbox.dataSource, ['A', 'A']);
    const queue = outbox.openQueue({ maxAttempts: 3 });
    const taken: string[] = [];

    await waitUntil(async () => {
      await relayAll(queue, refusing(bad, taken));
      return taken.length > 0;
    });

    expect(taken).toEqual([good]);
    expect(await queue.status()).toEqual({ pending: 0, failed: 1, lagMs: 0 });
    const [row] = await outbox.dataSource.query('SELECT * FROM outbox.events WHERE event_id = $1', [bad]);
    expect(row).toMatchObject({ attempts: 3, published_at: null, last_error: 'Error: too large' });
    await queue.cleanup(0);
    expect(await queue.status()).toMatchObject({ failed: 1 });
  });

  it('counts no attempt while the bus is down, and rejects with its error', async () => {
    const ids = await appendKeys(outbox.dataSource, ['A', 'B', 'A']);
    const queue = outbox.openQueue({ maxAttempts: 1 });
    const down = async () => {
      throw new BusUnavailableError('no broker');
    };
    for (let i = 0; i < 3; i++) await expect(relayAll(queue, down)).rejects.toThrow(BusUnavailableError);
    const { ids: published, publish } = recorder();
    await relayAll(queue, publish);
    expect(published().toSorted()).toEqual(ids.toSorted());
  });

  it('keeps what was published when the bus goes down in the middle of single rows', async () => {
    const ids = await appendKeys(outbox.dataSource, ['A', 'A', 'A']);
    const queue = outbox.openQueue();
    const taken: (string | undefined)[] = [];
    const publish = async (rows: readonly OutboxRow[]) => {
      if (rows.length > 1) throw new Error('one of them is too large');
      if (taken.length > 0) throw new BusUnavailableError('no broker');
      taken.push(rows[0]?.eventId);
    };
    await expect(relayAll(queue, publish)).rejects.toThrow(BusUnavailableError);
    const { ids: later, publish: publishLater } = recorder();
    await relayAll(queue, publishLater);
    expect([...taken, ...later()]).toEqual(ids);
  });

  it('lets one relay at a time into a part', async () => {
    await appendKeys(outbox.dataSource, ['A']);
    const [one, two] = [outbox.openQueue(), outbox.openQueue()];
    const inside = Promise.withResolvers<void>();
    const leave = Promise.withResolvers<void>();
    const working = relayAll(one, async () => {
      inside.resolve();
      await leave.promise;
    });
    await inside.promise;
    const { rows, publish } = recorder();
    const outcomes = await relayAll(two, publish);
    leave.resolve();
    await working;

    expect(outcomes.filter((outcome) => outcome.busy)).toHaveLength(1);
    expect(rows).toEqual([]);
  });

  it('publishes again, and loses nothing, when the connection ends between publish and mark', async () => {
    const ids = await appendKeys(outbox.dataSource, ['A', 'A']);
    const queue = outbox.openQueue();
    const { publish, ids: published } = recorder();
    const killed = relayAll(queue, async (rows) => {
      await publish(rows);
      await outbox.dataSource.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'quotefleet-outbox' AND state <> 'idle'",
      );
    });
    await expect(killed).rejects.toThrow(DatabaseUnavailableError);

    await relayAll(queue, publish);

    expect(published()).toEqual([...ids, ...ids]);
    expect(await queue.status()).toMatchObject({ pending: 0 });
  });

  it('says how old the oldest waiting row is', async () => {
    await appendKeys(outbox.dataSource, ['A', 'B']);
    await outbox.dataSource.query(`UPDATE outbox.events SET created_at = now() - interval '10 s' WHERE key = 'A'`);
    const { pending, lagMs } = await outbox.openQueue().status();
    expect(pending).toBe(2);
    expect(lagMs).toBeGreaterThanOrEqual(10_000);
    expect(lagMs).toBeLessThan(60_000);
  });

  it('removes rows that were published long enough ago, and no others', async () => {
    await appendKeys(outbox.dataSource, ['A', 'B', 'C']);
    const queue = outbox.openQueue();
    await relayAll(queue, async () => undefined);
    await appendKeys(outbox.dataSource, ['D']);
    await outbox.dataSource.query(
      `UPDATE outbox.events SET published_at = now() - interval '2 h' WHERE key IN ('A', 'B')`,
    );

    expect(await queue.cleanup(3_600_000)).toBe(2);
    expect(await queue.cleanup(3_600_000)).toBe(0);
    expect(await outbox.dataSource.query('SELECT key FROM outbox.events ORDER BY id')).toEqual([
      { key: 'C' },
      { key: 'D' },
    ]);
  });
});

/** Refuses one event; all others are taken. */
function refusing(refused: string | undefined, taken: string[]) {
  return async (rows: readonly OutboxRow[]) => {
    if (rows.some((row) => row.eventId === refused)) throw new Error('too large');
    taken.push(...rows.map((row) => row.eventId));
  };
}
