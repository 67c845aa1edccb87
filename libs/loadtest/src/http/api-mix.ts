import { z } from 'zod';
import type { Call } from './client-crowd.ts';

/** What is asked, and how often in relation to the others. */
const mixEntrySchema = z.object({
  kind: z.string().min(1).max(40),
  weight: z.int().min(1).max(1000),
  path: z
    .string()
    .startsWith('/')
    .meta({ description: '{symbol} stands for a symbol, {code} for the first four characters of one, {n} for 0 to 4' }),
});
export const apiMixSchema = z.array(mixEntrySchema).min(1).max(100);
export type ApiMix = z.infer<typeof apiMixSchema>;

/** What a desk asks for. */
export const API_MIX: ApiMix = [
  { kind: 'quote', weight: 30, path: '/api/v1/realtime/stock/{symbol}' },
  { kind: 'dailyBars', weight: 20, path: '/api/v2/historical/stock/{symbol}?period=1d&adjust=qfq&limit=90' },
  { kind: 'minuteBars', weight: 15, path: '/api/v2/historical/stock/{symbol}?period=5m&limit=48' },
  { kind: 'ticks', weight: 10, path: '/api/v2/ticks/{symbol}?limit=50' },
  { kind: 'info', weight: 10, path: '/api/v1/stocks/{symbol}/info' },
  { kind: 'market', weight: 5, path: '/api/v2/realtime/market?sort=amount&limit=2{n}' },
  { kind: 'rules', weight: 4, path: '/api/v1/rules/{symbol}?date=2026-09-15' },
  { kind: 'search', weight: 3, path: '/api/v1/stocks/search?q={code}' },
  { kind: 'calendar', weight: 3, path: '/api/v1/calendar?start=2026-09-01&end=2026-09-30' },
];

const PAGES = 5;

interface MixedCallsOptions {
  url: string;
  symbols: readonly string[];
  mix: ApiMix;
}

/** The n-th call of a mix, by weight, each with another symbol. */
export function mixedCalls({ url, symbols, mix }: MixedCallsOptions): (index: number) => Call {
  const turns = mix.flatMap((entry) => Array.from({ length: entry.weight }, () => entry));
  const [turnStride, symbolStride] = [strideOver(turns.length, 37), strideOver(symbols.length, 61)];
  return (index) => {
    const { kind, path } = turns[(index * turnStride) % turns.length] ?? { kind: '', path: '' };
    const symbol = symbols[(index * symbolStride) % symbols.length] ?? '';
    const filled = path
      .replaceAll('{symbol}', symbol)
      .replaceAll('{code}', symbol.slice(0, 4))
      .replaceAll('{n}', String(index % PAGES));
    return { kind, url: `${url}${filled}` };
  };
}

/** From `least` on, the first that shares no factor with the length: steps of it go through everything evenly. */
function strideOver(length: number, least: number): number {
  const shared = (a: number, b: number): number => (b === 0 ? a : shared(b, a % b));
  let stride = least;
  while (length > 0 && shared(stride, length) > 1) stride += 1;
  return stride;
}
