import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createDataSource, initialize } from '@quotefleet/relational';
import { describeWith, isolatedDatabase, waitUntil } from '@quotefleet/testing';
import type { DataSource } from 'typeorm';
import { Idempotency } from '../src/ingest/idempotency.ts';
import { createDatabaseIdempotencyStore } from '../src/ingest/idempotency-store.ts';
import { type MarketDataFixture, startMarketData, tick } from './market-data-fixture.ts';

const concept = (code: string) => [{ code, name: 'name' }, { code: '' }];

describeWith('postgres', 'calls with an Idempotency-Key', (servers) => {
  const database = isolatedDatabase(servers);
  let fixture: MarketDataFixture;
  let dataSource: DataSource;

  beforeAll(async () => {
    fixture = await startMarketData(database.url);
    dataSource = createDataSource({ url: database.url, schema: 'market', entities: [], migrations: [] });
    await initialize(dataSource);
  });
  afterAll(async () => {
    await dataSource.destroy();
    await fixture.stop();
  });

  async function post(key: string, body: object, path = '/api/v1/ingest/concepts') {
    const headers = { 'content-type': 'application/json', 'idempotency-key': key };
    const response = await fixture.fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
    return {
      status: response.status,
      body: (await response.json()) as { data: object; code: string; errors?: object[] },
    };
  }
  const quarantined = async () => (await fixture.get('/api/v1/quarantine')).body.data.rows.length;

  it('are answered as before and do nothing a second time, in either version', async () => {
    const first = await post('first', concept('a'));
    expect(first.body.data).toMatchObject({ accepted: 1, inserted: 1, rejected: [{ index: 1 }] });
    const before = await quarantined();
    expect((await post('first', concept('a'))).body.data).toEqual(first.body.data);
    expect((await post('first', concept('a'), '/api/v2/ingest/concepts')).body).toEqual(first.body.data);
    expect(await quarantined()).toBe(before);
    expect((await post('other', concept('a'))).body.data).toMatchObject({ inserted: 0, unchanged: 1 });
  });

  it('are refused with other content or for another table', async () => {
    await post('content', concept('b'));
    expect(await post('content', concept('c'))).toMatchObject({ status: 409, body: { code: 'CONFLICT' } });
    const industry = [{ taxonomy: 't', code: 'b', name: 'name', level: 1 }];
    expect((await post('content', industry, '/api/v1/ingest/industries')).status).toBe(409);
    expect((await fixture.get('/api/v1/concepts')).body.data.concepts).not.toContainEqual({ code: 'c', name: 'name' });
  });

  it('that come at once are done once', async () => {
    const at = (seq: number) => tick({ symbol: '600000.SH', seq, time: '10:00:00', last: 10, volume: seq });
    const { seq: _seq, epoch: _epoch, ...unnumbered } = at(1);
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => post('race', [unnumbered], '/api/v1/ingest/ticks')),
    );
    const statuses = new Set(answers.map(({ status }) => status));
    expect([...statuses].every((status) => status === 202 || status === 409)).toBe(true);
    await waitUntil(async () => (await post('race', [unnumbered], '/api/v1/ingest/ticks')).status === 202);
    await post('after', [at(5)], '/api/v1/ingest/ticks');
    const ticks = async () => (await fixture.get('/api/v1/ticks/600000')).body.data?.ticks ?? [];
    await waitUntil(async () =>
      (await ticks()).some(({ seq, epoch }: { seq: number; epoch: string }) => seq === 5 && epoch === 'e1'),
    );
    expect(await ticks()).toHaveLength(2);
  });

  it('are done again after a failure', async () => {
    const calls = new Idempotency(createDatabaseIdempotencyStore(dataSource));
    const call = { key: 'fails', client: 'test', content: 1 };
    await expect(calls.run(call, () => Promise.reject(new Error('lost')))).rejects.toThrow('lost');
    expect(await calls.run(call, async () => ({ done: true }))).toEqual({ done: true });
    expect(await calls.run(call, () => Promise.reject(new Error('again')))).toEqual({ done: true });
  });

  it('are taken over once, by the same call, from a process that died', async () => {
    // Of today: what the service keeps house for would else be gone at once.
    let now = Date.now();
    const calls = new Idempotency(createDatabaseIdempotencyStore(dataSource), () => now);
    const call = { key: 'died', client: 'test', content: 1 };
    const never = calls.run(call, () => new Promise<object>(() => undefined));
    await waitUntil(async () => {
      const rows: unknown[] = await dataSource.query(`SELECT 1 FROM idempotency_keys WHERE idempotency_key = 'died'`);
      return rows.length === 1;
    });
    const again = (content: number) => calls.run({ ...call, content }, async () => ({ done: content }));
    await expect(again(1)).rejects.toMatchObject({ code: 'CONFLICT', retryAfterSeconds: 1 });
    now += 61_000;
    await expect(again(2)).rejects.toMatchObject({ code: 'CONFLICT' });
    const outcomes = await Promise.allSettled(Array.from({ length: 6 }, () => again(1)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0);
    expect(await again(1)).toEqual({ done: 1 });
    now += 25 * 3600 * 1000;
    await calls.forgetOld();
    expect(await again(3)).toEqual({ done: 3 });
    void never;
  });

  it.each(['', 'a b', 'ä', 'x'.repeat(201)])('are refused for the key %j, naming the header', async (key) => {
    const calls = new Idempotency(createDatabaseIdempotencyStore(dataSource));
    await expect(calls.run({ key, client: 'test', content: 1 }, async () => ({}))).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      errors: [{ field: 'Idempotency-Key' }],
    });
  });
});
