import type { Bar } from '../bars/bar.ts';
import { shanghaiMs } from '../calendar/instant.ts';
import type { TradeDate } from '../calendar/trade-date.ts';
import type { AdjustFactor } from './adjust-factors.ts';

/**
 * How prices are made comparable over ex-dates.
 * - `none`: as traded.
 * - `hfq`: raw * factor, comparable with the first price (ratio method).
 * - `qfq`: raw * factor / latest factor, comparable with the last price (ratio method, Tushare's).
 * - `qfq-diff`: every later ex-date's own shift (subtraction method, Eastmoney's); may fall below 0.
 */
export const ADJUST_METHODS = ['none', 'qfq', 'hfq', 'qfq-diff'] as const;
export type AdjustMethod = (typeof ADJUST_METHODS)[number];

/** An adjusted price is price * scale + offset. */
interface Adjustment {
  scale: number;
  offset: number;
}

/**
 * Adjusts the prices of raw bars of one symbol. Volume and amount stay as traded, prices are not rounded.
 * @param bars in order of time.
 * @param factors as `adjustFactors` gives them.
 * @param asOf later ex-dates are left out, as if not known; none is unless given.
 */
export function adjustBars(
  bars: readonly Bar[],
  factors: readonly AdjustFactor[],
  method: AdjustMethod,
  asOf?: TradeDate,
): Bar[] {
  const known = asOf === undefined ? factors : factors.filter(({ date }) => date <= asOf);
  if (method === 'none' || known.length === 0) return [...bars];
  const starts = known.map(({ date }) => shanghaiMs(date));
  const adjustments = method === 'qfq-diff' ? shiftAdjustments(known) : ratioAdjustments(known, method);
  let passed = 0;
  return bars.map((bar) => {
    while (bar.ts >= (starts[passed] ?? Number.POSITIVE_INFINITY)) passed++;
    return adjustBar(bar, adjustments[passed]);
  });
}

function adjustBar(bar: Bar, { scale, offset }: Adjustment = { scale: 1, offset: 0 }): Bar {
  return {
    ...bar,
    open: bar.open * scale + offset,
    high: bar.high * scale + offset,
    low: bar.low * scale + offset,
    close: bar.close * scale + offset,
  };
}

/** By the number of ex-dates passed. */
function ratioAdjustments(factors: readonly AdjustFactor[], method: 'qfq' | 'hfq'): Adjustment[] {
  const latest = method === 'qfq' ? (factors.at(-1)?.factor ?? 1) : 1;
  return [1, ...factors.map(({ factor }) => factor)].map((factor) => ({ scale: factor / latest, offset: 0 }));
}

/** By the number of ex-dates passed: the shifts of all that follow, one after another. */
function shiftAdjustments(factors: readonly AdjustFactor[]): Adjustment[] {
  const adjustments: Adjustment[] = [{ scale: 1, offset: 0 }];
  for (const { shift } of factors.toReversed()) {
    const later = adjustments[0] ?? { scale: 1, offset: 0 };
    const scale = later.scale / shift.divisor;
    adjustments.unshift({ scale, offset: later.offset + shift.offset * scale });
  }
  return adjustments;
}
