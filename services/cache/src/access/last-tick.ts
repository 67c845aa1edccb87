import { marketApi } from '@quotefleet/contracts';
import type { AnswerCache } from '../answers/answer-cache.ts';
import { cacheRequestOf } from '../requests/cache-request.ts';
import { CACHED_ENDPOINTS } from '../requests/cached-endpoints.ts';
import { type ColumnarPage, parsePage } from './columnar-page.ts';

const TICKS_RULE = CACHED_ENDPOINTS.find(({ endpoint }) => endpoint.id === `${marketApi.listTicks.id}V2`);

/** A tick by the names of its fields, times in ms. */
export type TickRow = Readonly<Record<string, unknown>> & { time: number };

/** The last tick of a symbol up to a time, from what is stored; undefined where there is none. */
export async function lastTickUntil(
  answers: AnswerCache,
  { symbol, untilMs, identity }: { symbol: string; untilMs: number; identity: string | undefined },
): Promise<TickRow | undefined> {
  if (!TICKS_RULE) throw new Error('expected ticks among the endpoints that are cached');
  const query = new URLSearchParams({ end: String(untilMs), limit: '1' });
  const answer = await answers.get(cacheRequestOf(TICKS_RULE, { symbol, code: '', query }), identity);
  const { rows }: ColumnarPage = parsePage(answer.bytes);
  return rows.at(-1) as TickRow | undefined;
}

/** What of a quote changes with each tick, from a tick; in yuan, shares and percent. */
export function quoteFieldsOf(tick: TickRow): Record<string, unknown> {
  const { last, open, high, low, preClose, volume, amount, limitUp, limitDown, phase, epoch, seq } = tick;
  const [price, base] = [Number(last), Number(preClose)];
  const change = price > 0 && base > 0 ? price - base : 0;
  return {
    ...{ last, open, high, low, preClose, volume, amount, limitUp, limitDown, phase, epoch, seq },
    change: Number(change.toFixed(3)),
    changePercent: change === 0 ? 0 : Number(((change / base) * 100).toFixed(2)),
  };
}

/** One side of the book of a tick, best first. */
export function levelsOf(prices: unknown, volumes: unknown): { price: number; volume: number }[] {
  if (!Array.isArray(prices) || !Array.isArray(volumes)) return [];
  return prices.map((price, at) => ({ price: Number(price), volume: Number(volumes[at] ?? 0) }));
}
