import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DEFAULT_POLICY } from '@quotefleet/access';
import type { Policy, RowKind, RowRule } from '@quotefleet/contracts';
import { shanghaiMs, toTradeDate } from '@quotefleet/domain';
import { waitUntil } from '@quotefleet/testing';
import { tableFromIPC } from 'apache-arrow';
import { fakeMarketData } from './fake-market-data.ts';
import { type Fixture, headersOf, startFixture } from './fixture.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const DELAY_MS = 15 * MINUTE_MS;
const BARS = '/api/v1/historical/stock/600519.SH';

/** Everything, but for one kind of rights. */
function rulesOf(role: string, kind: RowKind, ...rules: [value: string, effect?: 'deny'][]): RowRule[] {
  const whole = {
    market: '*',
    symbol: '*',
    instrumentKind: '*',
    field: '*',
    historyDays: 'unlimited',
    delaySeconds: '0',
  };
  const others = Object.entries(whole).filter(([name]) => name !== kind);
  return [
    ...others.map(([name, value]) => rule(role, name as RowKind, value)),
    ...rules.map(([value, effect], at) => ({
      ...rule(role, kind, value),
      id: `${role}-own-${at}`,
      ...(effect ? { effect } : {}),
    })),
  ];
}
const rule = (role: string, kind: RowKind, value: string): RowRule => {
  return { id: `${role}-${kind.toLowerCase()}`, role, kind, value, effect: 'allow' };
};
const NAMES = ['mainland', 'banks', 'funds', 'recent', 'late', 'blind', 'bookless'];
const policy: Policy = {
  ...DEFAULT_POLICY,
  roles: [...DEFAULT_POLICY.roles, ...NAMES.map((name) => ({ name, description: '', inherits: [] }))],
  rows: [
    ...DEFAULT_POLICY.rows,
    ...rulesOf('mainland', 'market', ['SH'], ['SZ']),
    ...rulesOf('banks', 'symbol', ['*'], ['60*.SH', 'deny']),
    ...rulesOf('funds', 'instrumentKind', ['etf']),
    ...rulesOf('recent', 'historyDays', ['30']),
    ...rulesOf('late', 'delaySeconds', ['900']),
    ...rulesOf('blind', 'delaySeconds'),
    ...rulesOf('bookless', 'field', ['*'], ['bid*', 'deny'], ['historicalStock.amount', 'deny'], ['amount', 'deny']),
  ],
};

type Rows = Record<string, unknown>[];
type Form = 'v1' | 'v2' | 'csv' | 'arrow' | 'ndjson';
const FORMS: Form[] = ['v1', 'v2', 'csv', 'arrow', 'ndjson'];

