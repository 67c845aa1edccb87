import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { describeWith, isolatedDatabase } from '@quotefleet/testing';
import { newBar, newBarSeries, newRow, newSeries } from '../src/contract/contract-series.ts';
import { createPostgresStore, type SeriesDefinition, type TimeSeriesStore } from '../src/index.ts';

/** A server shared with other test runs may be slow. */
jest.setTimeout(30_000);

describeWith('postgres', 'the PostgreSQL time-series store and tables it did not expect', (servers) => {
  const database = isolatedDatabase(servers);
  let store: TimeSeriesStore;
  let definition: SeriesDefinition;

  beforeEach(async () => {
    store = createPostgresStore({ url: database.url, schema: 'series' });
    definition = newSeries();
    await store.prepare([definition]);
    await store.write(definition.name, [newRow({ volume: 1 })]);
  });
  afterEach(() => store.close());

  it.each<[string, (known: SeriesDefinition) => Partial<SeriesDefinition>, string]>([
    [
      'a column of another type',
      ({ columns }) => ({ columns: columns.map((c) => (c.name === 'volume' ? { ...c, type: 'double' } : c)) }),
      'expected column volume of double precision, found bigint',
    ],
    [
      'a list that is none',
      ({ columns }) => ({ columns: columns.map((c) => (c.name === 'lastPrice' ? { ...c, length: 5 } : c)) }),
      'expected column lastPrice of double precision[], found double precision',
    ],
    [
      'a required column that may now be empty',
      ({ columns }) => ({ columns: columns.map((c) => (c.name === 'lastPrice' ? { ...c, optional: true } : c)) }),
      'expected column lastPrice to be optional, found it required',
    ],
    [
      'rows without a new column that is required',
      ({ columns }) => ({ columns: [...columns, { name: 'source', type: 'text' }] }),
      'expected column source in every row, found rows from before there was one',
    ],
    ['another key', () => ({ key: ['symbol', 'ts'] }), 'expected a key of "symbol", "ts", found "symbol", "ts", "seq"'],
    ['partitions of another width', () => ({ partitionBy: 'month' }), 'expected partitions of one month each, found'],
  ])('refuses %s', async (_, change, detail) => {
    const changed = { ...definition, ...change(definition) };
    const [planned, ...others] = await store.plan([changed]);
    expect(planned).toMatchObject({ series: definition.name, kind: 'drift', detail: expect.stringContaining(detail) });
    expect(others).toEqual([]);
    await expect(store.prepare([changed])).rejects.toThrow(`series ${definition.name}: ${detail}`);
  });

  it('adds a required column while there are no rows', async () => {
    const empty = newSeries();
    await store.prepare([empty]);
    const wider: SeriesDefinition = { ...empty, columns: [...empty.columns, { name: 'source', type: 'text' }] };
    expect(await store.plan([wider])).toMatchObject([{ kind: 'add-column', detail: 'column source of text' }]);
    await store.prepare([wider]);
    expect(await store.write(wider.name, [newRow({ source: 'sim' })])).toMatchObject({ inserted: 1 });
  });

  it('refuses to make bars of a series without prices, and of no width', async () => {
    const query = { symbol: '600519.SH', from: 0, to: 1, everyMs: 60_000 };
    await expect(store.downsample(definition.name, query)).rejects.toThrow(
      `expected series ${definition.name} to have a column open`,
    );
    const bars = newBarSeries();
    await store.prepare([bars]);
    for (const everyMs of [0, -60_000, 0.5, Number.NaN]) {
      await expect(store.downsample(bars.name, { ...query, everyMs })).rejects.toThrow('expected everyMs');
    }
  });

  it('makes bars of days before 1970 too', async () => {
    const bars = newBarSeries({ partitionBy: 'year' });
    await store.prepare([bars]);
    const times = [-7, -5, -4, -1, 0, 1].map((ts) => ts * 86_400_000);
    await store.append(
      bars.name,
      times.map((ts) => newBar({ ts })),
    );
    const query = { symbol: newBar().symbol, from: -1e12, to: 1e12, everyMs: 4 * 86_400_000 };
    const made = await store.downsample(bars.name, query);
    expect(made.map(({ ts, volume }) => [ts / 86_400_000, volume])).toEqual([
      [-4, 900],
      [0, 600],
      [4, 300],
    ]);
  });
});
