import { describe, expect, it } from '@jest/globals';
import { marketApi } from '@quotefleet/contracts';
import { TokenSource } from '../credentials.ts';
import { MarketCalls } from './market-calls.ts';
import { RestClient, type RestOptions } from './rest-client.ts';
import { routes } from './routes.ts';

interface Sent {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: unknown;
}

const envelope = (data: unknown, code = 'OK', status = 200, headers = {}) =>
  new Response(
    JSON.stringify({ success: status < 400, code, message: `m ${code}`, data, traceId: 'trace-1', timestamp: '' }),
    { status, headers },
  );
const refused = (code: string, status: number, headers = {}) => envelope(null, code, status, headers);

/** A client of a fleet that answers with each in turn. */
function clientOf(
  answers: (Response | Error | 'hang')[],
  options: Partial<RestOptions> & { tokens?: TokenSource } = {},
) {
  const sent: Sent[] = [];
  const fake = async (url: string, init: RequestInit) => {
    const body = init.body === undefined ? undefined : JSON.parse(String(init.body));
    sent.push({ method: String(init.method), url, headers: init.headers as Record<string, string>, body });
    const answer = answers.shift() ?? new Error('no more answers');
    if (answer === 'hang')
      return new Promise<Response>((_resolve, reject) => {
        if (init.signal?.aborted) reject(init.signal.reason);
        init.signal?.addEventListener('abort', () => reject(init.signal?.reason));
      });
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const { tokens, ...rest } = options;
  const client = new RestClient(
    {
      ...{ baseUrl: 'http://fleet', credentials: {}, timeoutMs: 1000, retry: { baseMs: 1 } },
      ...{ fetch: fake as typeof fetch, ...rest },
    },
    tokens,
  );
  return { client, sent };
}

describe('RestClient', () => {
  it('calls an endpoint of the contracts, or its route, and gives the data', async () => {
    const { client, sent } = clientOf([envelope({ ticks: [1] }), envelope({ ticks: [2] })], {
      credentials: { apiKey: 'qf_key' },
    });
    const call = { params: { symbol: '1.600519/x' }, query: { start: '2026-11-20', limit: 5, cursor: undefined } };
    expect(await client.call(routes.listTicks, call)).toEqual({ ticks: [1] });
    expect(await client.call(marketApi.listTicks, call)).toEqual({ ticks: [2] });
    expect(sent[0]).toEqual({
      ...{ method: 'GET', url: 'http://fleet/api/v1/ticks/1.600519%2Fx?start=2026-11-20&limit=5', body: undefined },
      headers: { accept: 'application/json', 'x-api-key': 'qf_key' },
    });
    expect(sent[1]).toEqual(sent[0]);
  });

  it('has the types of the contracts', async () => {
    const { client } = clientOf([envelope({ ticks: [] })]);
    const { ticks } = await client.call(routes.listTicks, { params: { symbol: '600519.SH' } });
    const symbols: string[] = ticks.map(({ symbol }) => symbol);
    expect(symbols).toEqual([]);
    // @ts-expect-error the symbol is missing
    await expect(client.call(routes.listTicks, {})).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    // @ts-expect-error no such parameter
    await expect(client.call(routes.listStocks, { query: { colour: 'red' } })).rejects.toThrow();
  });

  it('sends a body', async () => {
    const { client, sent } = clientOf([envelope({ accessToken: 'a' })]);
    await client.call(routes.login, { body: { username: 'ann', password: 'secret' } });
    expect(sent[0]).toMatchObject({
      ...{ method: 'POST', body: { username: 'ann', password: 'secret' } },
      headers: { 'content-type': 'application/json' },
    });
  });

  it('tells an error by code, status, fields and trace id', async () => {
    const errors = [{ field: 'symbol', message: 'expected a symbol' }];
    const { client } = clientOf([envelope({ errors }, 'INVALID_ARGUMENT', 400)]);
    await expect(client.call(routes.listStocks, {})).rejects.toMatchObject({
      ...{ name: 'QuotefleetError', code: 'INVALID_ARGUMENT', message: 'm INVALID_ARGUMENT' },
      ...{ status: 400, errors, traceId: 'trace-1' },
    });
  });

  it('tells an answer that is none of the fleet', async () => {
    const page = () => new Response('<html>', { status: 502 });
    const { client } = clientOf([page(), page(), page(), new Response('ok')]);
    await expect(client.call(routes.listStocks, {})).rejects.toMatchObject({ code: 'BAD_GATEWAY', status: 502 });
    const other = clientOf([new Response('{}', { status: 404 })]);
    await expect(other.client.call(routes.listStocks, {})).rejects.toMatchObject({ code: 'UNEXPECTED', status: 404 });
  });

  it('sends a GET again where nobody answers or the answer says later, and no POST', async () => {
    const later = () => refused('UNAVAILABLE', 503, { 'retry-after': '0' });
    const { client, sent } = clientOf([new Error('refused'), later(), envelope({ instruments: [] })]);
    await client.call(routes.listStocks, {});
    expect(sent).toHaveLength(3);
    const posting = clientOf([later()]);
    const body = { username: 'ann', password: 'secret' };
    await expect(posting.client.call(routes.login, { body })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(posting.sent).toHaveLength(1);
  });

  it('sends a POST again that has an idempotency key', async () => {
    const { client, sent } = clientOf([new Error('reset'), envelope({ accepted: 0, rejected: [] })]);
    await client.call(routes.ingestTicks, { body: { ticks: [] }, idempotencyKey: 'k1' });
    expect(sent.map(({ headers }) => headers['idempotency-key'])).toEqual(['k1', 'k1']);
  });

  it('waits as long as Retry-After says', async () => {
    const { client } = clientOf([refused('RATE_LIMITED', 429, { 'retry-after': '1' }), envelope({})]);
    const startedMs = performance.now();
    await client.call(routes.listStocks, {});
    expect(performance.now() - startedMs).toBeGreaterThan(990);
    const long = clientOf([refused('RATE_LIMITED', 429, { 'retry-after': '60' })]);
    await expect(long.client.call(routes.listStocks, {})).rejects.toMatchObject({ retryAfterMs: 60_000 });
  });

  it('renews a token that is refused, once', async () => {
    const given = ['old', 'new'];
    const tokens = () => new TokenSource(async () => given.shift() ?? 'newer');
    const { client, sent } = clientOf([refused('UNAUTHENTICATED', 401), envelope({})], { tokens: tokens() });
    await client.call(routes.whoAmI, {});
    expect(sent.map(({ headers }) => headers.authorization)).toEqual(['Bearer old', 'Bearer new']);
    const twice = clientOf([refused('UNAUTHENTICATED', 401), refused('UNAUTHENTICATED', 401)], { tokens: tokens() });
    await expect(twice.client.call(routes.whoAmI, {})).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(twice.sent).toHaveLength(2);
  });

  it('gives up after its time, and when it is told to', async () => {
    const { client } = clientOf(['hang'], { timeoutMs: 20, retry: { retries: 0 } });
    await expect(client.call(routes.listStocks, {})).rejects.toMatchObject({ code: 'TIMEOUT' });
    const control = new AbortController();
    const call = clientOf(['hang']).client.call(routes.listStocks, { signal: control.signal });
    control.abort();
    await expect(call).rejects.toMatchObject({ code: 'ABORTED' });
  });

  it('stops waiting for a token when it is told to', async () => {
    const control = new AbortController();
    const { client, sent } = clientOf([], { tokens: new TokenSource(() => new Promise(() => undefined)) });
    const call = client.call(routes.listStocks, { signal: control.signal });
    control.abort();
    await expect(call).rejects.toMatchObject({ code: 'ABORTED' });
    expect(sent).toEqual([]);
  });

  it('stops waiting for the next attempt when it is told to', async () => {
    const control = new AbortController();
    const { client, sent } = clientOf([refused('UNAVAILABLE', 503, { 'retry-after': '5' })]);
    const call = client.call(routes.listStocks, { signal: control.signal });
    setTimeout(() => control.abort(), 20);
    await expect(call).rejects.toMatchObject({ code: 'ABORTED' });
    expect(sent).toHaveLength(1);
  });
});

describe('MarketCalls', () => {
  it.each([
    ['sh600519', '/api/v1/historical/stock/600519.SH'],
    ['000300.SH', '/api/v1/historical/index/000300.SH'],
    ['00700.HK', '/api/v1/historical/hk/00700.HK'],
    ['AAPL.US', '/api/v1/historical/us/AAPL.US'],
  ])('asks for the bars of %s where they are', async (symbol, path) => {
    const { client, sent } = clientOf([envelope({ bars: [] })]);
    await new MarketCalls(client).bars(symbol, { period: '1d' });
    expect(sent[0]?.url).toBe(`http://fleet${path}?period=1d`);
  });

  it('refuses what is no symbol as any other fault', async () => {
    const market = new MarketCalls(clientOf([]).client);
    const fault = { name: 'QuotefleetError', code: 'INVALID_ARGUMENT', message: expect.stringContaining('nonsense!') };
    await expect(market.bars('nonsense!')).rejects.toMatchObject(fault);
    await expect(market.quote('nonsense!')).rejects.toMatchObject(fault);
  });

  it('asks for quotes, books, instruments and days', async () => {
    const answers = [
      {},
      { quotes: [1] },
      { books: [2] },
      { instruments: [3] },
      { instruments: [4] },
      {},
      { tradingDays: [5] },
    ];
    const { client, sent } = clientOf(answers.map((data) => envelope(data)));
    const market = new MarketCalls(client);
    await market.quote('000300.SH');
    expect(await market.quotes(['600519.SH', '000001.SZ'])).toEqual([1]);
    expect(await market.depth('600519.SH', { limit: 1 })).toEqual([2]);
    expect(await market.search('gzmt', { kind: 'stock' })).toEqual([3]);
    await market.instruments({ board: 'star' });
    await market.instrument('600519');
    expect(await market.tradingDays({ start: '2026-11-01', end: '2026-11-30' })).toEqual([5]);
    expect(sent.map(({ url }) => url.replace('http://fleet/api/v1', ''))).toEqual([
      '/realtime/index/000300.SH',
      '/realtime/batch?symbols=600519.SH%2C000001.SZ',
      '/depth/600519.SH?limit=1',
      '/stocks/search?kind=stock&q=gzmt',
      '/stocks/list?board=star',
      '/stocks/600519/info',
      '/calendar?start=2026-11-01&end=2026-11-30',
    ]);
  });
});
