import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { shanghaiMs } from '@quotefleet/domain';
import { describeWith, isolatedDatabase, waitUntil } from '@quotefleet/testing';
import { type MarketDataFixture, startMarketData, tick } from './market-data-fixture.ts';

const bar = (date: string, changes: object = {}) => {
  const prices = { open: 10, high: 11, low: 9, close: 10.5 };
  return { symbol: '600519.SH', ts: shanghaiMs(date), ...prices, volume: 100, amount: 1000, ...changes };
};

interface Held {
  id: number;
  table: string;
  source: string;
  line: number;
  reason: string;
  row: unknown;
}

describeWith('postgres', 'records that are refused', (servers) => {
  const database = isolatedDatabase(servers);
  let fixture: MarketDataFixture;
  beforeAll(async () => {
    fixture = await startMarketData(database.url);
  });
  afterAll(() => fixture.stop());

  const held = async (query: string): Promise<Held[]> =>
    (await fixture.get(`/api/v1/quarantine?${query}`)).body.data.rows;
  const ingest = async (table: string, body: object | string, type?: string) =>
    (await fixture.post(`/api/v1/ingest/${table}`, body, type)).body.data;
  const resubmit = async (id: number | undefined, body: object = {}) =>
    (await fixture.post(`/api/v1/quarantine/${id}/resubmit`, body)).body.data;

  it('are reported by index, field and reason, and hold back no other', async () => {
    const bad: [object | number | null, string][] = [
      [bar('2024-01-06'), 'ts'],
      [bar('2024-01-03', { high: 9.5 }), 'high'],
      [bar('2024-01-04', { volume: 1.5 }), 'volume'],
      [bar('2024-01-05', { open: 0 }), 'open'],
      [bar('2024-01-08', { symbol: 'nonsense' }), 'symbol'],
      [bar('2024-01-09', { extra: 1 }), 'extra'],
      [bar('2024-01-10', { close: '10' }), 'close'],
      [bar('2024-01-11', { ts: 0 }), 'ts'],
      [bar('2024-01-11', { ts: 'yesterday' }), 'ts'],
      [{}, 'symbol'],
      [7, 'record'],
      [null, 'record'],
      [bar('2024-01-11', { symbol: "600519.SH'; DROP TABLE market.bars_1d; --" }), 'symbol'],
      [bar('2024-01-11', { source: 'a\u0000b' }), 'source'],
    ];
    const records = bad.flatMap(([record], index) => [record, bar(`2024-02-0${5 + (index % 3)}`, { amount: index })]);
    const report = await ingest('bars_1d', records);
    expect(report.accepted).toBe(bad.length);
    expect(report.rejected.map(({ index, field }: { index: number; field: string }) => [index, field])).toEqual(
      bad.map(([, field], index) => [2 * index, field]),
    );
    const rows = await held('table=bars_1d&source=api');
    expect(rows.map(({ line }) => line)).toEqual(bad.map((_, index) => 2 * index));
    expect(rows[1]).toMatchObject({ row: bad[1]?.[0], reason: expect.stringContaining('high') });
    const stored = await fixture.get('/api/v1/historical/stock/600519.SH');
    expect(stored.body.data.bars).toHaveLength(3);
  });

  it.each([
    [
      'trades',
      { symbol: '600519', ts: '2024-01-02T10:00:00', seq: 1, price: -1, volume: 1, amount: 1, source: 'x' },
      'price',
    ],
    ['trades', { symbol: '600519', ts: '2024-01-06T10:00:00', seq: 1, price: 1, volume: 1, amount: 1 }, 'ts'],
    [
      'depth',
      {
        symbol: '600519',
        ts: '2024-01-02T10:00:00',
        seq: 1,
        bidPrices: [1],
        bidVolumes: [],
        askPrices: [],
        askVolumes: [],
      },
      'bidVolumes',
    ],
    [
      'dividends',
      {
        symbol: '600519',
        endDate: '20231231',
        progress: 'implemented',
        cashPerShare: -1,
        bonusRatio: 0,
        transferRatio: 0,
      },
      'cashPerShare',
    ],
    [
      'index_constituents',
      { indexSymbol: '000300', symbol: '600519', inDate: '2024-01-02', outDate: '2024-01-01' },
      'outDate',
    ],
    ['index_constituents', { indexSymbol: 'x', symbol: '600519', inDate: '2024-01-02' }, 'indexSymbol'],
    ['macro_gdp', { period: '2026Q3', publishDate: '2026-02-30', gdp: 1 }, 'publishDate'],
    [
      'instruments',
      { symbol: '600519', name: 'x', kind: 'stock', board: 'sse-main', isSt: false, status: 'gone' },
      'status',
    ],
    [
      'instruments',
      {
        symbol: '600519',
        name: 'x',
        kind: 'stock',
        board: 'sse-main',
        isSt: false,
        status: 'listed',
        listDate: '1990',
      },
      'listDate',
    ],
  ])('are those of %s that cannot be true, for %j in %s', async (table, record, field) => {
    const report = await ingest(table, [record]);
    expect(report).toMatchObject({ accepted: 0, rejected: [{ index: 0, field }] });
    expect(await held(`table=${table}`)).not.toEqual([]);
  });

  it('are those with a line that is none, with that line', async () => {
    const report = await ingest('concepts', '{"code":"c1","name":"one"}\n{"code":\n', 'application/x-ndjson');
    expect(report).toMatchObject({ accepted: 1, rejected: [{ index: 1, field: 'record' }] });
    expect(await held('table=concepts')).toMatchObject([{ line: 1, row: '{"code":' }]);
    const csv = await ingest('concepts', 'code,name\nc2,two\n"c3,three\nc4', 'text/csv');
    expect(csv).toMatchObject({ accepted: 1, rejected: [{ index: 1 }, { index: 2 }] });
  });

  it('are ticks too, each with its reason', async () => {
    const good = tick({ seq: 1, time: '10:00:00', last: 10, volume: 100 });
    const report = await ingest('ticks', [{ ...good, ts: 0 }, good, { ...good, bidPrices: [1] }, null]);
    expect(report).toMatchObject({ accepted: 1, rejected: [{ index: 0, field: 'ts' }, { index: 2 }, { index: 3 }] });
    const rows = await held('table=ticks');
    expect(rows.map(({ line }) => line)).toEqual([0, 2, 3]);
    expect(rows[0]?.row).toMatchObject({ symbol: '600519.SH', ts: 0 });
    expect(await resubmit(rows[0]?.id)).toMatchObject({ accepted: false, rejected: { field: 'ts' } });
    expect(await resubmit(rows[0]?.id, { record: { ...good, seq: 2 } })).toEqual({ accepted: true });
    await waitUntil(async () => (await fixture.get('/api/v1/ticks/600519')).body.data?.ticks.length === 2);
    expect((await held('table=ticks')).map(({ line }) => line)).toEqual([2, 3]);
  });

  describe('once they are held', () => {
    it('stay where they are still wrong, and leave once they are put right', async () => {
      await ingest('bars_1d', [bar('2024-03-01', { high: 1 })]);
      const [row] = (await held('table=bars_1d')).slice(-1);
      const count = (await held('table=bars_1d')).length;
      expect(await resubmit(row?.id)).toMatchObject({ accepted: false, rejected: { field: 'high' } });
      expect(await held('table=bars_1d')).toHaveLength(count);
      const twice = await Promise.all([1, 2].map(() => resubmit(row?.id, { record: bar('2024-03-01') })));
      expect(twice).toContainEqual({ accepted: true });
      expect(await held('table=bars_1d')).toHaveLength(count - 1);
      const { body } = await fixture.get('/api/v1/historical/stock/600519.SH?start=2024-03-01&end=2024-03-01');
      expect(body.data.bars).toHaveLength(1);
    });

    it('are read as their vendor’s where they came in a file', async () => {
      const header = '日期,开盘,收盘,最高,最低,成交量,成交额';
      const path = '/api/v1/imports/bars?format=akshare&period=1d&file=600036.csv';
      await fixture.post(path, `${header}\n2024-01-02,10,11,9,9,5,5000`, 'text/csv');
      const [row] = await held('file=600036.csv');
      expect(row).toMatchObject({ source: 'akshare', reason: expect.stringContaining('high') });
      expect(await resubmit(row?.id)).toMatchObject({ accepted: false });
      const { symbol: _symbol, ...rest } = bar('2024-01-02');
      expect(await resubmit(row?.id, { record: rest })).toMatchObject({ rejected: { field: 'symbol' } });
      expect(await resubmit(row?.id, { record: { ...rest, symbol: '600036', source: 'akshare' } })).toEqual({
        accepted: true,
      });
      expect(await held('file=600036.csv')).toEqual([]);
    });

    it('are listed page by page, in v2 and as CSV too', async () => {
      const all = await held('limit=1000');
      const ids: number[] = [];
      let cursor = '';
      do {
        const { data } = (await fixture.get(`/api/v1/quarantine?limit=4${cursor}`)).body;
        ids.push(...data.rows.map(({ id }: Held) => id));
        cursor = data.nextCursor === undefined ? '' : `&cursor=${data.nextCursor}`;
      } while (cursor !== '');
      expect(ids).toEqual(all.map(({ id }) => id));
      const v2 = await fixture.get('/api/v2/quarantine?fields=id,row&limit=1000');
      expect(v2.body.items).toEqual(all.map(({ id, row }) => [id, row ?? null]));
      for (const format of ['csv', 'ndjson', 'parquet', 'arrow']) {
        const response = await fixture.fetch(`/api/v1/quarantine?format=${format}`);
        expect({ format, status: response.status }).toEqual({ format, status: 200 });
        await response.arrayBuffer();
      }
    });

    it('can be given up, once', async () => {
      const [row] = await held('table=trades');
      const drop = () => fixture.fetch(`/api/v1/quarantine/${row?.id}`, { method: 'DELETE' });
      const first = await drop();
      expect(await first.json()).toMatchObject({ data: { dropped: true } });
      expect((await drop()).status).toBe(404);
      expect((await fixture.post(`/api/v1/quarantine/${row?.id}/resubmit`, {})).status).toBe(404);
    });
  });
});
