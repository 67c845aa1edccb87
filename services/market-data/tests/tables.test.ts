import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Endpoint, marketApi, type TableShape } from '@quotefleet/contracts';
import { describeWith, isolatedDatabase } from '@quotefleet/testing';
import { tableFromIPC } from 'apache-arrow';
import { parse } from 'csv-parse/sync';
import { parquetReadObjects } from 'hyparquet';
import { exampleCall } from './example-calls.ts';
import { type MarketDataFixture, startMarketData } from './market-data-fixture.ts';
import { storeSample } from './market-data-sample.ts';

type TableEndpoint = Endpoint & { table: TableShape };
type Row = Record<string, unknown>;

const TABLES = [...marketApi.MARKET_READS, marketApi.listQuarantine]
  .filter((endpoint): endpoint is TableEndpoint => endpoint.table !== undefined)
  .map((endpoint) => [endpoint.id, endpoint] as const);
/** What makes them say something, and pages go on from the first row. */
const QUERIES: Readonly<Record<string, string>> = {
  realtimeBatch: 'symbols=600519,000001',
  historicalBatch: 'symbols=600519,000001,000300.SH&start=2025-01-01&fields=symbol,time,tradeDate,close,volume,final',
  historicalStock: 'start=2025-01-01',
  historicalIndex: 'start=2025-01-01',
  historicalHk: 'start=2025-01-01',
  historicalUs: 'start=2025-01-01&period=1w',
  listTicks: 'start=2025-01-01',
  listDepth: 'start=2025-01-01',
  listTrades: 'start=2025-01-01',
  searchStocks: 'q=6',
  listConceptMembers: 'date=2023-01-02',
  listQuality: 'start=2025-10-20&end=2025-11-10',
};
const PATHS: Readonly<Record<string, string>> = {
  listConceptMembers: '/api/v1/concepts/chips/members',
  listIndustryMembers: '/api/v1/industries/801780/members',
};

