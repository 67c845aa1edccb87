import { type LimitQuery, limitRule } from './limit-rule.ts';
import { priceTick } from './price-tick.ts';
import { fromTicks, percentOfTicks, toTicks } from './rounding.ts';

export interface PriceLimitQuery extends LimitQuery {
  /** Previous close after rights, yuan; the issue price on the first day. */
  preClose: number;
}

export interface PriceLimits {
  up: number;
  down: number;
}

/**
 * The limit rate of an instrument on a date, 0.1 for ±10 %, by {@link limitRule}. Where up and down differ, on a first
 * day of +44 % and -36 %, this tells the upper.
 * @returns undefined where there is no limit.
 */
export function limitRate(query: LimitQuery): number | undefined {
  const rule = limitRule(query);
  return rule.kind === 'band' ? rule.upPercent / 100 : undefined;
}

/**
 * The limit prices of an instrument on a date: previous close times (1 ± rate), half up to the tick, at least one
 * tick away from it and at least one tick.
 * @returns undefined where there is no limit.
 */
export function priceLimits(query: PriceLimitQuery): PriceLimits | undefined {
  const rule = limitRule(query);
  if (rule.kind !== 'band') return undefined;
  const tick = priceTick(query.symbol);
  const before = toTicks(query.preClose, tick);
  const up = Math.max(before + 1, percentOfTicks(before, 100 + rule.upPercent));
  const down = Math.max(1, Math.min(before - 1, percentOfTicks(before, 100 - rule.downPercent)));
  return { up: fromTicks(up, tick), down: fromTicks(down, tick) };
}
