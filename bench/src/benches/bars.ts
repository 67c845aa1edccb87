import { type BarUpdate, MinuteBarBuilder, minuteBarEnd, type Tick } from '@quotefleet/domain';
import { type Bench, median, significant } from '../bench.ts';
import { simTicks } from '../sim-ticks.ts';

const RUNS = 5;
/** DolphinDB's published 24,285,866 snapshots in 4.3 s on 16 logical cores, per core. */
const PUBLISHED_PER_CORE = 24_285_866 / 4.3 / 16;

interface PlainBar {
  high: number;
  low: number;
  open: number;
  close: number;
  volume: number;
}

/** The yardstick: the least any bar builder must do, grouping by symbol and minute without a single market rule. */
function plainLoop(ticks: readonly Tick[]): number {
  const bars = new Map<string, Map<number, PlainBar>>();
  let count = 0;
  for (const { symbol, ts, last, volume } of ticks) {
    let ofSymbol = bars.get(symbol);
    if (!ofSymbol) {
      ofSymbol = new Map();
      bars.set(symbol, ofSymbol);
    }
    const minute = Math.ceil(ts / 60_000);
    const bar = ofSymbol.get(minute);
    if (bar) {
      if (last > bar.high) bar.high = last;
      if (last < bar.low) bar.low = last;
      bar.close = last;
      bar.volume = volume;
    } else {
      ofSymbol.set(minute, { high: last, low: last, open: last, close: last, volume });
      count += 1;
    }
  }
  return count;
}

/** @returns the volume of all final bars, which the audit holds against the day's */
function buildBars(ticks: readonly Tick[]): { finalBars: number; volume: number } {
  const builder = new MinuteBarBuilder();
  const out: BarUpdate[] = [];
  let finalBars = 0;
  let volume = 0;
  const take = () => {
    for (const update of out) {
      if (update.late) throw new Error(`a tick of ${update.symbol} came late: the input is not in order`);
      if (!update.final) continue;
      finalBars += 1;
      volume += update.volume;
    }
    out.length = 0;
  };
  for (const tick of ticks) {
    builder.add(tick, out);
    take();
  }
  builder.advance(Number.POSITIVE_INFINITY, out);
  take();
  return { finalBars, volume };
}

function dayVolume(ticks: readonly Tick[]): number {
  const last = new Map<string, number>();
  for (const tick of ticks) if (minuteBarEnd(tick.ts) !== undefined) last.set(tick.symbol, tick.volume);
  return [...last.values()].reduce((sum, volume) => sum + volume, 0);
}

function perSecond(count: number, work: () => unknown): number {
  const started = performance.now();
  work();
  return (count * 1000) / (performance.now() - started);
}

/** Snapshots to one-minute bars on one core. */
export const bars: Bench = async () => {
  const ticks = simTicks({ count: 600_000 });
  const audit = buildBars(ticks);
  const expected = dayVolume(ticks);
  if (audit.volume !== expected) throw new Error(`the bars hold ${audit.volume} shares, the day traded ${expected}`);
  plainLoop(ticks);
  const figures: number[] = [];
  const plain: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    figures.push(perSecond(ticks.length, () => buildBars(ticks)));
    plain.push(perSecond(ticks.length, () => plainLoop(ticks)));
  }
  const figure = median(figures);
  return {
    bench: 'bars',
    figure: significant(figure),
    unit: 'snapshots/s/core',
    yardstick: {
      name: 'plain group-by loop without market rules',
      figure: significant(median(plain)),
      unit: 'snapshots/s/core',
    },
    ratio: significant(figure / median(plain)),
    target: '>= 350000 snapshots/s/core (DolphinDB published, per core)',
    details: {
      ratioToPublished: significant(figure / PUBLISHED_PER_CORE),
      runs: figures.map((value) => significant(value)),
      snapshots: ticks.length,
      symbols: new Set(ticks.map((tick) => tick.symbol)).size,
      bars: audit.finalBars,
      auditedShares: audit.volume,
    },
  };
};
