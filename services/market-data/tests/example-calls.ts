import type { Endpoint } from '@quotefleet/contracts';
import { DATE, tick } from './market-data-fixture.ts';

/** Values for the parameters of paths; what stands for an index or a foreign stock goes by the endpoint. */
const VALUES: Readonly<Record<string, string>> = { symbol: '600519.SH', code: '801120', class: 'bars_1d', id: '1' };
const SYMBOLS: Readonly<Record<string, string>> = {
  historicalIndex: '000300.SH',
  realtimeIndex: '000300.SH',
  listConstituents: '000300.SH',
  historicalHk: '00700.HK',
  historicalUs: 'AAPL.US',
};
const QUERIES: Readonly<Record<string, string>> = {
  searchStocks: 'q=600',
  tradeCalendar: 'start=2026-01-01&end=2026-01-31',
  historicalBatch: 'symbols=600519.SH',
  realtimeBatch: 'symbols=600519.SH',
  importBars: 'format=generic&period=1d&file=600519.csv',
};
const JSON_TYPE = { 'content-type': 'application/json' };
const BODIES: Readonly<Record<string, RequestInit>> = {
  // With one that is refused: it goes to quarantine.
  ingestTicks: {
    headers: JSON_TYPE,
    body: JSON.stringify([tick({ seq: 9, time: '09:35:00', last: 10, volume: 900 }), { symbol: 'nonsense' }]),
  },
  ingestRecords: {
    headers: JSON_TYPE,
    body: JSON.stringify({
      ...{ symbol: '600519.SH', ts: `${DATE}T00:00:00+08:00`, open: 10, high: 10, low: 10, close: 10 },
      ...{ volume: 100, amount: 1000 },
    }),
  },
  importBars: {
    headers: { 'content-type': 'text/csv' },
    body: `date,open,high,low,close,volume\n${DATE},10,10,10,10,100`,
  },
  resubmitQuarantined: { headers: JSON_TYPE, body: '{}' },
};

/** What an endpoint cannot be called without. */
export function requiredQuery({ id }: Endpoint): string {
  return QUERIES[id.replace(/V2$/, '')] ?? '';
}

export function examplePath({ id, path }: Endpoint): string {
  const symbol = SYMBOLS[id.replace(/V2$/, '')];
  return path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) =>
    name === 'symbol' && symbol ? symbol : (VALUES[name] ?? ''),
  );
}

/** A call that an endpoint, of either version, takes. */
export function exampleCall(endpoint: Endpoint): { path: string; init: RequestInit } {
  const query = requiredQuery(endpoint);
  return {
    path: `${examplePath(endpoint)}${query === '' ? '' : `?${query}`}`,
    init: { method: endpoint.method.toUpperCase(), ...BODIES[endpoint.id.replace(/V2$/, '')] },
  };
}
