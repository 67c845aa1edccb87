import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { describeWith, isolatedDatabase, uniqueName } from '@quotefleet/testing';
import { createDataSource, dataSourcePool, initialize } from '../src/index.ts';
import { createPool, type ManagedPool, type SlowQuery, withClient } from '../src/pg/index.ts';

/** A server shared with other test runs may be slow. */
jest.setTimeout(30_000);

const SLOW = 'SELECT $1::text AS secret, pg_sleep(0.15)';

describeWith('postgres', 'the log of slow queries', (servers) => {
  const database = isolatedDatabase(servers);
  let slow: SlowQuery[];
  let pool: ManagedPool;
  const watch = { slowQueryMs: 100, onSlowQuery: (query: SlowQuery) => void slow.push(query) };

  beforeEach(() => {
    slow = [];
    pool = createPool({ url: database.url, applicationName: 'slow-queries', max: 2, ...watch });
  });
  afterEach(() => pool.end());

  it.each([
    ['the pool', () => pool.query(SLOW, ['hunter2'])],
    ['a client of it', () => withClient(pool, (client) => client.query({ text: SLOW, values: ['hunter2'] }))],
  ])('has the text, time and rows of a query by %s, never its parameters', async (_, query) => {
    const { rows } = await query();

    expect(rows[0]?.secret).toBe('hunter2');
    expect(slow).toEqual([{ sql: SLOW, durationMs: expect.any(Number), rows: 1, failed: false }]);
    expect(slow[0]?.durationMs).toBeGreaterThan(140);
  });

  it('has queries that failed too', async () => {
    const sql = 'SELECT 1 / (SELECT count(*) - 1 FROM pg_sleep(0.15))';
    await expect(pool.query(sql)).rejects.toThrow('division by zero');
    expect(slow).toEqual([{ sql, durationMs: expect.any(Number), rows: undefined, failed: true }]);
  });

  it('leaves quick queries out', async () => {
    await pool.query('SELECT 1');
    await expect(pool.query('SELECT nothing')).rejects.toThrow('does not exist');
    expect(slow).toEqual([]);
  });

  it('has those of TypeORM, whose pool is watched like any other', async () => {
    const schema = uniqueName('service');
    const pooled = { max: 2, overflow: 1, ...watch };
    const dataSource = createDataSource({ url: database.url, schema, entities: [], migrations: [], pool: pooled });
    expect(() => dataSourcePool(dataSource)).toThrow('expected an initialized data source');
    await initialize(dataSource);
    slow = [];

    await dataSource.query(SLOW, ['hunter2']);

    expect(slow).toMatchObject([{ sql: SLOW, rows: 1 }]);
    expect(dataSourcePool(dataSource).stats()).toMatchObject({ active: 0, leaked: 0, overflow: 0 });
    expect(dataSourcePool(dataSource).options.max).toBe(3);
    await dataSource.destroy();
  });
});
