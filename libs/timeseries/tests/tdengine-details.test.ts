import { afterAll, afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { describeWith, uniqueName } from '@quotefleet/testing';
import {
  BEFORE_MIDNIGHT_MS,
  newBar,
  newBarSeries,
  newRow,
  newSeries,
  SYMBOL,
} from '../src/contract/contract-series.ts';
import { createTdengineStore, type SeriesRow, type TdengineStore } from '../src/index.ts';
import { RestConnection } from '../src/tdengine/rest-connection.ts';
import { parseAddress } from '../src/tdengine/tdengine-address.ts';

jest.setTimeout(30_000);

const DATABASE = uniqueName('details');
const EVERYTHING = { symbol: SYMBOL, limit: 1_000 };

describeWith('tdengine', 'what is particular to TDengine', (servers) => {
  let store: TdengineStore;
  let server: RestConnection;
  const tagsOf = (symbol: string) => ({ exchange: symbol.split('.')[1], board: "ma'in\\板" });

  beforeEach(() => {
    store = createTdengineStore({ url: servers.tdengine.url, database: DATABASE, tagsOf, vgroups: 1, bufferMb: 16 });
    server = new RestConnection(parseAddress(servers.tdengine.url), 10_000);
  });
  afterEach(async () => {
    await store.close();
    await server.close();
  });
  afterAll(async () => {
    server = new RestConnection(parseAddress(servers.tdengine.url), 10_000);
    await server.execute(`DROP DATABASE IF EXISTS ${DATABASE}`);
    await server.close();
  });

  async function prepared(definition = newSeries({ tags: ['exchange', 'board'] })): Promise<string> {
    await store.prepare([definition]);
    return definition.name;
  }

  it('is on disk once it is acknowledged, by the settings of the database', async () => {
    await prepared();
    const [[sql] = []] = (await server.query(`SHOW CREATE DATABASE ${DATABASE}`)).map((row) => row.slice(1));
    for (const setting of ["PRECISION 'ms'", 'WAL_LEVEL 2', 'WAL_FSYNC_PERIOD 0', "CACHEMODEL 'last_row'"]) {
      expect(sql).toContain(setting);
    }
  });

  it('keeps the tags of a symbol with its subtable', async () => {
    const series = await prepared();
    await store.append(series, [newRow(), newRow({ symbol: 'ODD SYMBOL' })]);
    const tags = await server.query(
      `SELECT DISTINCT symbol, exchange, board FROM ${DATABASE}.${series} ORDER BY symbol`,
    );
    expect(tags).toEqual([
      [SYMBOL, 'SH', "ma'in\\板"],
      ['ODD SYMBOL', null, "ma'in\\板"],
    ]);
  });

  it('finds symbols that are alike, or strange, by themselves', async () => {
    const series = await prepared();
    const symbols = ["it's", 'a.b', 'A.B', 'a_b', '茅台', '`', 'x'.repeat(128), '\\', 'a b', ''];
    const rows = symbols.map((symbol, i) => newRow({ symbol, lastPrice: i }));
    await store.append(series, rows);
    for (const [i, symbol] of symbols.entries()) {
      expect(await store.read(series, { symbol, limit: 10 })).toEqual([rows[i]]);
    }
    expect(await store.symbols(series)).toEqual(symbols.toSorted());
    await store.remove(series, { symbol: "it's", from: 0, to: Number.MAX_SAFE_INTEGER });
    expect(await store.symbols(series)).toEqual(symbols.slice(1).toSorted());
  });

  it.each(['NULL', 'null', "'", '\\', "\\'", 'a\\nb', 'a\nb', '%_\\%\\_', '\x01\x1f\x7f', '\\x41', '"`', ' '])(
    'keeps the text %j',
    async (note) => {
      const series = await prepared();
      await store.append(series, [newRow({ note })]);
      expect(await store.read(series, EVERYTHING)).toEqual([newRow({ note })]);
      expect(await store.latest(series, [SYMBOL])).toEqual([newRow({ note })]);
    },
  );

  it.each([5e-324, -5e-324, 1e-310, 2.2250738585072014e-308, 1.7976931348623157e308, -0, 0.1 + 0.2, 1e21, 123456.789])(
    'keeps the double %p',
    async (lastPrice) => {
      const series = await prepared();
      await store.append(series, [newRow({ lastPrice })]);
      expect((await store.read(series, EVERYTHING))[0]?.lastPrice).toBe(lastPrice);
    },
  );

  it('takes a value away from a row that is in a file already, and from the newest row', async () => {
    const series = await prepared();
    const full = newRow({ volume: 2 ** 53 - 1, bidPrices: [1], bidVolumes: [2], isFinal: true, note: 'x' });
    await store.append(series, [newRow({ seq: -1 }), full]);
    await server.execute(`FLUSH DATABASE ${DATABASE}`);
    await store.append(series, [newRow()]);
    await server.execute(`FLUSH DATABASE ${DATABASE}`);
    for (let i = 0; i < 3; i++) expect(await store.latest(series, [SYMBOL])).toEqual([newRow()]);
    expect(await store.read(series, EVERYTHING)).toEqual([newRow({ seq: -1 }), newRow()]);
  });

  it('tells the newest row whatever was written, flushed and removed before', async () => {
    const series = await prepared();
    const rows: SeriesRow[] = [];
    const add = async (...more: SeriesRow[]) => {
      rows.push(...more);
      await store.append(series, more);
    };
    const newest = async () => (await store.latest(series, [SYMBOL]))[0];
    const ts = BEFORE_MIDNIGHT_MS;
    await add(newRow({ ts, seq: 3 }));
    expect(await newest()).toEqual(rows[0]);
    await add(newRow({ ts: ts - 5 }), newRow({ ts, seq: 1, volume: 1 }));
    expect(await newest()).toEqual(rows[0]);
    await server.execute(`FLUSH DATABASE ${DATABASE}`);
    await add(newRow({ ts, seq: 4, volume: 4 }));
    expect(await newest()).toEqual(rows[3]);
    await store.remove(series, { symbol: SYMBOL, from: ts, to: ts + 1 });
    expect(await newest()).toEqual(rows[1]);
  });

  it('makes bars of bars before 1970, and in buckets of a millisecond', async () => {
    const series = await prepared(newBarSeries());
    const bars = [newBar({ ts: -3 * 60_000 }), newBar({ ts: -60_000 }), newBar({ ts: 0 })];
    await store.append(series, bars);
    const range = { symbol: SYMBOL, from: -DAY_MS, to: DAY_MS };
    expect(await store.downsample(series, { ...range, everyMs: 1 })).toEqual(bars);
    const wide = await store.downsample(series, { ...range, everyMs: 3 * 60_000 });
    expect(wide.map(({ ts, volume }) => [ts, volume])).toEqual([
      [-3 * 60_000, 300],
      [0, 600],
    ]);
  });

  it('widens a list, and adds a tag', async () => {
    const narrow = newSeries();
    const series = await prepared(narrow);
    await store.append(series, [newRow({ bidPrices: [1, 2, 3] })]);
    const columns = narrow.columns.map((column) => (column.name === 'bidPrices' ? { ...column, length: 5 } : column));
    const wide = { ...narrow, columns, tags: ['exchange'] };
    expect((await store.plan([wide])).map(({ kind }) => kind)).toEqual(['add-column', 'add-column']);
    await store.prepare([wide]);
    await store.append(series, [newRow({ seq: 1, bidPrices: [1, 2, 3, 4, 5] })]);
    const lists = (await store.read(series, EVERYTHING)).map((row) => row.bidPrices);
    expect(lists).toEqual([
      [1, 2, 3],
      [1, 2, 3, 4, 5],
    ]);
  });
});

const DAY_MS = 86_400_000;
