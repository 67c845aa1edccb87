import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { marketApi, versionsOf } from '@quotefleet/contracts';
import { describeWith, isolatedDatabase } from '@quotefleet/testing';
import { examplePath, requiredQuery } from './example-calls.ts';
import { DATE, type MarketDataFixture, startMarketData, tick } from './market-data-fixture.ts';

const { MARKET_READS, MARKET_WRITES } = marketApi;

/** Texts that a careless service would run, choke on, or take for something else. */
const NASTY = [
  "' OR 1=1 --",
  "600519.SH'; DROP TABLE market.bars_1d; --",
  '%00',
  'a%00b',
  '',
  '%20',
  '-1',
  '0',
  '1e308',
  '9007199254740993',
  '99999999999999999999999999',
  'NaN',
  'Infinity',
  '0x10',
  '0000-01-01',
  '00000101',
  '9999-12-31',
  '2026-02-30',
  '0000-01-01T00:00:00Z',
  '9999999999999',
  '茅台\u202e',
  '%F0%9F%92%A9',
  '%ED%A0%80',
  '%25',
  '../../etc/passwd',
  '{"$gt":""}',
  '[object Object]',
  'WyJhIl0',
  Buffer.from('[1.5,1.5]').toString('base64url'),
  Buffer.from('[1.5]').toString('base64url'),
  Buffer.from('[9e15]').toString('base64url'),
  Buffer.from('[9e15,1]').toString('base64url'),
  Buffer.from('["2026-02-30"]').toString('base64url'),
  Buffer.from('["600519.SH",1.5]').toString('base64url'),
  Buffer.from(String.raw`["\u0000","\ud800","2026-01-05"]`).toString('base64url'),
  'x'.repeat(3000),
];

describeWith('postgres', 'market-data under bad input', (servers) => {
  const database = isolatedDatabase(servers);
  let fixture: MarketDataFixture;

  beforeAll(async () => {
    fixture = await startMarketData(database.url);
    const bar = { ts: `${DATE}T00:00:00+08:00`, open: 10, high: 10, low: 10, close: 10, volume: 1, amount: 10 };
    await fixture.store(
      'bars_1d',
      ['600519.SH', '000300.SH', '00700.HK', 'AAPL.US'].map((symbol) => ({ symbol, ...bar })),
    );
    await fixture.store('industries', [{ taxonomy: 'sw2021', code: '801120', name: '食品饮料', level: 1 }]);
    await fixture.store('concepts', [{ code: '801120', name: '白酒' }]);
    await fixture.post('/api/v1/ingest/ticks', { ticks: [tick({ seq: 1, time: '09:30:03', last: 10, volume: 100 })] });
  });
  afterAll(() => fixture.stop());

  const faults: string[] = [];
  afterEach(() => {
    expect(faults.splice(0)).toEqual([]);
  });

  /** Never a fault of the service: an answer, or a 4xx that says what is wrong with what. */
  async function probe(path: string, init?: RequestInit): Promise<number> {
    const response = await fixture.fetch(path, init);
    const text = await response.text();
    const is = (fault: string) =>
      faults.push(`${fault}: ${response.status} ${path.slice(0, 200)} ${text.slice(0, 200)}`);
    if (response.status >= 500) is('a fault of the service');
    if (/syntax error|invalid byte|out of range for type|at Object\./.test(text)) is('tells of its inside');
    if (response.status === 400 && !text.includes('Failed to decode param')) {
      const body = JSON.parse(text);
      if (typeof (body.data?.errors ?? body.errors)?.[0]?.field !== 'string') is('names no field');
    }
    return response.status;
  }

  it.each(MARKET_READS.map((endpoint) => [endpoint.id, endpoint] as const))(
    '%s answers a plain call',
    async (_id, endpoint) => {
      for (const { path } of versionsOf(endpoint)) {
        const call = `${examplePath({ ...endpoint, path })}?${requiredQuery(endpoint)}`;
        const response = await fixture.fetch(call);
        expect({ call, status: response.status }).toEqual({
          call,
          status: endpoint.id === 'realtimeIndex' ? 404 : 200,
        });
        await response.text();
      }
    },
  );

  it.each(MARKET_READS.map((endpoint) => [endpoint.id, endpoint] as const))(
    '%s takes any text in any parameter without a fault',
    async (_id, endpoint) => {
      const names = Object.keys(endpoint.query?.shape ?? {});
      const [v1 = endpoint] = versionsOf(endpoint);
      for (const value of NASTY) {
        const text = value.includes('%') ? value : encodeURIComponent(value);
        for (const name of names) {
          const others = requiredQuery(endpoint)
            .split('&')
            .filter((pair) => !pair.startsWith(`${name}=`));
          await probe(`${examplePath(v1)}?${[...others, `${name}=${text}`].join('&')}`);
        }
        const path = v1.path.replaceAll(/\{\w+\}/g, text);
        if (path !== v1.path) await probe(`${path}?${requiredQuery(endpoint)}`);
      }
      for (const name of names) {
        const twice = `${name}=1&${name}=2`;
        expect(await probe(`${examplePath(v1)}?${twice}`)).toBe(400);
        await probe(`${examplePath(v1).replace('/v1/', '/v2/')}?${requiredQuery(endpoint)}&${name}=%00`);
      }
    },
    60_000,
  );

  describe.each(MARKET_WRITES.map((endpoint) => [endpoint.id, endpoint] as const))('%s', (_id, endpoint) => {
    it('takes any text in any parameter without a fault', async () => {
      const method = endpoint.method.toUpperCase();
      for (const value of NASTY) {
        const text = value.includes('%') ? value : encodeURIComponent(value);
        const init: RequestInit =
          method === 'POST' ? { method, headers: { 'content-type': 'application/json' }, body: '{}' } : { method };
        await probe(endpoint.path.replaceAll(/\{\w+\}/g, text), init);
        for (const name of Object.keys(endpoint.query?.shape ?? {}))
          await probe(`${examplePath(endpoint)}?${name}=${text}`, init);
      }
    });

    it('takes any body without a fault', async () => {
      if (endpoint.method !== 'post') return;
      const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
      const bodies = ['', '{}', '[]', 'null', '1', '"x"', '{', '[[]]', '[null,1,"x",[],{}]', '{"records":1}', '\u0000'];
      const records = [
        `[{"symbol":"a\\u0000b"}]`,
        `{"__proto__":{"symbol":"x"}}`,
        `[{"constructor":{"prototype":1}}]`,
        `{"record":{"symbol":"\\ud800"}}`,
        deep,
        `{"record":${deep}}`,
        `{"records":[${deep}]}`,
      ];
      for (const body of [...bodies, ...records]) {
        for (const type of [
          'application/json',
          'application/x-ndjson',
          'text/csv',
          'application/gzip',
          'application/vnd.apache.parquet',
          'image/png',
        ]) {
          await probe(examplePath(endpoint), { method: 'POST', headers: { 'content-type': type }, body });
        }
      }
    }, 60_000);
  });

  it('has lost nothing of what was stored', async () => {
    const { body } = await fixture.get('/api/v1/historical/stock/600519.SH');
    expect(body.data.bars).toHaveLength(1);
  });
});
