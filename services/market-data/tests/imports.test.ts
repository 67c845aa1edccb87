import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWith, isolatedDatabase } from '@quotefleet/testing';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { type MarketDataFixture, startMarketData } from './market-data-fixture.ts';

const AKSHARE_HEADER = '日期,开盘,收盘,最高,最低,成交量,成交额';
const importPath = (file: string, extra = '') => `/api/v1/imports/bars?format=akshare&period=1d&file=${file}${extra}`;
const csv = (...lines: string[]) => [AKSHARE_HEADER, ...lines].join('\n');

describeWith('postgres', 'imports of bars', (servers) => {
  const database = isolatedDatabase(servers);
  let fixture: MarketDataFixture;

  beforeAll(async () => {
    fixture = await startMarketData(database.url);
  });
  afterAll(() => fixture.stop());

  const dailyBars = async (symbol: string) =>
    (await fixture.get(`/api/v1/historical/stock/${symbol}?start=2024-01-01&end=2024-12-31`)).body.data.bars;

  it('take lots as shares and report what was accepted, then unchanged, then amended', async () => {
    const text = csv('2024-01-02,10,11,12,9,1234,1357400.0', '2024-01-03,11,11.5,12,10,100,115000.0');
    const load = (body: string) => fixture.post(importPath('600000.csv'), body, 'text/csv');
    expect((await load(text)).body.data).toMatchObject({
      rows: 2,
      accepted: 2,
      amended: 0,
      unchanged: 0,
      quarantined: 0,
    });
    expect((await load(text)).body.data).toMatchObject({ accepted: 0, amended: 0, unchanged: 2 });
    expect((await load(text.replace('11.5,12', '11.6,12'))).body.data).toMatchObject({
      accepted: 0,
      amended: 1,
      unchanged: 1,
    });
    expect(await dailyBars('600000')).toMatchObject([
      { tradeDate: '2024-01-02', open: 10, high: 12, low: 9, close: 11, volume: 123_400, amount: 1_357_400 },
      { tradeDate: '2024-01-03', close: 11.6 },
    ]);
  });

  it('quarantine each bad line with its number and reason, and load the others', async () => {
    const text = csv(
      '2024-01-02,10,11,12,9,1,1000',
      '2024-01-03,10,11,12,9,abc,1000',
      '2024-01-04,10,11,10.5,9,1,1000',
      '2024-01-06,10,11,12,9,1,1000',
      '2024-01-05,10,11',
      '"2024-01-08,10,11,12,9,1,1000',
      '2024-01-02,10,11,12,9,1,1000',
      '2024-13-01,10,11,12,9,1,1000',
      '2027-03-01,10,11,12,9,1,1000',
      '2024-01-09,10,11,12,9,1,1000',
    );
    const { status, body } = await fixture.post(importPath('600001.csv'), text, 'text/csv');
    expect(status).toBe(200);
    expect(body.data).toMatchObject({ rows: 10, accepted: 2, quarantined: 8 });
    expect(body.data.quarantine.map(({ line }: { line: number }) => line)).toEqual([3, 4, 5, 6, 7, 8, 9, 10]);
    expect(body.data.quarantine.map(({ reason }: { reason: string }) => reason)).toEqual([
      "成交量: expected a number, was 'abc'",
      expect.stringContaining('high'),
      'date: 2024-01-06 is not a trading day',
      'expected 7 cells, was 3',
      'the quotes do not close',
      'repeats the bar of line 2',
      expect.stringContaining('2024-13-01'),
      expect.stringContaining('2026-12-31'),
    ]);
    expect(await dailyBars('600001')).toHaveLength(2);
  });

  it('are those of the symbol that an instrument has today, under its former code too', async () => {
    await fixture.post(importPath('430047.csv'), csv('2024-01-02,10,11,12,9,1,1000'), 'text/csv');
    expect(await dailyBars('920047.BJ')).toHaveLength(1);
    expect(await dailyBars('430047')).toHaveLength(1);
  });

  it('answer an upload that is refused at its beginning, however long it is', async () => {
    const long = `date,open\n${'2024-01-02,1\n'.repeat(2_000_000)}`;
    const { status, body } = await fixture.post(importPath('600005.csv'), long, 'text/csv');
    expect({ status, field: body.data.errors[0].field }).toEqual({ status: 400, field: 'format' });
  });

  it('read gzip, GBK and a byte order mark', async () => {
    const text = csv('2024-01-02,10,11,12,9,1,1000');
    const gzipped = await fixture.post(importPath('600002.csv.gz'), gzipSync(text), 'application/gzip');
    expect(gzipped.body.data.accepted).toBe(1);
    const marked = await fixture.post(importPath('600003.csv'), `\uFEFF${text}`, 'text/csv');
    expect(marked.body.data.accepted).toBe(1);
    const gbkHeader = Buffer.from(
      'c8d5c6da2cbfaac5cc2ccad5c5cc2cd7eeb8df2cd7eeb5cd2cb3c9bdbbc1bf2cb3c9bdbbb6ee',
      'hex',
    );
    const gbk = Buffer.concat([gbkHeader, Buffer.from('\r\n2024-01-02,10,11,12,9,1,1000\r\n')]);
    expect((await fixture.post(importPath('600004.csv'), gbk, 'text/csv')).body.data).toMatchObject({
      accepted: 1,
      quarantined: 0,
    });
  });

  it('read Parquet of Tushare, where amounts are thousands of yuan', async () => {
    const file = parquetWriteBuffer({
      columnData: [
        { name: 'ts_code', data: ['000002.SZ'], type: 'STRING' },
        { name: 'trade_date', data: ['20240102'], type: 'STRING' },
        ...['open', 'high', 'low', 'close'].map((name) => ({ name, data: [10], type: 'DOUBLE' as const })),
        { name: 'vol', data: [12.34], type: 'DOUBLE' },
        { name: 'amount', data: [12.345], type: 'DOUBLE' },
      ],
    });
    const { body } = await fixture.post(
      '/api/v1/imports/bars?format=tushare&file=daily.parquet',
      Buffer.from(file),
      'application/vnd.apache.parquet',
    );
    expect(body.data).toMatchObject({ accepted: 1, quarantined: 0 });
    expect(await dailyBars('000002')).toMatchObject([{ volume: 1234, amount: 12_345 }]);
  });

  it('refuse what is no such file as a whole, and store nothing of it', async () => {
    const wrong = await fixture.post(importPath('600005.csv'), 'date,open\n2024-01-02,1', 'text/csv');
    expect(wrong).toMatchObject({ status: 400, body: { data: { errors: [{ field: 'format' }] } } });
    const empty = await fixture.post(importPath('600005.csv'), Buffer.alloc(0), 'text/csv');
    expect(empty.status).toBe(400);
    const type = await fixture.post(importPath('600005.csv'), 'x', 'image/png');
    expect(type.status).toBe(415);
    const cut = await fixture.post(
      importPath('600005.csv.gz'),
      gzipSync(csv('2024-01-02,10,11,12,9,1,1000')).subarray(0, 40),
      'application/gzip',
    );
    expect(cut.status).toBe(400);
    const week = await fixture.post(importPath('600005.csv').replace('period=1d', 'period=2w'), csv(), 'text/csv');
    expect(week.body.data.errors[0].field).toBe('period');
    expect((await fixture.get('/api/v1/historical/stock/600005')).status).toBe(404);
  });

  it('build weeks and months from days, whole ones even where the range cuts through', async () => {
    const days = ['2024-01-29', '2024-01-30', '2024-01-31', '2024-02-01', '2024-02-02', '2024-02-05'];
    const lines = days.map(
      (day, index) => `${day},${10 + index},${10.5 + index},${11 + index},${9 + index},${index + 1},1000`,
    );
    await fixture.post(importPath('600006.csv'), csv(...lines), 'text/csv');
    const week = await fixture.get('/api/v1/historical/stock/600006?period=1w&start=2024-01-31&end=2024-02-01');
    expect(week.body.data.bars).toMatchObject([
      { tradeDate: '2024-02-02', open: 10, high: 15, low: 9, close: 14.5, volume: 1500, final: true },
    ]);
    const months = await fixture.get('/api/v1/historical/stock/600006?period=1M');
    expect(months.body.data.bars.map(({ tradeDate }: { tradeDate: string }) => tradeDate)).toEqual([
      '2024-01-31',
      '2024-02-05',
    ]);
  });

  it('page through bars of a built period without losing or repeating any', async () => {
    const path = '/api/v1/historical/stock/600006?period=1w&start=2024-01-01&limit=1';
    const first = (await fixture.get(path)).body.data;
    const second = (await fixture.get(`${path}&cursor=${first.nextCursor}`)).body.data;
    expect([...first.bars, ...second.bars].map((bar: { tradeDate: string }) => bar.tradeDate)).toEqual([
      '2024-02-02',
      '2024-02-05',
    ]);
    expect(second.nextCursor).toBeUndefined();
  });
});
