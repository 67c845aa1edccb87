import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { shanghaiMs, tradingDays } from '@quotefleet/domain';
import { describeWith, isolatedDatabase, waitUntil } from '@quotefleet/testing';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { DATE, type MarketDataFixture, startMarketData, tick } from './market-data-fixture.ts';

const DAYS = tradingDays('2020-01-01', '2025-12-31');
const bar = (symbol: string, date: string, changes: object = {}) => {
  const prices = { open: 10, high: 11, low: 9, close: 10.5 };
  return { symbol, ts: shanghaiMs(date), ...prices, volume: 100, amount: 1000, ...changes };
};
const PATH = '/api/v1/ingest/bars_1d';
const PARQUET = 'application/vnd.apache.parquet';

describeWith('postgres', 'ingest', (servers) => {
  const database = isolatedDatabase(servers);
  let fixture: MarketDataFixture;
  beforeAll(async () => {
    fixture = await startMarketData(database.url);
  });
  afterAll(() => fixture.stop());

  const stored = async (symbol: string) =>
    (await fixture.get(`/api/v1/historical/stock/${symbol}?start=2000-01-01&limit=10000`)).body.data?.bars ?? [];

  it.each([
    ['one record', (records: object[]) => JSON.stringify(records[0])],
    ['a list', (records: object[]) => JSON.stringify(records)],
    ['a list under its name', (records: object[]) => JSON.stringify({ records })],
  ])('takes JSON of %s', async (what, toBody) => {
    const symbol = `60000${what.length % 10}.SH`;
    const { status, body } = await fixture.post(PATH, toBody([bar(symbol, '2024-01-02'), bar(symbol, '2024-01-03')]));
    const count = what === 'one record' ? 1 : 2;
    expect({ status, data: body.data }).toEqual({
      status: 200,
      data: { accepted: count, inserted: count, amended: 0, unchanged: 0, rejected: [] },
    });
    expect(await stored(symbol)).toHaveLength(count);
  });

  it('takes NDJSON, CSV, gzipped CSV and Parquet, with times in every form', async () => {
    const header = 'symbol,ts,open,high,low,close,volume,amount,final';
    const lines = (symbol: string) => [
      header,
      `${symbol},2024-01-02T00:00:00+08:00,10,11,9,10.5,100,1000,true`,
      `${symbol},2024-01-03,10,11,9,10.5,100,1000,`,
    ];
    const column = (name: string, data: number[]) => ({ name, data, type: 'DOUBLE' as const });
    const parquet = parquetWriteBuffer({
      columnData: [
        { name: 'symbol', data: ['600103', '600103'], type: 'STRING' },
        {
          name: 'ts',
          data: [shanghaiMs('2024-01-02'), shanghaiMs('2024-01-03')].map((ms) => new Date(ms)),
          type: 'TIMESTAMP',
        },
        ...['open', 'high', 'low', 'close'].map((name) => column(name, [10, 10])),
        { name: 'volume', data: [100n, 200n], type: 'INT64' },
        column('amount', [1000, 2000]),
      ],
    });
    const calls: [string, string | Buffer, string][] = [
      [
        '600100.SH',
        [bar('sh600100', '2024-01-02', { ts: '2024-01-02' }), bar('600100', '2024-01-03')]
          .map((one) => JSON.stringify(one))
          .join('\r\n'),
        'application/x-ndjson',
      ],
      ['600101.SH', `\uFEFF${lines('600101').join('\r\n')}\r\n`, 'text/csv; charset=utf-8'],
      ['600102.SH', gzipSync(lines('1.600102').join('\n')), 'application/gzip'],
      ['600103.SH', Buffer.from(parquet), PARQUET],
    ];
    for (const [symbol, body, type] of calls) {
      const answer = await fixture.post(PATH, body, type);
      expect({ type, data: answer.body.data }).toMatchObject({ type, data: { accepted: 2, rejected: [] } });
      expect(await stored(symbol)).toMatchObject([
        { tradeDate: '2024-01-02', volume: 100 },
        { tradeDate: '2024-01-03' },
      ]);
    }
  });

  describe('refuses as a whole', () => {
    const json = JSON.stringify([bar('600200.SH', '2024-01-02')]);
    it.each([
      ['a type that is not taken', PATH, 'image/png', 415],
      ['no type', PATH, '', 415],
      ['a table that is not known', '/api/v1/ingest/nothing', 'application/json', 404],
      ['the platform’s own tables', '/api/v1/ingest/idempotency_keys', 'application/json', 404],
      ['settings of users', '/api/v1/ingest/user_config', 'application/json', 404],
      ['tables of another service', '/api/v1/ingest/orders', 'application/json', 404],
      ['JSON that is called CSV', PATH, 'text/csv', 400],
      ['JSON that is called gzip', PATH, 'application/gzip', 400],
      ['JSON that is called Parquet', PATH, PARQUET, 400],
    ])('%s', async (_what, path, type, status) => {
      expect((await fixture.post(path, json, type)).status).toBe(status);
    });

    it('gzip that is called CSV, Parquet that is cut, and a body that is compressed on its way', async () => {
      expect((await fixture.post(PATH, gzipSync('a,b\n1,2'), 'text/csv')).status).toBe(400);
      expect((await fixture.post(PATH, Buffer.from('PAR1xxxxPAR1'), PARQUET)).status).toBe(400);
      expect((await fixture.post(PATH, gzipSync('a,b\n1,2').subarray(0, 15), 'application/gzip')).status).toBe(400);
      const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
      const coded = await fixture.fetch(PATH, { method: 'POST', headers, body: new Uint8Array(gzipSync(json)) });
      expect(coded.status).toBe(415);
    });

    it('more records than one call may carry, and none', async () => {
      const many = Array.from({ length: 5001 }, () => bar('600200.SH', '2024-01-02'));
      for (const body of [JSON.stringify(many), '[]', '{"records":[]}']) {
        const answer = await fixture.post(PATH, body);
        expect(answer).toMatchObject({ status: 400, body: { data: { errors: [{ field: 'records' }] } } });
      }
      const lines = ['symbol,ts', ...many.map(() => '600200.SH,2024-01-02')].join('\n');
      expect((await fixture.post(PATH, gzipSync(lines), 'application/gzip')).status).toBe(400);
      expect(await stored('600200.SH')).toEqual([]);
    });

    it('a body that is too large, with an answer that arrives, whether its length is told or not', async () => {
      const megabyte = Buffer.alloc(1024 * 1024, ' ');
      const whole = new Uint8Array(Buffer.concat(Array.from({ length: 20 }, () => megabyte)));
      const headers = { 'content-type': 'application/json' };
      expect((await fixture.fetch(PATH, { method: 'POST', headers, body: whole })).status).toBe(413);
      const pieces = new ReadableStream({
        start(controller) {
          for (let piece = 0; piece < 20; piece += 1) controller.enqueue(new Uint8Array(megabyte));
          controller.close();
        },
      });
      const streamed = { method: 'POST', headers, body: pieces, duplex: 'half' } as RequestInit;
      expect((await fixture.fetch(PATH, streamed)).status).toBe(413);
    });

    it('a small file that unzips to one endless line, without holding it', async () => {
      const bomb = gzipSync(Buffer.concat([Buffer.from('a,b\n'), Buffer.alloc(300 * 1024 * 1024, 'x')]));
      const before = process.memoryUsage().rss;
      const { status, body } = await fixture.post(PATH, bomb, 'application/gzip');
      expect({ status, accepted: body.data.accepted, rejected: body.data.rejected.length }).toEqual({
        status: 200,
        accepted: 0,
        rejected: 1,
      });
      expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
    });
  });

  it('takes a thousand records of a hundred new symbols in one call', async () => {
    const records = Array.from({ length: 1000 }, (_, index) =>
      bar(`${601_000 + (index % 100)}.SH`, DAYS[Math.floor(index / 100)] ?? ''),
    );
    expect((await fixture.post(PATH, records)).body.data).toMatchObject({ accepted: 1000, inserted: 1000 });
    expect(await stored('601099.SH')).toHaveLength(10);
  });

  it('stores what eight callers hand in at once exactly once', async () => {
    const records = DAYS.slice(0, 1000).map((date) => bar('600300.SH', date));
    const answers = await Promise.all(Array.from({ length: 8 }, () => fixture.post(PATH, records)));
    for (const { body } of answers) expect(body.data).toMatchObject({ accepted: 1000, rejected: [] });
    const inserted = answers.reduce((sum, { body }) => sum + body.data.inserted, 0);
    expect(inserted).toBe(1000);
    expect(await stored('600300.SH')).toHaveLength(1000);
  });

  it('takes ticks as JSON, NDJSON and CSV', async () => {
    const at = (seq: number, time: string) => tick({ symbol: '600400.SH', seq, time, last: 10, volume: seq * 100 });
    const path = '/api/v1/ingest/ticks';
    expect((await fixture.post(path, at(1, '09:30:03'))).body.data.accepted).toBe(1);
    expect((await fixture.post(path, [at(2, '09:30:06')])).body.data.accepted).toBe(1);
    expect(
      (await fixture.post(path, JSON.stringify(at(3, '09:30:09')), 'application/x-ndjson')).body.data.accepted,
    ).toBe(1);
    const { ts: _ts, ...rest } = at(4, '09:30:12');
    const row = { ...rest, ts: `${DATE}T09:30:12+08:00` };
    const cells = Object.values(row).map((value) => (Array.isArray(value) ? JSON.stringify(value) : value));
    const csv = await fixture.post(path, `${Object.keys(row).join()}\n${cells.join()}`, 'text/csv');
    expect(csv.body.data).toEqual({ accepted: 1, rejected: [] });
    const seqs = async () =>
      (await fixture.get('/api/v1/ticks/600400')).body.data?.ticks.map(({ seq }: { seq: number }) => seq);
    await waitUntil(async () => (await seqs())?.length === 4, { message: 'four ticks' });
    expect(await seqs()).toEqual([1, 2, 3, 4]);
  });
});
