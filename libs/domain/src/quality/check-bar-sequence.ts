import type { Bar } from '../bars/bar.ts';
import { type TradeDate, toTradeDate } from '../calendar/trade-date.ts';
import { limitRule } from '../rules/limit-rule.ts';
import { listedDaysOn } from '../rules/listed-days.ts';
import { priceTick } from '../rules/price-tick.ts';
import { limitProblem, limitsOn } from './day-limits.ts';
import type { InstrumentFacts, Problem } from './finding.ts';

/** How far a price without limits may lie from the previous close before somebody should look. */
const UNLIMITED_JUMP = 0.5;

/** A bar that does not come after the one before it. */
export function orderProblem(bar: Bar, previous: Bar | undefined): Problem | undefined {
  if (!previous || bar.ts > previous.ts) return undefined;
  const isSame = bar.ts === previous.ts;
  return {
    kind: isSame ? 'duplicate' : 'order',
    severity: 'error',
    field: 'ts',
    message: `expected a time after ${previous.ts}, was ${isSame ? 'the same' : bar.ts}`,
  };
}

/** A price beyond the limits of its day, or one that no corporate action explains. */
export function priceProblem(bar: Bar, previous: Bar | undefined, facts: InstrumentFacts): Problem | undefined {
  if (bar.period === '1w' || bar.period === '1M') return undefined;
  const date = toTradeDate(bar.ts);
  const preClose = facts.preCloseOn?.(date);
  const prices = { high: bar.high, low: bar.low };
  if (preClose !== undefined) {
    const limits = limitsOn(bar.symbol, date, preClose, facts);
    return (limits && limitProblem(bar.symbol, limits, prices)) ?? restatementProblem(bar, previous, preClose, facts);
  }
  if (!previous || bar.period !== '1d' || hasAction(previous, date, facts)) return undefined;
  const limits = limitsOn(bar.symbol, date, previous.close, facts);
  if (!limits) return unlimitedJump(bar, previous, date, facts);
  const beyond = limitProblem(bar.symbol, limits, prices);
  return beyond && jump(beyond.field, `${beyond.message} after a close of ${previous.close} with no corporate action`);
}

/** The previous close the day names is not the one the bar before has, and no corporate action tells why. */
function restatementProblem(
  bar: Bar,
  previous: Bar | undefined,
  preClose: number,
  facts: InstrumentFacts,
): Problem | undefined {
  if (!previous || bar.period !== '1d' || hasAction(previous, toTradeDate(bar.ts), facts)) return undefined;
  if (Math.abs(preClose - previous.close) <= priceTick(bar.symbol) / 2) return undefined;
  return jump('preClose', `expected the close before, ${previous.close}, with no corporate action, was ${preClose}`);
}

/** Without known ex-dates there may be one. */
function hasAction(previous: Bar, date: TradeDate, { exDates }: InstrumentFacts): boolean {
  if (!exDates) return true;
  const before = toTradeDate(previous.ts);
  return exDates.some((exDate) => exDate > before && exDate <= date);
}

function unlimitedJump(bar: Bar, previous: Bar, date: TradeDate, facts: InstrumentFacts): Problem | undefined {
  // A new listing that is free of limits for some days may go anywhere.
  const listedDays = facts.listDate === undefined ? undefined : listedDaysOn(bar.symbol, facts.listDate, date);
  const rule = limitRule({ symbol: bar.symbol, date, ...(listedDays !== undefined && { listedDays }) });
  if (rule.kind === 'free' || facts.isLimitFreeOn?.(date)) return undefined;
  for (const field of ['high', 'low'] as const) {
    const change = bar[field] / previous.close - 1;
    if (Math.abs(change) > UNLIMITED_JUMP) {
      return jump(field, `expected a price within 50 % of the close before, ${previous.close}, was ${bar[field]}`);
    }
  }
  return undefined;
}

function jump(field: string, message: string): Problem {
  return { kind: 'jump', severity: 'warning', field, message };
}