describe('what a role may see', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await startFixture({ policy, marketData: { ...fakeMarketData(), hasRows: true } });
  });
  afterAll(() => fixture.stop());

  const ask = (role: string, path: string) => fetch(fixture.url + path, { headers: headersOf(role) });
  async function refusal(role: string, path: string) {
    const response = await ask(role, path);
    const body = (await response.json()) as {
      message?: string;
      detail?: string;
      data?: { errors: { field: string }[] };
    };
    return { status: response.status, message: body.message ?? body.detail, right: body.data?.errors[0]?.field };
  }

  /** Rows of an answer in any form; times in ms, numbers as numbers. */
  async function read(role: string, path: string, form: Form = 'v1'): Promise<{ rows: Rows; headers: Headers }> {
    const formed = form.startsWith('v')
      ? path.replace('/api/v1/', `/api/${form}/`)
      : `${path}${path.includes('?') ? '&' : '?'}format=${form}`;
    const response = await ask(role, formed);
    if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
    return { rows: await rowsOf(response, form), headers: response.headers };
  }
  const symbolsOf = (rows: Rows) => [...new Set(rows.map(({ symbol }) => symbol))];

  describe.each(FORMS)('as %s', (form) => {
    it('goes by market, in lists and batches', async () => {
      expect(symbolsOf((await read('mainland', '/api/v1/stocks/list', form)).rows)).toEqual([
        '600519.SH',
        '000001.SZ',
        '510300.SH',
      ]);
      const batch = await read('mainland', '/api/v1/historical/batch?symbols=600519.SH,hk00700,000001.SZ', form);
      expect(symbolsOf(batch.rows)).toEqual(['600519.SH', '000001.SZ']);
      expect(batch.headers.get('x-qf-refused')).toBe('hk00700');
      expect(symbolsOf((await read('mainland', '/api/v1/realtime/market', form)).rows)).not.toContain('AAPL.US');
    });

    it('goes by symbol and by kind of instrument', async () => {
      expect(symbolsOf((await read('banks', '/api/v1/realtime/market', form)).rows)).toEqual([
        '000001.SZ',
        '510300.SH',
        '00700.HK',
        'AAPL.US',
      ]);
      expect(symbolsOf((await read('funds', '/api/v1/stocks/list', form)).rows)).toEqual(['510300.SH']);
    });

    it('goes back no further than the history of the role', async () => {
      const first = shanghaiMs(toTradeDate(Date.now())) - 30 * DAY_MS;
      for (const query of ['', '?limit=1000', '?start=2020-01-01', '?start=2020-01-01&limit=5']) {
        const { rows, headers } = await read('recent', BARS + query, form);
        expect(rows[0]?.time).toBeGreaterThanOrEqual(first);
        if (!query.includes('limit')) expect(rows).toHaveLength(31);
        if (query.includes('start')) expect(headers.get('x-qf-clamped')).toBe(`start=${toTradeDate(first)}`);
      }
    });

    it('comes late, ticks, minute bars and days alike', async () => {
      const midnight = shanghaiMs(toTradeDate(Date.now()));
      for (const path of [
        '/api/v1/ticks/600519.SH',
        `${BARS}?period=1m`,
        '/api/v1/depth/600519.SH?limit=7',
        '/api/v1/trades/600519.SH',
      ]) {
        const { rows, headers } = await read('late', path, form);
        expect(rows.length).toBeGreaterThan(5);
        expect(Number(rows.at(-1)?.time)).toBeLessThanOrEqual(Date.now() - DELAY_MS);
        expect(Number(rows.at(-1)?.time)).toBeGreaterThan(Date.now() - DELAY_MS - 3 * MINUTE_MS);
        expect(headers.get('x-qf-delayed')).toBe('900');
      }
      const days = await read('late', `${BARS}?limit=10`, form);
      expect(Number(days.rows.at(-1)?.time)).toBeLessThan(midnight);
      expect(Number((await read('user', `${BARS}?limit=10`, form)).rows.at(-1)?.time)).toBe(midnight);
    });

    it('leaves fields out that may not be seen', async () => {
      const [bar] = (await read('bookless', `${BARS}?limit=1`, form)).rows;
      expect(bar).toMatchObject({ close: 10 });
      expect(bar).not.toHaveProperty('amount');
      const [tick] = (await read('bookless', '/api/v1/ticks/600519.SH?limit=1', form)).rows;
      expect(tick).toHaveProperty('askPrices');
      expect(tick).not.toHaveProperty('bidPrices');
      const [two] = (await read('bookless', `${BARS}?limit=1&fields=close,time`, form)).rows;
      expect(Object.keys(two ?? {})).toEqual(['close', 'time']);
    });
  });

  it.each([
    ['mainland', '/api/v1/historical/hk/700', 'market', 'the market HK of 00700.HK'],
    ['mainland', '/api/v2/historical/hk/700', undefined, 'the market HK of 00700.HK'],
    ['mainland', '/api/v1/realtime/batch?symbols=00700.HK,AAPL.US', 'market', 'the market HK'],
    ['mainland', '/api/v1/dividend/stock/00700.HK', 'market', 'the market HK'],
    ['banks', BARS, 'symbol', '* except 60*.SH'],
    ['banks', '/api/v1/ticks/sh600519?format=csv', 'symbol', 'may not see 600519.SH'],
    ['funds', BARS, 'instrumentKind', 'which is of the kind stock'],
    ['recent', `${BARS}?end=2020-01-01`, 'historyDays', '30 days of history'],
    ['recent', `${BARS}?end=2020-01-01&format=arrow`, 'historyDays', '30 days of history'],
    ['late', `/api/v1/ticks/600519.SH?start=${Date.now()}`, 'delaySeconds', '900 s late'],
    ['late', '/api/v1/realtime/stock/000001.SZ', 'delaySeconds', 'no tick of 000001.SZ that old'],
    ['late', '/api/v1/realtime/market', 'delaySeconds', 'every quote here is younger'],
    ['blind', '/api/v1/realtime/stock/600519.SH', 'delaySeconds', 'no live data'],
    ['blind', '/api/v1/ticks/600519.SH', 'delaySeconds', 'no live data'],
    ['bookless', '/api/v1/ticks/600519.SH?fields=last,bidPrices', 'field', 'the field bidPrices of listTicks'],
    ['bookless', '/api/v1/realtime/market?sort=amount', 'field', 'the field amount'],
    ['bookless', '/api/v1/realtime/market?minAmount=5', 'field', 'the field amount'],
    ['anonymous', BARS, 'market', 'its market rights are none'],
    ['not-a-role', BARS, 'market', 'may not see the market SH'],
  ])('refuses %s %s by its %s right', async (role, path, right, text) => {
    expect(await refusal(role, path)).toEqual({ status: 403, right, message: expect.stringContaining(text) });
  });

  it('is nothing where nobody says who asks', async () => {
    expect((await fetch(fixture.url + BARS)).status).toBe(403);
    expect((await fetch(fixture.url + BARS, { headers: { 'x-qf-identity': 'garbage' } })).status).toBe(401);
  });

  it('is days that are over, for whom live data are not', async () => {
    const { rows } = await read('blind', `${BARS}?limit=3`);
    expect(Number(rows.at(-1)?.time)).toBeLessThan(shanghaiMs(toTradeDate(Date.now())));
  });

  it('is the quote of then, from the ticks', async () => {
    const response = await ask('late', '/api/v1/realtime/stock/600519.SH');
    const { data } = (await response.json()) as { data: Record<string, unknown> };
    expect(data).toMatchObject({
      symbol: '600519.SH',
      name: 'A stock',
      last: 9,
      change: 1,
      changePercent: 12.5,
      bids: [{ price: 8.9, volume: 100 }],
    });
    expect(Date.parse(String(data.time))).toBeLessThanOrEqual(Date.now() - DELAY_MS);
    const { rows } = await read('late', '/api/v1/realtime/batch?symbols=600519.SH,000001.SZ');
    expect(rows).toMatchObject([{ symbol: '600519.SH', last: 9, seq: expect.any(Number) }]);
    const bookless = await ask('bookless', '/api/v2/realtime/stock/600519.SH');
    const quote = await bookless.json();
    expect(quote).toHaveProperty('asks');
    expect(quote).not.toHaveProperty('bids');
  });

  it('goes on over pages that are left without a row', async () => {
    const first = await ask('funds', '/api/v1/stocks/list?limit=1');
    const { data } = (await first.json()) as { data: { instruments: Rows; nextCursor: string } };
    expect(symbolsOf(data.instruments)).toEqual(['510300.SH']);
    const second = await ask('funds', `/api/v1/stocks/list?limit=1&cursor=${data.nextCursor}`);
    expect(await second.json()).toMatchObject({ data: { instruments: [] } });
  });

  it('is refused as ever where the call itself is wrong', async () => {
    expect(await refusal('late', `${BARS}?limit=0`)).toMatchObject({ status: 400, right: 'limit' });
    expect(await refusal('late', `${BARS}?fields=nothing`)).toMatchObject({ status: 400, right: 'fields' });
    expect(await refusal('late', '/api/v1/ticks/garbage!')).toMatchObject({ status: 400, right: 'symbol' });
    const head = await fetch(`${fixture.url}${BARS}?limit=1`, { method: 'HEAD', headers: headersOf('late') });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  it('shares what is kept with those who see everything', async () => {
    const path = '/api/v2/stocks/list?kind=stock';
    expect((await ask('user', path)).headers.get('x-cache')).toBe('miss');
    expect((await ask('mainland', path)).headers.get('x-cache')).toBe('hit');
    expect((await ask('mainland', path.replace('v2', 'v1'))).headers.get('x-cache')).toBe('hit');
    const dividends = '/api/v1/dividend/stock/600519.SH';
    expect((await ask('late', dividends)).headers.get('x-cache')).toBe('miss');
    expect((await ask('user', dividends)).headers.get('x-cache')).toBe('hit');
  });

  it('changes with the policy within a second, and back', async () => {
    const status = async () => (await ask('user', BARS)).status;
    expect(await status()).toBe(200);
    const started = performance.now();
    const denied: RowRule = { id: 'no-moutai', role: 'user', kind: 'symbol', value: '600519.SH', effect: 'deny' };
    await fixture.auth?.change({ ...policy, rows: [...policy.rows, denied] });
    await waitUntil(async () => (await status()) === 403);
    expect(performance.now() - started).toBeLessThan(1000);
    await fixture.auth?.change(policy);
    await waitUntil(async () => (await status()) === 200);
  });
});

