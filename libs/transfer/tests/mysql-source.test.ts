import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { tableRegistry } from '@quotefleet/tables';
import { describeWith, uniqueName } from '@quotefleet/testing';
import { StoreUnavailableError } from '@quotefleet/timeseries';
import mysql from 'mysql2/promise';
import { parseMapping } from '../src/mysql/mapping.ts';
import { openMysqlSource } from '../src/mysql/mysql-source.ts';
import type { RowSource } from '../src/row-source.ts';
import { BAR_SYMBOLS, createVendorTables, dropVendorTables, TICK_SYMBOL, VENDOR_MAPPING } from './vendor-tables.ts';

const registry = tableRegistry();
const tables = [registry.get('bars_1m'), registry.get('ticks')];
const mapping = parseMapping('mapping.yaml', VENDOR_MAPPING, registry);

describeWith('mariadb', 'rows of a vendor database', (servers) => {
  const database = uniqueName('vendor');
  const url = () => `${servers.mariadb.url}${database}`;
  let source: RowSource;

  beforeAll(async () => {
    await createVendorTables(servers.mariadb.url, database);
    source = await openMysqlSource({ url: url(), tables, mapping });
  }, 120_000);

  afterAll(async () => {
    await source?.close();
    await dropVendorTables(servers.mariadb.url, database);
  });

  async function execute(...statements: string[]): Promise<void> {
    const connection = await mysql.createConnection(url());
    for (const statement of statements) await connection.query(statement);
    await connection.end();
  }

  it('are bars in shares and yuan by Shanghai time', async () => {
    expect(await source.symbols('bars_1m')).toEqual([...BAR_SYMBOLS].sort());
    const [first, second] = await source.read('bars_1m', { symbol: '600519.SH', limit: 2 });
    expect(first).toEqual({
      symbol: '600519.SH',
      ts: Date.parse('2026-01-05T09:30:00+08:00'),
      open: 10,
      high: 10.5,
      low: 1680.12,
      close: 10.1,
      volume: 7,
      amount: 123_456,
      final: true,
      source: 'vendor',
    });
    expect(second).toMatchObject({ volume: 107, amount: 124_456 });
  });

  it('are ticks with every one of a millisecond, page by page', async () => {
    const whole = await source.read('ticks', { symbol: TICK_SYMBOL, limit: 10_000 });
    expect(whole).toHaveLength(6000);
    expect(whole[1]).toEqual({
      symbol: TICK_SYMBOL,
      ts: Date.parse('2026-01-05T09:30:00+08:00'),
      seq: 2,
      epoch: 'mysql',
      last: 1680.12,
      open: 1670,
      high: 1690.5,
      low: 1660.01,
      preClose: 1665,
      volume: 100,
      amount: 168_012.5,
      bidPrices: [1680.11, 1680.1],
      bidVolumes: [100, 200],
      askPrices: [1680.13],
      askVolumes: [],
      phase: 'continuous',
      source: 'mysql',
      receivedTs: Date.parse('2026-01-05T09:30:00+08:00'),
    });
    const pages = [];
    for (let after: [number, number] | undefined; ; ) {
      const page = await source.read('ticks', { symbol: TICK_SYMBOL, limit: 999, ...(after ? { after } : {}) });
      pages.push(...page);
      const last = page.at(-1);
      if (!last || page.length < 999) break;
      after = [last.ts, last.seq as number];
    }
    expect(pages).toEqual(whole);
  });

  it('are of a range, half open', async () => {
    const [from, to] = [Date.parse('2026-01-06T09:30:00+08:00'), Date.parse('2026-01-06T10:30:00+08:00')];
    const rows = await source.read('bars_1m', { symbol: '000001.SZ', from, to, limit: 1000 });
    expect(rows).toHaveLength(60);
    expect([rows[0]?.ts, rows.at(-1)?.ts]).toEqual([from, to - 60_000]);
  });

  it('are of the symbol as it is written, though the database takes a for A', async () => {
    await execute(
      "INSERT INTO stk_mins SELECT 'abc.US', trade_time, 1, 1, 1, 1, 1, 1 FROM stk_mins WHERE ts_code = '000001.SZ' LIMIT 3",
    );
    expect(await source.read('bars_1m', { symbol: 'abc.US', limit: 10 })).toHaveLength(3);
    expect(await source.read('bars_1m', { symbol: 'ABC.US', limit: 10 })).toEqual([]);
    expect(await source.read('bars_1m', { symbol: "' OR 1=1 -- ", limit: 10 })).toEqual([]);
    await execute("DELETE FROM stk_mins WHERE ts_code = 'abc.US'");
  });

  it('may have days and seconds for times', async () => {
    await execute(
      'CREATE TABLE daily (ts_code VARCHAR(16), trade_date CHAR(8), open DOUBLE, high DOUBLE, low DOUBLE, close DOUBLE, vol DOUBLE, amount DOUBLE)',
      "INSERT INTO daily VALUES ('600519.SH', '20260105', 1, 2, 0.5, 1.5, 12.34, 5.6789), ('600519.SH', '20260106', 1, 2, 0.5, 1.5, 10, 1)",
      'CREATE TABLE minutes (symbol VARCHAR(16), at INT UNSIGNED, open DOUBLE, high DOUBLE, low DOUBLE, close DOUBLE, volume BIGINT, amount DOUBLE)',
      "INSERT INTO minutes VALUES ('600519.SH', 1767576600, 1, 2, 0.5, 1.5, 100, 1000)",
    );
    const text = `tables:
  bars_1d: { table: daily, columns: { volume: { column: vol, factor: 100 }, amount: { column: amount, factor: 1000 } } }
  bars_1m: { table: minutes, columns: { ts: { column: at, as: s } } }`;
    const opened = await openMysqlSource({
      url: url(),
      tables: [registry.get('bars_1d'), registry.get('bars_1m')],
      mapping: parseMapping('m.yaml', text, registry),
    });
    const [day] = await opened.read('bars_1d', { symbol: '600519.SH', limit: 9 });
    expect(day).toMatchObject({ ts: Date.parse('2026-01-05T00:00:00+08:00'), volume: 1234, amount: 5678.9 });
    const after = [Date.parse('2026-01-05T00:00:00+08:00')];
    expect(await opened.read('bars_1d', { symbol: '600519.SH', after, limit: 9 })).toHaveLength(1);
    expect(await opened.read('bars_1m', { symbol: '600519.SH', limit: 9 })).toMatchObject([{ ts: 1_767_576_600_000 }]);
    await opened.close();
  });

  it('may have dates for times', async () => {
    await execute(
      'CREATE TABLE bars_1d (symbol VARCHAR(16), trade_date DATE, open DOUBLE, high DOUBLE, low DOUBLE, close DOUBLE, volume BIGINT, amount DOUBLE)',
      "INSERT INTO bars_1d SELECT '600519.SH', DATE_ADD('2026-01-05', INTERVAL seq DAY), 1, 2, 0.5, 1.5, 100, 150 FROM seq_0_to_9",
    );
    const opened = await openMysqlSource({ url: url(), tables: [registry.get('bars_1d')] });
    const day = (date: string) => Date.parse(`${date}T00:00:00+08:00`);
    const query = { symbol: '600519.SH', from: day('2026-01-07'), to: day('2026-01-12'), limit: 2 };
    const first = await opened.read('bars_1d', query);
    const second = await opened.read('bars_1d', { ...query, after: [Number(first[1]?.ts)] });
    expect([...first, ...second].map(({ ts }) => ts)).toEqual(
      ['2026-01-07', '2026-01-08', '2026-01-09', '2026-01-10'].map(day),
    );
    await opened.close();
  });

  it('may be kept under codes of another form', async () => {
    const create = (table: string, ...codes: string[]) => [
      `CREATE TABLE ${table} (code VARCHAR(16), time TIMESTAMP NULL, open DOUBLE, high DOUBLE, low DOUBLE, close DOUBLE, volume INT, amount DOUBLE)`,
      "SET time_zone = '+08:00'",
      ...codes.map(
        (code) => `INSERT INTO ${table} VALUES ('${code}', '2026-01-05 09:31:00', 1, 2, 0.5, 1.5, 100, 150)`,
      ),
    ];
    await execute(...create('coded', '600519', 'sz000001'), ...create('twice', '600519', 'sh600519'));
    const openCoded = (table: string) =>
      openMysqlSource({
        url: url(),
        tables: [registry.get('bars_1m')],
        mapping: parseMapping(
          'm.yaml',
          `tables: { bars_1m: { table: ${table}, columns: { symbol: { column: code, as: stock }, ts: time } } }`,
          registry,
        ),
      });
    const opened = await openCoded('coded');
    expect(await opened.symbols('bars_1m')).toEqual(['000001.SZ', '600519.SH']);
    expect(await opened.read('bars_1m', { symbol: '000001.SZ', limit: 9 })).toMatchObject([
      { symbol: '000001.SZ', ts: Date.parse('2026-01-05T09:31:00+08:00') },
    ]);
    await opened.close();
    const twice = await openCoded('twice');
    await expect(twice.symbols('bars_1m')).rejects.toThrow(
      "bars_1m: expected one code for 600519.SH, found '600519' and 'sh600519'",
    );
    await twice.close();
  });

  describe('are refused in one sentence', () => {
    const open = (text: string, at = url(), table = 'bars_1m') =>
      openMysqlSource({ url: at, tables: [registry.get(table)], mapping: parseMapping('m.yaml', text, registry) });
    const NONE = 'tables: {}';

    it('where a table is missing', async () => {
      await expect(open(NONE)).rejects.toThrow(
        /^mysql:\/\/127\.0\.0\.1:\d+\/vendor_\w+ has no table bars_1m for bars_1m$/,
      );
    });

    it('where columns are missing', async () => {
      await expect(open('tables: { bars_1m: { table: stk_mins } }')).rejects.toThrow(
        'bars_1m: table stk_mins has no columns for volume (it has ts_code, trade_time, open, high, low, close, vol, amount): name them in a mapping file',
      );
      await expect(open('tables: { bars_1m: { table: stk_mins, columns: { volume: volumen } } }')).rejects.toThrow(
        "volume: expected a column of table stk_mins (ts_code, trade_time, open, high, low, close, vol, amount), was 'volumen'",
      );
    });

    it('where a value is none of ours', async () => {
      const opened = await open('tables: { bars_1m: { table: stk_mins, columns: { volume: vol } } }');
      await expect(opened.read('bars_1m', { symbol: '600519.SH', limit: 1 })).rejects.toThrow(
        "bars_1m 600519.SH 2026-01-05T01:30:00.000Z volume: expected a whole number, was '0.07'",
      );
      await opened.close();
    });

    it('where the server is away, or refuses', async () => {
      await expect(open(NONE, 'mysql://root@127.0.0.1:1/x')).rejects.toThrow(StoreUnavailableError);
      await expect(open(NONE, 'mysql://root@127.0.0.1:1/x')).rejects.toThrow('mysql://127.0.0.1:1/x cannot be reached');
      const wrong = new URL(url());
      wrong.password = 'wrong';
      await expect(open(NONE, wrong.href)).rejects.toThrow(/^mysql:.* refused: Access denied/);
    });
  });
});
