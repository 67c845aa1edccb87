import { afterEach, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { describeWith, isolatedDatabase } from '@quotefleet/testing';
import pg from 'pg';
import { BEFORE_MIDNIGHT_MS, newBar, newBarSeries } from '../src/contract/contract-series.ts';
import { createPostgresStore, type TimeSeriesStore } from '../src/index.ts';

/** A server shared with other test runs may be slow. */
jest.setTimeout(60_000);

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const DAYS = 6;
const BARS_PER_DAY = 100;
const SYMBOLS = Array.from({ length: 100 }, (_, i) => `${String(i).padStart(6, '0')}.SZ`);
const SYMBOL = '000050.SZ';
const KEY_INDEX = /^(Index Scan|Index Only Scan|Bitmap Index Scan) bars_p\d+_pkey$/;

/** What is asked, the most partitions a query of it may touch, and how. */
const SHAPES: [string, number, (store: TimeSeriesStore) => Promise<unknown>][] = [
  ['the first rows of a symbol', 4, (store) => store.read('bars', { symbol: SYMBOL, limit: 50 })],
  ['the newest rows of a symbol', 4, (store) => store.read('bars', { symbol: SYMBOL, limit: 50, order: 'desc' })],
  ['a day', 1, (store) => store.read('bars', { symbol: SYMBOL, ...days(2, 2), limit: 1_000 })],
  [
    'two days, backwards',
    2,
    (store) => store.read('bars', { symbol: SYMBOL, ...days(2, 3), limit: 99, order: 'desc' }),
  ],
  ['a page on', 1, (store) => store.read('bars', { symbol: SYMBOL, ...days(2, 2), after: [at(2, 7)], limit: 50 })],
  ['a page back', 4, (store) => store.read('bars', { symbol: SYMBOL, after: [at(5, 7)], limit: 50, order: 'desc' })],
  ['the newest row of each of 100 symbols', 4, (store) => store.latest('bars', SYMBOLS)],
  [
    'bars made of bars',
    2,
    (store) => store.downsample('bars', { symbol: SYMBOL, ...days(1, 2), everyMs: 5 * MINUTE_MS }),
  ],
  ['all symbols', 1, (store) => store.symbols('bars')],
  ['the span of a symbol', 4, (store) => store.span('bars', SYMBOL)],
  ['what to remove', 1, (store) => store.remove('bars', { symbol: SYMBOL, ...days(0, 0) })],
];

describeWith('postgres', 'the plans of the PostgreSQL time-series store', (servers) => {
  const database = isolatedDatabase(servers);
  let store: TimeSeriesStore;
  let admin: pg.Client;

  beforeAll(async () => {
    const filler = await openStore(database.url);
    for (let day = 0; day < DAYS; day++) await filler.append('bars', barsOf(day));
    await filler.close();
  });

  beforeEach(async () => {
    admin = new pg.Client({ connectionString: database.url });
    await admin.connect();
    store = await openStore(database.url);
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    await store.close();
    await admin.end();
  });

  for (const [when, prepareServer] of [
    ['before the server has looked at the rows', 'SELECT 1'],
    ['after it', 'ANALYZE'],
  ] as const) {
    it.each(SHAPES)(`find %s by the index on the key, ${when}`, async (_, mostPartitions, ask) => {
      await admin.query(prepareServer);
      const queries = recorded(admin);
      await ask(store);
      expect(queries.length).toBeGreaterThan(0);
      for (const { text, values } of queries) {
        const { rows } = await admin.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
          `EXPLAIN (FORMAT JSON) ${text}`,
          values,
        );
        const scans = rows.flatMap((row) => tableScans(row['QUERY PLAN'][0].Plan));
        expect(scans.filter((scan) => !KEY_INDEX.test(scan))).toEqual([]);
        expect(new Set(scans.map((scan) => scan.split(' ').at(-1))).size).toBeLessThanOrEqual(mostPartitions);
        expect(scans.length).toBeGreaterThan(0);
      }
    });
  }
});

async function openStore(url: string): Promise<TimeSeriesStore> {
  const store = createPostgresStore({ url, schema: 'series' });
  await store.prepare([newBarSeries({ name: 'bars' })]);
  return store;
}

function at(day: number, minute: number): number {
  return BEFORE_MIDNIGHT_MS + day * DAY_MS - DAY_MS / 2 + minute * MINUTE_MS;
}

function days(first: number, last: number): { from: number; to: number } {
  return { from: at(first, 0), to: at(last, BARS_PER_DAY) };
}

function barsOf(day: number) {
  return SYMBOLS.flatMap((symbol) =>
    Array.from({ length: BARS_PER_DAY }, (_, i) => newBar({ symbol, ts: at(day, i) })),
  );
}

interface Query {
  text: string;
  values: unknown[];
}

/** What the store's connections are asked from now on, without their looks into the catalog. */
function recorded(admin: pg.Client): Query[] {
  const queries: Query[] = [];
  const query = pg.Client.prototype.query as (this: pg.Client, ...asked: unknown[]) => unknown;
  jest.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...asked: unknown[]) {
    const [first, second] = asked;
    const given = typeof first === 'string' ? { text: first, values: second } : (first as Query);
    const values = Array.isArray(given.values) ? given.values : [];
    if (this !== admin && /"series"\./.test(given.text ?? '') && !given.text.includes('pg_inherits')) {
      queries.push({ text: given.text, values });
    }
    return query.call(this, ...asked);
  } as typeof pg.Client.prototype.query);
  return queries;
}

interface PlanNode {
  'Node Type': string;
  'Index Name'?: string;
  Plans?: PlanNode[];
}

/** How the tables are read: a bitmap of a heap is made by the index scan below it. */
function tableScans(node: PlanNode): string[] {
  const inner = (node.Plans ?? []).flatMap(tableScans);
  if (!/^(Seq|Index|Index Only|Bitmap Index|Tid) Scan$/.test(node['Node Type'])) return inner;
  return [`${node['Node Type']} ${node['Index Name'] ?? ''}`, ...inner];
}
