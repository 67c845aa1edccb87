import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { describeWith, uniqueName } from '@quotefleet/testing';
import {
  BEFORE_MIDNIGHT_MS,
  newBar,
  newBarSeries,
  newRow,
  newSeries,
  SYMBOL,
} from '../src/contract/contract-series.ts';
import {
  type ColumnDefinition,
  createInfluxStore,
  type SeriesDefinition,
  type SeriesRow,
  type TimeSeriesStore,
} from '../src/index.ts';
import { InfluxClient } from '../src/influx/influx-client.ts';

jest.setTimeout(30_000);

const LIMIT = 100;

describeWith('influx', 'what only the InfluxDB time-series store has to get right', (servers) => {
  const database = uniqueName('details');
  const open = (tagsOf?: (symbol: string) => Record<string, string>) =>
    createInfluxStore({ url: servers.influx.url, database, ...(tagsOf && { tagsOf }) });
  let store: TimeSeriesStore;
  beforeAll(() => {
    store = open();
  });
  afterAll(() => store.close());

  async function prepared(definition: SeriesDefinition = newSeries()): Promise<string> {
    await store.prepare([definition]);
    return definition.name;
  }

  it.each([
    ["' OR 1 = 1 --"],
    ['"; DROP DATABASE market; --'],
    ['ends with \\'],
    ['a,b=c d'],
    ['two\nlines'],
    ['%41'],
    [''],
    ['$p0'],
    ['中国平安 😀'],
  ])('takes %j for a symbol like any other', async (symbol) => {
    const series = await prepared();
    const rows = [newRow({ symbol, note: symbol }), newRow({ symbol, seq: 1 })];
    await store.append(series, [...rows, newRow()]);
    expect(await store.symbols(series)).toEqual([SYMBOL, symbol].sort());
    expect(await store.read(series, { symbol, limit: LIMIT })).toEqual(rows);
    expect(await store.latest(series, [symbol])).toEqual(rows.slice(1));
    expect(await store.write(series, rows)).toMatchObject({ unchanged: 2 });
    await store.remove(series, { symbol, from: 0, to: BEFORE_MIDNIGHT_MS + 1 });
    expect(await store.span(series, symbol)).toBeUndefined();
    expect(await store.read(series, { symbol: SYMBOL, limit: LIMIT })).toEqual([newRow()]);
  });

  it('tells any sequence numbers of one millisecond apart, and pages through them in their order', async () => {
    const series = await prepared();
    const large = Number.MAX_SAFE_INTEGER;
    const numbers = [-large, -1_000_001, -1, 0, 1, 999_999, 1_000_000, 1_000_001, 2_000_000, large - 1, large];
    const rows = numbers.map((seq) => newRow({ seq }));
    await store.append(series, rows.toReversed());
    expect(await store.latest(series, [SYMBOL])).toEqual(rows.slice(-1));
    for (const order of ['asc', 'desc'] as const) {
      const pages: SeriesRow[] = [];
      for (let page = 0; page <= rows.length; page++) {
        const last = pages.at(-1);
        const after = last && { after: [last.ts, Number(last.seq)] };
        pages.push(...(await store.read(series, { symbol: SYMBOL, order, limit: 2, ...after })));
      }
      expect(pages).toEqual(order === 'asc' ? rows : rows.toReversed());
    }
  });

  it('keeps texts of a key apart', async () => {
    const columns = newSeries().columns.map((column) =>
      column.name === 'note' ? { ...column, optional: false } : column,
    );
    const series = await prepared(newSeries({ key: ['symbol', 'ts', 'note'], columns }));
    const rows = ['', 'a b', 'buy', 'sell\\'].map((note) => newRow({ note }));
    await store.append(series, rows.toReversed());
    expect(await store.read(series, { symbol: SYMBOL, limit: LIMIT })).toEqual(rows);
    const query = { symbol: SYMBOL, limit: 2, after: [BEFORE_MIDNIGHT_MS, ''] };
    expect(await store.read(series, query)).toEqual(rows.slice(1, 3));
    expect(await store.latest(series, [SYMBOL])).toEqual(rows.slice(-1));
    expect(await store.write(series, rows)).toMatchObject({ unchanged: rows.length });
  });

  it('knows the times of the years 1678 to 2261, and refuses others', async () => {
    const series = await prepared(newSeries({ partitionBy: 'year' }));
    const times = [Date.UTC(1678, 0, 1), -1, 0, 1, Date.UTC(2261, 11, 31, 23, 59, 59, 999)];
    const rows = times.map((ts) => newRow({ ts, seq: 999_999 }));
    await store.append(series, rows);
    expect(await store.read(series, { symbol: SYMBOL, limit: LIMIT })).toEqual(rows);
    expect(await store.span(series, SYMBOL)).toEqual({ first: times[0], last: times.at(-1) });
    const late = store.append(series, [newRow(), newRow({ ts: Date.UTC(2300, 0, 1) })]);
    await expect(late).rejects.toThrow(`${series} row 1, ts: expected a time of the years 1678 to 2261`);
  });

  it('keeps the tags that the first row of a symbol had', async () => {
    const definition = newSeries({ tags: ['board', 'kind'] });
    const first = open(() => ({ board: 'main board', other: 'not named' }));
    const second = open(() => ({ board: 'star', kind: 'stock' }));
    await first.prepare([definition]);
    await second.prepare([definition]);
    await first.append(definition.name, [newRow()]);
    await second.append(definition.name, [newRow({ volume: 5 }), newRow({ symbol: '688001.SH' })]);

    expect(await first.read(definition.name, { symbol: SYMBOL, limit: LIMIT })).toEqual([newRow({ volume: 5 })]);
    const client = new InfluxClient({ url: servers.influx.url, database, timeoutMs: 5_000 });
    const answer = await client.queryAll({ text: `SHOW SERIES FROM "day"."${definition.name}"` });
    expect(answer.flatMap(({ values }) => values.flat())).toEqual([
      `${definition.name},_k=0,board=main\\ board,symbol=${SYMBOL}`,
      `${definition.name},_k=0,board=star,kind=stock,symbol=688001.SH`,
    ]);
    await Promise.all([client.close(), first.close(), second.close()]);
  });

  it('reads old rows by what their columns were when new ones come between', async () => {
    const definition = newSeries();
    const series = await prepared(definition);
    const old = newRow({ volume: 5, note: 'a' });
    await store.append(series, [old]);
    const added = Array.from(
      { length: 60 },
      (_, i): ColumnDefinition => ({ name: `c${i}`, type: 'double', optional: true }),
    );
    const [symbol, ts, seq, ...others] = definition.columns as [ColumnDefinition, ColumnDefinition, ColumnDefinition];
    await store.prepare([{ ...definition, columns: [symbol, ts, seq, ...added, ...others] }]);
    const filled = newRow({ seq: 1, c0: 1, c49: 2, c59: -0, isFinal: true });
    await store.append(series, [filled, newRow({ seq: 2, c50: 3 })]);
    await store.append(series, [newRow({ seq: 2, c51: 4 })]);
    expect(await store.read(series, { symbol: SYMBOL, limit: LIMIT })).toEqual([
      old,
      filled,
      newRow({ seq: 2, c51: 4 }),
    ]);
  });

  it('finds what a definition cannot be brought in line with', async () => {
    const definition = newSeries();
    const series = await prepared(definition);
    await store.append(series, [newRow()]);
    const list = definition.columns.map((column) => (column.name === 'volume' ? { ...column, length: 2 } : column));
    const required = [...definition.columns, { name: 'open', type: 'double' } as const];
    const details = async (changed: Partial<SeriesDefinition>) =>
      (await store.plan([{ ...definition, ...changed }])).map(({ kind, detail }) => `${kind} ${detail}`);
    expect(await details({ columns: list })).toEqual(['drift volume: expected bigint[], found bigint']);
    expect(await details({ columns: required })).toEqual([
      'drift open: expected rows with this required column, found rows without it',
    ]);
    expect(await details({ key: ['symbol', 'ts'] })).toEqual([
      'drift the key: expected symbol,ts, found symbol,ts,seq',
    ]);
    expect(await details({ partitionBy: 'year' })).toEqual(['drift the partition: expected year, found day']);
  });

  it('finds fields of another type that somebody else wrote', async () => {
    await prepared();
    const client = new InfluxClient({ url: servers.influx.url, database, timeoutMs: 5_000 });
    const definition = newSeries();
    await client.write('day', `${definition.name},symbol=x volume="many" 1`);
    await client.close();
    const [change] = await store.plan([definition]);
    expect(change).toMatchObject({ kind: 'drift', detail: 'volume: expected a field volume of integer, found string' });
    await expect(store.prepare([definition])).rejects.toThrow(`series ${definition.name}: volume: expected a field`);
  });

  it('sums no value that was taken away', async () => {
    const columns = newBarSeries().columns.map((column) =>
      column.name === 'amount' ? { ...column, optional: true } : column,
    );
    const series = await prepared(newBarSeries({ columns }));
    const bar = (minute: number, values: object) => newBar({ ts: minute * 60_000, ...values });
    await store.append(series, [bar(1, { amount: 10 }), bar(2, { amount: 20 }), bar(6, { amount: 30 })]);
    await store.append(series, [bar(2, { amount: undefined }), bar(6, { amount: undefined })]);
    const bars = await store.downsample(series, { symbol: SYMBOL, from: 0, to: 600_000, everyMs: 300_000 });
    const { amount, ...without } = bar(10, {});
    expect(bars).toEqual([bar(5, { volume: 600, amount: 10 }), without]);
  });

  it('says so when the database was dropped', async () => {
    const other = uniqueName('dropped');
    const gone = createInfluxStore({ url: servers.influx.url, database: other });
    const definition = newSeries();
    await gone.prepare([definition]);
    const client = new InfluxClient({ url: servers.influx.url, database: other, timeoutMs: 5_000 });
    await client.queryAll({ text: `DROP DATABASE "${other}"` });
    await expect(gone.append(definition.name, [newRow()])).rejects.toThrow(`database not found: "${other}"`);
    await expect(gone.read(definition.name, { symbol: SYMBOL, limit: 1 })).rejects.toThrow('database not found');
    await Promise.all([client.close(), gone.close()]);
  });
});
