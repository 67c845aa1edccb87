import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BEFORE_MIDNIGHT_MS, newBarSeries, newRow, newSeries, SYMBOL } from '../src/contract/contract-series.ts';
import { createTdengineStore, StoreUnavailableError, type TdengineStore } from '../src/index.ts';
import {
  errorAnswer,
  type FakeAdapter,
  type FakeAnswer,
  rowsAnswer,
  startFakeAdapter,
} from '../src/tdengine/fake-adapter.ts';

const TICKS = newSeries({ name: 'ticks', tags: ['exchange'] });
const BARS = newBarSeries({ name: 'bars', retentionDays: 30 });
const DAY_MS = 86_400_000;

describe('the statements of the TDengine store', () => {
  let adapter: FakeAdapter;
  let store: TdengineStore;
  let warnings: string[];

  beforeEach(async () => {
    adapter = await startFakeAdapter(emptyServer);
    warnings = [];
    store = createTdengineStore({
      url: adapter.url,
      database: 'md',
      tagsOf: (symbol) => ({ exchange: symbol.split('.')[1] }),
      logger: { info: () => undefined, warn: (_, message) => void warnings.push(message) },
    });
  });
  afterEach(async () => {
    await store.close();
    await adapter.close();
  });

  const sent = () => adapter.requests.splice(0).map(({ sql }) => sql.replace(/\s+/g, ' '));

  it('make a database that is durable, and a super table with its key and tags', async () => {
    await store.prepare([TICKS, BARS]);
    const statements = sent();
    expect(statements.find((sql) => sql.startsWith('CREATE DATABASE'))).toMatch(
      /^CREATE DATABASE IF NOT EXISTS `md` PRECISION 'ms' WAL_LEVEL 2 WAL_FSYNC_PERIOD 0 KEEP 365000d .* BUFFER 256 VGROUPS 2$/,
    );
    expect(statements.at(-2)).toMatch(
      /^CREATE STABLE IF NOT EXISTS `md`\.`ticks` \(`ts` TIMESTAMP, `seq` BIGINT PRIMARY KEY, .*\) TAGS \(`symbol` VARCHAR\(128\), `exchange` VARCHAR\(128\)\)$/,
    );
    expect(statements.at(-1)).toMatch(/^CREATE STABLE IF NOT EXISTS `md`\.`bars` \(`ts` TIMESTAMP, `open` DOUBLE, /);
    expect(warnings).toEqual([]);
  });

  it('wait for others that define at the same time', async () => {
    let conflicts = 2;
    adapter.answer = (request) =>
      request.sql.startsWith('CREATE STABLE') && conflicts-- > 0
        ? errorAnswer(0x03d3, 'Conflict transaction not completed')
        : emptyServer(request);
    await store.prepare([TICKS]);
    expect(sent().filter((sql) => sql.startsWith('CREATE STABLE'))).toHaveLength(3);
  });

  it('tell when a database is not as durable as it should be, and refuse one of another precision', async () => {
    const found =
      (settings: unknown[]): FakeAnswer =>
      (request) =>
        request.sql.includes('ins_databases') ? rowsAnswer([settings]) : emptyServer(request);
    adapter.answer = found(['ms', 1, 3_000]);
    await store.prepare([TICKS]);
    expect(warnings).toEqual([expect.stringContaining('may be lost by a crash')]);
    adapter.answer = found(['us', 2, 0]);
    await expect(store.prepare([TICKS])).rejects.toThrow('database md: expected precision ms, found us');
  });

  it('plan what sets a super table apart', async () => {
    const described = [
      ['ts', 'TIMESTAMP', 8, ''],
      ['seq', 'BIGINT', 8, ''],
      ['last_price', 'DOUBLE', 8, ''],
      ['volume', 'BIGINT', 8, ''],
      ['has_volume', 'BOOL', 1, ''],
      ...[1, 2].map((i) => [`bid_prices_${i}`, 'DOUBLE', 8, '']),
      ['bid_prices_count', 'SMALLINT', 2, ''],
      ['note', 'VARCHAR', 100, ''],
      ['symbol', 'VARCHAR', 128, 'TAG'],
    ];
    adapter.answer = () => rowsAnswer(described);
    const changes = await store.plan([TICKS]);
    expect(changes.map(({ kind, detail }) => `${kind} ${detail}`)).toEqual([
      'drift column seq: expected BIGINT in the key, found BIGINT',
      'add-column column bidPrices: bid_prices_3 DOUBLE',
      'add-column column bidVolumes: bid_volumes_1 BIGINT, bid_volumes_2 BIGINT, bid_volumes_3 BIGINT, bid_volumes_count SMALLINT',
      'add-column column isFinal: is_final BOOL, has_is_final BOOL',
      'drift column note: expected VARCHAR(4096), found VARCHAR(100)',
      'add-column tag exchange: exchange VARCHAR(128)',
    ]);
    await expect(store.prepare([TICKS])).rejects.toThrow('series ticks: column seq');
  });

  it('add a required column only where no rows lack it', async () => {
    const described = [
      ['ts', 'TIMESTAMP', 8, ''],
      ['seq', 'BIGINT', 8, 'PRIMARY KEY'],
      ['symbol', 'VARCHAR', 128, 'TAG'],
    ];
    const columns = newSeries().columns.slice(0, 4);
    const series = newSeries({ name: 'ticks', columns });
    let stored: unknown[][] = [[1]];
    adapter.answer = ({ sql }) => rowsAnswer(sql.startsWith('DESCRIBE') ? described : stored);
    expect(await store.plan([series])).toMatchObject([
      { kind: 'drift', detail: 'column lastPrice: expected last_price DOUBLE, rows without it are stored' },
    ]);
    stored = [];
    expect(await store.plan([series])).toMatchObject([{ kind: 'add-column' }]);
  });

  it('append without reading', async () => {
    await store.prepare([TICKS]);
    sent();
    await store.append('ticks', [newRow({ ts: 5 })]);
    expect(sent()).toEqual([
      expect.stringMatching(
        /^INSERT INTO `md`\.`ticks` \(tbname,.*\) VALUES \('ticks@600519_SH','600519.SH','SH',5,0,/,
      ),
    ]);
    await store.append('ticks', []);
    expect(sent()).toEqual([]);
  });

  it('write what differs from what is stored', async () => {
    await store.prepare([TICKS]);
    const absent = [null, false, null, null, null, -1, null, null, null, -1, null, false, null, false];
    const stored = ['600519.SH', 5, 0, 1700.01, ...absent];
    adapter.answer = ({ sql }) => rowsAnswer(sql.startsWith('SELECT') ? [stored] : []);
    sent();
    const rows = [newRow({ ts: 5 }), newRow({ ts: 5, seq: 1 }), newRow({ ts: 6 })];
    expect(await store.write('ticks', rows)).toEqual({ inserted: 2, amended: 0, unchanged: 1 });
    const [select, insert, ...others] = sent();
    expect(select).toContain("WHERE tbname IN ('ticks@600519_SH') AND ts IN (5,6)");
    expect(insert).toContain("'SH',5,1,");
    expect(insert).not.toContain("'SH',5,0,");
    expect(others).toEqual([]);
    expect(await store.write('ticks', [newRow({ ts: 5, lastPrice: 2 })])).toEqual({
      inserted: 0,
      amended: 1,
      unchanged: 0,
    });
  });

  it('read past a key, in either direction', async () => {
    await store.prepare([TICKS, BARS]);
    sent();
    await store.read('ticks', { symbol: SYMBOL, from: 1, to: 9, after: [5, 3], limit: 10 });
    await store.read('ticks', { symbol: SYMBOL, after: [5, 3], order: 'desc', limit: 10 });
    await store.read('bars', { symbol: "x'", after: [5], limit: 1 });
    const conditions = sent().map((sql) => sql.slice(sql.indexOf('WHERE')));
    expect(conditions.slice(0, 2)).toEqual([
      "WHERE tbname = 'ticks@600519_SH' AND ts >= 1 AND ts < 9 AND ts >= 5 AND (ts > 5 OR `seq` > 3) ORDER BY ts ASC LIMIT 10",
      "WHERE tbname = 'ticks@600519_SH' AND ts <= 5 AND (ts < 5 OR `seq` < 3) ORDER BY ts DESC LIMIT 10",
    ]);
    expect(conditions[2]).toMatch(/^WHERE tbname = 'bars@x__[0-9a-f]{32}' AND ts > 5 ORDER BY ts ASC LIMIT 1$/);
    await expect(store.read('ticks', { symbol: SYMBOL, after: ['5 OR 1=1', 3], limit: 1 })).rejects.toThrow(TypeError);
    await expect(store.read('ticks', { symbol: SYMBOL, from: Number.NaN, limit: 1 })).rejects.toThrow(TypeError);
  });

  it('make longer bars in windows that hold their end', async () => {
    await store.prepare([BARS]);
    const answer = [1_060_001, 1, 3, 0.5, 2, 100, 200, 0];
    adapter.answer = () => rowsAnswer([answer]);
    sent();
    const query = { symbol: SYMBOL, from: 0, to: DAY_MS, everyMs: 60_000 };
    expect(await store.downsample('bars', query)).toEqual([
      { symbol: SYMBOL, ts: 1_080_000, open: 1, high: 3, low: 0.5, close: 2, volume: 100, amount: 200, final: false },
    ]);
    expect(sent()[0]).toContain('INTERVAL(60000a, 1a)');
  });

  it('take the newest rows out of the cache, for 500 symbols at a time', async () => {
    await store.prepare([BARS]);
    sent();
    adapter.answer = ({ sql }) =>
      rowsAnswer(sql.includes("'bars@S0'") ? [['bars@S0', 7, 1, 2, 0.5, 1, 5, 5, true]] : []);
    const symbols = Array.from({ length: 501 }, (_, i) => `S${i}`);
    expect(await store.latest('bars', [...symbols, 'S0'])).toEqual([
      { symbol: 'S0', ts: 7, open: 1, high: 2, low: 0.5, close: 1, volume: 5, amount: 5, final: true },
    ]);
    expect(await store.latest('bars', [])).toEqual([]);
    const [first, second, ...others] = sent();
    expect(first).toMatch(/^SELECT tbname, LAST_ROW\(`ts`, .*'bars@S499'\) PARTITION BY tbname$/);
    expect(second).toMatch(/WHERE tbname IN \('bars@S500'\) PARTITION BY tbname$/);
    expect(others).toEqual([]);
  });

  it('take stock, and remove a range of a symbol', async () => {
    await store.prepare([BARS]);
    adapter.answer = () =>
      rowsAnswer([
        [5, 'B'],
        [9, 'A'],
      ]);
    expect(await store.symbols('bars')).toEqual(['A', 'B']);
    adapter.answer = () => rowsAnswer([[5, 9]]);
    expect(await store.span('bars', SYMBOL)).toEqual({ first: 5, last: 9 });
    adapter.answer = () => rowsAnswer([]);
    expect(await store.span('bars', SYMBOL)).toBeUndefined();
    sent();
    await store.remove('bars', { symbol: "it's", from: 1, to: 5 });
    await store.remove('bars', { symbol: SYMBOL, from: 5, to: 5 });
    expect(sent()).toEqual(["DELETE FROM `md`.`bars` WHERE `symbol` = 'it\\'s' AND ts >= 1 AND ts < 5"]);
  });

  it('delete what is past the retention piece by piece', async () => {
    await store.prepare([TICKS, BARS]);
    let oldest: number | null = BEFORE_MIDNIGHT_MS - 100 * DAY_MS;
    adapter.answer = ({ sql }) => {
      if (sql.startsWith('SELECT')) return rowsAnswer([[oldest]]);
      const to = Number(/ts < (\d+)/.exec(sql)?.[1]);
      oldest = to < BEFORE_MIDNIGHT_MS - 30 * DAY_MS ? to : null;
      return rowsAnswer([[5]]);
    };
    sent();
    expect(await store.retire(BEFORE_MIDNIGHT_MS)).toEqual(['bars: 15 rows before 2026-10-21T15:59:59.000Z']);
    expect(sent().filter((sql) => sql.startsWith('DELETE FROM `md`.`bars`'))).toHaveLength(3);
  });

  it('stop where the server stops', async () => {
    await store.prepare([TICKS]);
    sent();
    adapter.answer = () => errorAnswer(0x012b, 'Out of disk space');
    const rows = Array.from({ length: 40_000 }, (_, seq) => newRow({ seq, note: 'x'.repeat(200) }));
    await expect(store.append('ticks', rows)).rejects.toThrow(StoreUnavailableError);
    expect(sent().length).toBeLessThanOrEqual(4);
    await expect(store.check()).rejects.toThrow(StoreUnavailableError);
  });

  it('check that the server serves', async () => {
    adapter.answer = () => rowsAnswer([[1]]);
    await expect(store.check()).resolves.toBeUndefined();
    adapter.answer = () => rowsAnswer([[0]]);
    await expect(store.check()).rejects.toThrow('expected server_status() to be 1, was 0');
    expect(store.poolStats()).toMatchObject({ active: 0, idle: 1, leaked: 0 });
  });
});

/** A server without databases, in which every definition succeeds. */
function emptyServer({ sql }: { sql: string }): object {
  if (sql.startsWith('DESCRIBE')) return errorAnswer(0x0388, 'Database not exist');
  if (sql.includes('ins_databases')) return rowsAnswer([['ms', 2, 0]]);
  return rowsAnswer([]);
}
