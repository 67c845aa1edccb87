import type { Tick } from '../bars/bar.ts';
import { dayNumberAt, toTradeDate } from '../calendar/trade-date.ts';
import { minuteBarEnd } from '../sessions/minute-label.ts';
import { marketOf } from '../symbols/board.ts';
import { dayProblem } from './check-bar.ts';
import { limitProblem, limitsOn } from './day-limits.ts';
import type { FactsOf, Finding, Problem } from './finding.ts';

const NUMBER_FIELDS = ['last', 'open', 'high', 'low', 'preClose', 'volume', 'amount'] as const;

/**
 * Checks snapshots: shape, trading days, order, the day's volume and amount never falling, last within the day's low
 * and high, extremes never narrowing, and price limits: the snapshot's own, or by what is known of the instrument.
 *
 * Out of order is a warning, for late snapshots amend bars; such a one is not compared with its neighbours.
 * @param ticks of any symbols in the order they came.
 * @param previous the snapshot before, by symbol.
 * @returns in the order of the ticks; empty when nothing is wrong.
 */
export function checkTicks(ticks: readonly Tick[], previous?: ReadonlyMap<string, Tick>, factsOf?: FactsOf): Finding[] {
  const findings: Finding[] = [];
  const newest = new Map<string, Tick>();
  for (const tick of ticks) {
    const before = newest.get(tick.symbol) ?? previous?.get(tick.symbol);
    const problems = tickProblems(tick, before, factsOf);
    for (const problem of problems) findings.push({ ...problem, symbol: tick.symbol, ts: tick.ts });
    if (!problems.some(({ kind }) => kind === 'shape' || kind === 'order' || kind === 'duplicate')) {
      newest.set(tick.symbol, tick);
    }
  }
  return findings;
}

function tickProblems(tick: Tick, before: Tick | undefined, factsOf: FactsOf | undefined): Problem[] {
  const basic = shapeProblem(tick) ?? sessionProblem(tick) ?? orderProblem(tick, before);
  if (basic) return [basic];
  return [
    lastProblem(tick),
    limitsProblem(tick, factsOf),
    ...(before && isSameSession(tick, before) ? fallingProblems(tick, before) : []),
  ].filter((problem) => problem !== undefined);
}

function shapeProblem(tick: Tick): Problem | undefined {
  if (!Number.isSafeInteger(tick.ts)) return error('shape', 'ts', `expected ms since the epoch, was ${tick.ts}`);
  for (const field of NUMBER_FIELDS) {
    if (!(tick[field] >= 0 && Number.isFinite(tick[field]))) {
      return error('shape', field, `expected 0 or more, was ${tick[field]}`);
    }
  }
  if (!Number.isInteger(tick.volume)) {
    return error('shape', 'volume', `expected a whole number of shares, was ${tick.volume}`);
  }
  return (
    lengthProblem('bidVolumes', tick.bidPrices, tick.bidVolumes) ??
    lengthProblem('askVolumes', tick.askPrices, tick.askVolumes)
  );
}

function lengthProblem(field: string, prices: readonly number[], volumes: readonly number[]): Problem | undefined {
  if (prices.length === volumes.length) return undefined;
  return error('shape', field, `expected as many entries as prices, ${prices.length}, was ${volumes.length}`);
}

/** A day of New York lies on two dates in Shanghai: it is not judged. */
function sessionProblem({ symbol, ts }: Tick): Problem | undefined {
  return marketOf(symbol) === 'US' ? undefined : dayProblem(symbol, toTradeDate(ts));
}

function orderProblem(tick: Tick, before: Tick | undefined): Problem | undefined {
  if (!before) return undefined;
  const sameRun = tick.epoch === before.epoch;
  if (sameRun && tick.ts === before.ts && tick.seq === before.seq) {
    return error('duplicate', 'seq', `expected a number after ${before.seq}, was the same`);
  }
  if (tick.ts < before.ts) return disorder('ts', `expected a time from ${before.ts} on, was ${tick.ts}`);
  if (sameRun && tick.seq <= before.seq) {
    return disorder('seq', `expected a number after ${before.seq}, was ${tick.seq}`);
  }
  return undefined;
}

/** Before the day's first trade `high` is 0 and `last` an indication. */
function lastProblem({ last, high, low, volume }: Tick): Problem | undefined {
  if (volume > 0 && last === 0) return error('ohlc', 'last', 'expected a price above 0 where volume was traded, was 0');
  if (last === 0 || high === 0 || (last >= low && last <= high)) return undefined;
  return error('ohlc', 'last', `expected a price from low ${low} to high ${high}, was ${last}`);
}

function limitsProblem(tick: Tick, factsOf: FactsOf | undefined): Problem | undefined {
  const limits = limitsOf(tick, factsOf);
  if (!limits) return undefined;
  const { last, high, low } = tick;
  return limitProblem(tick.symbol, limits, {
    ...(last > 0 && { last }),
    ...(high > 0 && { high }),
    ...(low > 0 && { low }),
  });
}

function limitsOf({ symbol, ts, preClose, limitUp, limitDown }: Tick, factsOf: FactsOf | undefined) {
  if (limitUp && limitDown) return { up: limitUp, down: limitDown };
  const facts = preClose > 0 ? factsOf?.(symbol) : undefined;
  return facts && limitsOn(symbol, toTradeDate(ts), preClose, facts);
}

/** Before 09:15 the fields may still be the day before's. */
function isSameSession(tick: Tick, before: Tick): boolean {
  return dayNumberAt(tick.ts) === dayNumberAt(before.ts) && before.open > 0 && minuteBarEnd(before.ts) !== undefined;
}

function fallingProblems(tick: Tick, before: Tick): Problem[] {
  const problems: Problem[] = [];
  for (const field of ['volume', 'amount'] as const) {
    if (tick[field] < before[field]) {
      problems.push(error('cumulative', field, `expected at least ${before[field]}, was ${tick[field]}`));
    }
  }
  if (tick.high < before.high) {
    problems.push(error('extremes', 'high', `expected at least ${before.high}, was ${tick.high}`));
  }
  if (before.low > 0 && tick.low > before.low) {
    problems.push(error('extremes', 'low', `expected at most ${before.low}, was ${tick.low}`));
  }
  return problems;
}

function error(kind: Problem['kind'], field: string, message: string): Problem {
  return { kind, severity: 'error', field, message };
}

function disorder(field: string, message: string): Problem {
  return { kind: 'order', severity: 'warning', field, message };
}