async function rowsOf(response: Response, form: Form): Promise<Rows> {
  if (form === 'arrow') {
    const table = tableFromIPC(new Uint8Array(await response.arrayBuffer()));
    return table.toArray().map((row) => normal(row.toJSON()));
  }
  const text = await response.text();
  if (form === 'ndjson')
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => normal(JSON.parse(line)));
  if (form === 'csv') {
    const [head = '', ...lines] = text.replace('\uFEFF', '').trim().split(/\r?\n/);
    const names = head.split(',');
    return lines.map((line) =>
      normal(Object.fromEntries(line.split(',').map((value, at) => [names[at] ?? '', value]))),
    );
  }
  if (form === 'v2') {
    const { fields, items } = JSON.parse(text) as { fields: string[]; items: unknown[][] };
    return items.map((values) => normal(Object.fromEntries(values.map((value, at) => [fields[at] ?? '', value]))));
  }
  const { data } = JSON.parse(text) as { data: Record<string, unknown> };
  const rows = Object.values(data).find((value) => Array.isArray(value)) as Rows;
  return rows.map(normal);
}

function normal(row: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(row).map(([name, value]): [string, unknown] => {
    if (name === 'time')
      return [name, typeof value === 'string' && Number.isNaN(Number(value)) ? Date.parse(value) : Number(value)];
    return [
      name,
      typeof value === 'string' && value !== '' && !Number.isNaN(Number(value)) && name !== 'symbol'
        ? Number(value)
        : value,
    ];
  });
  return Object.fromEntries(entries);
}
