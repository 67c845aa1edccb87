import type { Bar } from '../bars/bar.ts';
import { barProblems } from './check-bar.ts';
import { gapFindings } from './check-bar-gaps.ts';
import { orderProblem, priceProblem } from './check-bar-sequence.ts';
import type { MinuteRows } from './expected-bars.ts';
import type { FactsOf, Finding } from './finding.ts';

export interface BarCheckContext {
  /** Limits, jumps and suspensions are judged only by what is known of an instrument. */
  factsOf?: FactsOf;
  /** The bar stored before the first one given. */
  previousOf?: (symbol: string, period: Bar['period']) => Bar | undefined;
  /** The form of minute bars that have a row for every minute; missing ones are not looked for unless given. */
  minuteRows?: MinuteRows;
  /** The event time reached: later minute bars are not missing yet. */
  untilMs?: number;
}

/**
 * Checks raw, unadjusted bars: shape, session times, order, duplicates, open-high-low-close, the day's price limits,
 * jumps no corporate action explains, units, and gaps against the calendar.
 * @param bars of any symbols and periods, those of one symbol and period in order of time.
 * @returns in the order of the bars by symbol and period; empty when nothing is wrong.
 */
export function checkBars(bars: readonly Bar[], context: BarCheckContext = {}): Finding[] {
  const series = Map.groupBy(bars, ({ symbol, period }) => `${symbol} ${period}`);
  return [...series.values()].flatMap((one) => checkSeries(one, context));
}

function checkSeries(bars: readonly Bar[], context: BarCheckContext): Finding[] {
  const findings: Finding[] = [];
  const { symbol = '', period = '1d' } = bars[0] ?? {};
  const facts = context.factsOf?.(symbol);
  const inOrder: Bar[] = [];
  let previous = context.previousOf?.(symbol, period);
  const before = previous;
  for (const bar of bars) {
    const own = barProblems(bar);
    const isSound = own.every(({ severity }) => severity !== 'error');
    const order = isSound ? orderProblem(bar, previous) : undefined;
    const price = isSound && !order && facts ? priceProblem(bar, previous, facts) : undefined;
    for (const problem of [...own, order, price]) {
      if (problem) findings.push({ ...problem, symbol, ts: bar.ts });
    }
    if (isSound && !order) {
      inOrder.push(bar);
      previous = bar;
    }
  }
  return findings.concat(gapFindings(inOrder, before, facts ?? {}, context));
}