describeWith('postgres', 'tables of market-data', (servers) => {
  const database = isolatedDatabase(servers);
  let fixture: MarketDataFixture;

  beforeAll(async () => {
    fixture = await startMarketData(database.url);
    await storeSample(fixture);
    await fixture.post('/api/v1/ingest/bars_1d', [{}, 1, null, { symbol: 'x' }]);
  }, 30_000);
  afterAll(() => fixture.stop());

  function url(endpoint: TableEndpoint, extra: string, version = 'v1'): string {
    const [path = ''] = exampleCall(endpoint).path.split('?');
    const query = [QUERIES[endpoint.id], extra].filter(Boolean).join('&');
    return `${(PATHS[endpoint.id] ?? path).replace('/v1/', `/${version}/`)}?${query}`;
  }
  const hasPages = ({ query }: Endpoint) => query !== undefined && 'cursor' in query.shape;
  const all = (endpoint: Endpoint) => (hasPages(endpoint) ? 'limit=50000' : '');
  async function get(path: string) {
    const { status, body } = await fixture.get(path);
    expect({ path, status, message: body.message }).toMatchObject({ path, status: 200 });
    return body;
  }
  const rowsOf = async (endpoint: TableEndpoint, extra = all(endpoint)): Promise<Row[]> =>
    (await get(url(endpoint, extra))).data[endpoint.table.itemsKey];
  /** When something was checked differs from call to call. */
  const settled = (rows: readonly Row[]) => rows.map(({ checkedAt: _checkedAt, ...row }) => row);

  describe.each(TABLES)('%s', (_id, endpoint) => {
    it('has rows that its schema describes', async () => {
      const body = await get(url(endpoint, all(endpoint)));
      expect(body.data[endpoint.table.itemsKey].length).toBeGreaterThan(0);
      const parsed = endpoint.data.safeParse(body.data);
      expect(parsed.error?.issues.slice(0, 3) ?? []).toEqual(
        // A part of the fields is a part of the members.
        QUERIES[endpoint.id]?.includes('fields=') ? expect.anything() : [],
      );
    });

    it('is the same by columns in v2', async () => {
      const rows = await rowsOf(endpoint);
      const { fields, items, ...rest } = await get(url(endpoint, all(endpoint), 'v2'));
      const types = new Map(endpoint.table.fields.map(({ name, type }) => [name, type]));
      const objects = items.map((item: unknown[]) => toObject(fields, item, types));
      expect(settled(objects)).toEqual(settled(rows));
      expect(rest).not.toHaveProperty('data');
    });

    it('is the same page by page as in one', async () => {
      if (!hasPages(endpoint)) return;
      const rows = await rowsOf(endpoint);
      for (const limit of [1, 3]) {
        const found: Row[] = [];
        let cursor = '';
        do {
          const { data } = await get(url(endpoint, `limit=${limit}${cursor}`));
          expect(data[endpoint.table.itemsKey].length).toBeLessThanOrEqual(limit);
          found.push(...data[endpoint.table.itemsKey]);
          cursor = data.nextCursor === undefined ? '' : `&cursor=${data.nextCursor}`;
        } while (cursor !== '' && found.length <= rows.length);
        expect(settled(found)).toEqual(settled(rows));
      }
    });

    it.each(['abc', 'e30', Buffer.from('["x","y","z"]').toString('base64url'), 'W10'])(
      'refuses the cursor %s',
      async (cursor) => {
        if (!hasPages(endpoint)) return;
        for (const format of ['json', 'csv']) {
          const { status, body } = await fixture.get(url(endpoint, `cursor=${cursor}&format=${format}`));
          expect({ status, field: body.data.errors[0].field }).toEqual({ status: 400, field: 'cursor' });
        }
      },
    );

    it('is read back from every format with its types', async () => {
      const rows = settled(await rowsOf(endpoint));
      const fetchBytes = async (format: string) => {
        const response = await fixture.fetch(url(endpoint, `format=${format}`));
        expect({ format, status: response.status }).toEqual({ format, status: 200 });
        return Buffer.from(await response.arrayBuffer());
      };
      const ndjson = (await fetchBytes('ndjson')).toString().trim().split('\n');
      expect(settled(ndjson.map((line) => JSON.parse(line)))).toEqual(rows);
      const csv = parse(await fetchBytes('csv'), { columns: true, skip_empty_lines: true }) as Row[];
      expect(csv.map((row) => String(row.symbol ?? ''))).toEqual(rows.map(({ symbol }) => symbol ?? ''));
      const parquet = await fetchBytes('parquet');
      const file = parquet.buffer.slice(parquet.byteOffset, parquet.byteOffset + parquet.byteLength) as ArrayBuffer;
      const types = new Map(endpoint.table.fields.map(({ name, type }) => [name, type]));
      expect(settled((await parquetReadObjects({ file })).map((row) => normalized(row, types)))).toEqual(rows);
      const arrow = tableFromIPC(await fetchBytes('arrow'));
      const arrowRows = arrow.toArray().map((row) => normalized(row.toJSON(), types));
      expect(settled(arrowRows)).toEqual(rows);
    });

    it('gives the fields asked for, in that order, and names those there are', async () => {
      const wanted = endpoint.table.fields
        .slice(0, 2)
        .map(({ name }) => name)
        .reverse();
      const fields = `fields=${wanted.join(',%20')}`;
      const base = url(endpoint, '', 'v2').replace(/fields=[^&]*/, '');
      expect((await get(`${base}&${fields}`)).fields).toEqual(wanted);
      const csv = await (await fixture.fetch(`${base}&${fields}&format=csv`)).text();
      expect(csv.split('\r\n')[0]).toBe(wanted.join());
      const { status, body } = await fixture.get(`${base}&fields=symbol,nothing`);
      expect({ status, code: body.code, field: body.errors[0].field }).toEqual({
        status: 400,
        code: 'INVALID_ARGUMENT',
        field: 'fields',
      });
    });
  });

  it('are had in the format that Accept names, json by default, and in none that is not there', async () => {
    const path = '/api/v1/stocks/list';
    const type = async (accept: string) => {
      const response = await fixture.fetch(path, { headers: { accept } });
      await response.arrayBuffer();
      return [response.status, response.headers.get('content-type'), response.headers.get('vary')];
    };
    expect(await type('*/*')).toEqual([200, 'application/json; charset=utf-8', 'Accept']);
    expect(await type('text/csv')).toEqual([200, 'text/csv; charset=utf-8', 'Accept']);
    expect(await type('text/html, text/csv;q=0.5')).toEqual([200, 'text/csv; charset=utf-8', 'Accept']);
    expect(await type('application/vnd.apache.parquet')).toMatchObject([
      200,
      'application/vnd.apache.parquet',
      'Accept',
    ]);
    const refused = await fixture.fetch(path, { headers: { accept: 'image/png' } });
    expect({ status: refused.status, body: await refused.json() }).toMatchObject({
      status: 406,
      body: { code: 'NOT_ACCEPTABLE' },
    });
  });

  it('are counted from the end where there is no start, and whole as a stream', async () => {
    const path = '/api/v1/ticks/600519';
    const seqs = (text: string) => text.trim().split('\r\n').slice(1).map(Number);
    const csv = async (query: string) =>
      seqs(await (await fixture.fetch(`${path}?format=csv&fields=seq${query}`)).text());
    expect(await csv('')).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
    expect(await csv('&limit=3')).toEqual([10, 11, 12]);
    expect(await csv('&limit=3&start=2025-01-01')).toEqual([1, 2, 3]);
    expect((await fixture.get(`${path}?format=csv&limit=60000`)).body.data.errors[0].field).toBe('limit');
  });
});

function toObject(fields: readonly string[], item: readonly unknown[], types: ReadonlyMap<string, string>): Row {
  return normalized(Object.fromEntries(fields.map((name, index) => [name, item[index]])), types);
}

/** A row of any reader as v1 has it. */
function normalized(row: Row, types: ReadonlyMap<string, string>): Row {
  const view: Row = {};
  for (const [name, value] of Object.entries(row)) {
    if (value === null || value === undefined) continue;
    view[name] = toView(value, types.get(name) ?? 'text');
  }
  return view;
}

function toView(value: unknown, type: string): unknown {
  if (type === 'timestamp') {
    const ms = value instanceof Date ? value.getTime() : Number(value);
    return new Date(ms + 8 * 3_600_000).toISOString().replace('Z', '+08:00');
  }
  if (type === 'date' && typeof value !== 'string') return new Date(Number(value)).toISOString().slice(0, 10);
  if (type === 'json') return typeof value === 'string' && /^[[{"\d]|^null$/.test(value) ? JSON.parse(value) : value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'object' && value !== null && Symbol.iterator in value)
    return [...(value as Iterable<unknown>)].map((part) => toView(part, ''));
  return value;
}
