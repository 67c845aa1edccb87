import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type AdjustFactor,
  adjustBars,
  adjustFactors,
  aggregateBars,
  type Bar,
  type BarUpdate,
  boardOf,
  type CorporateAction,
  limitRule,
  MinuteBarBuilder,
  priceLimits,
  priceTick,
  rebuildMinuteBars,
  shanghaiMs,
  type Tick,
  toTradeDate,
  tradingDays,
} from '../src/index.ts';
import { at, SYMBOL, tickStream } from './ticks.ts';

const END_OF_TIME = Number.MAX_SAFE_INTEGER;
const sum = (bars: readonly Bar[], field: 'volume' | 'amount') => bars.reduce((total, bar) => total + bar[field], 0);
const inSession = ({ ts }: Tick) => ts < at('15:05:00') && ts >= at('09:15:00');

describe('minute bars', () => {
  /** What a consumer of batches does: feeds each batch, keeps the newest bar of each minute, rebuilds what is late. */
  function barsOfBatches(batches: readonly Tick[][]): Bar[] {
    const builder = new MinuteBarBuilder();
    builder.seed(SYMBOL);
    const stored: Tick[] = [];
    const bars = new Map<number, Bar>();
    const take = (updates: readonly BarUpdate[]) => {
      for (const update of updates) {
        if (!update.late) {
          bars.set(update.ts, update);
          continue;
        }
        const sorted = stored.toSorted((a, b) => a.ts - b.ts || a.seq - b.seq);
        for (const ts of bars.keys()) if (ts >= update.minuteEnd) bars.delete(ts);
        for (const bar of rebuildMinuteBars(sorted)) if (bar.ts >= update.minuteEnd) bars.set(bar.ts, bar);
      }
    };
    for (const batch of batches) {
      stored.push(...batch);
      const out: BarUpdate[] = [];
      for (const tick of batch) builder.add(tick, out);
      take(out);
    }
    take(builder.advance(END_OF_TIME));
    return [...bars.values()].sort((a, b) => a.ts - b.ts);
  }

  it('are the same however the stream is split and shuffled within a bound of lateness', () => {
    const disorder = fc.array(fc.integer({ min: 0, max: 8 }), { minLength: 60, maxLength: 60 });
    const cuts = fc.array(fc.integer({ min: 1, max: 15 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(tickStream, disorder, cuts, (ticks, delays, sizes) => {
        const arriving = ticks
          .map((tick, index) => ({ tick, turn: index + (delays[index] ?? 0) }))
          .sort((a, b) => a.turn - b.turn)
          .map(({ tick }) => tick);
        const batches: Tick[][] = [];
        for (let from = 0, cut = 0; from < arriving.length; cut++) {
          const size = sizes[cut % sizes.length] ?? 1;
          batches.push(arriving.slice(from, from + size));
          from += size;
        }
        expect(barsOfBatches(batches)).toEqual(rebuildMinuteBars(ticks));
      }),
      { numRuns: 300 },
    );
  });

  it("add up to the day's volume and amount", () => {
    fc.assert(
      fc.property(tickStream, (ticks) => {
        const day = ticks.filter(inSession);
        const bars = rebuildMinuteBars(day);
        expect(sum(bars, 'volume')).toBe(day.at(-1)?.volume ?? 0);
        expect(sum(bars, 'amount')).toBeCloseTo(day.at(-1)?.amount ?? 0, 1);
      }),
    );
  });

  it('lie within the extremes of the day, open and close within their own', () => {
    fc.assert(
      fc.property(tickStream, (ticks) => {
        const day = ticks.filter(inSession);
        const last = day.at(-1);
        for (const bar of rebuildMinuteBars(day)) {
          expect(bar.high).toBeLessThanOrEqual(last?.high ?? 0);
          expect(bar.low).toBeGreaterThanOrEqual(last?.low ?? 0);
          expect(bar.high).toBeGreaterThanOrEqual(Math.max(bar.open, bar.close));
          expect(bar.low).toBeLessThanOrEqual(Math.min(bar.open, bar.close));
        }
      }),
    );
  });

  it('make the same longer bars in steps as at once', () => {
    const cents = (bars: Bar[]) => bars.map((bar) => ({ ...bar, amount: Math.round(bar.amount) }));
    fc.assert(
      fc.property(tickStream, (ticks) => {
        const minutes = rebuildMinuteBars(ticks);
        let stepwise = minutes;
        for (const period of ['5m', '15m', '30m', '60m'] as const) {
          stepwise = aggregateBars(stepwise, period);
          expect(cents(stepwise)).toEqual(cents(aggregateBars(minutes, period)));
        }
      }),
    );
  });
});

describe('adjustment', () => {
  const DAYS = tradingDays('2024-01-02', '2024-03-29');
  const prices = fc.array(fc.integer({ min: 200, max: 50_000 }), { minLength: DAYS.length, maxLength: DAYS.length });
  const tenths = (max: number) => fc.integer({ min: 0, max }).map((value) => value / 10);
  const anAction = fc.record({
    symbol: fc.constant(SYMBOL),
    exDate: fc.constantFrom(...DAYS.slice(1)),
    cashPerShare: tenths(10),
    bonusRatio: tenths(10),
    rightsRatio: tenths(5),
    rightsPrice: fc.constant(1),
  });
  const history = fc.record({ cents: prices, actions: fc.array(anAction, { maxLength: 6 }) });

  function build(cents: readonly number[], actions: readonly CorporateAction[]) {
    const bars = DAYS.map((date, index): Bar => {
      const close = (cents[index] ?? 0) / 100;
      const ohlc = { open: close, high: close, low: close, close };
      return { symbol: SYMBOL, period: '1d', ts: shanghaiMs(date), ...ohlc, volume: 1, amount: close, final: true };
    });
    const closeBefore = (exDate: string) => bars[DAYS.indexOf(exDate) - 1]?.close;
    return { bars, factors: adjustFactors(actions, closeBefore) };
  }

  it('leaves the last day raw by qfq and the first day raw by hfq', () => {
    fc.assert(
      fc.property(history, ({ cents, actions }) => {
        const { bars, factors } = build(cents, actions);
        expect(adjustBars(bars, factors, 'qfq').at(-1)?.close).toBe(bars.at(-1)?.close);
        expect(adjustBars(bars, factors, 'qfq-diff').at(-1)?.close).toBe(bars.at(-1)?.close);
        expect(adjustBars(bars, factors, 'hfq')[0]?.close).toBe(bars[0]?.close);
      }),
    );
  });

  it('keeps hfq and qfq apart by one ratio on all days', () => {
    fc.assert(
      fc.property(history, ({ cents, actions }) => {
        const { bars, factors } = build(cents, actions);
        const latest = factors.at(-1)?.factor ?? 1;
        const qfq = adjustBars(bars, factors, 'qfq');
        for (const [index, bar] of adjustBars(bars, factors, 'hfq').entries()) {
          expect(bar.close / (qfq[index]?.close ?? 0) / latest).toBeCloseTo(1, 9);
        }
      }),
    );
  });

  it('never uses an ex-date after asOf: later actions change nothing', () => {
    const methods = fc.constantFrom('qfq' as const, 'hfq' as const, 'qfq-diff' as const);
    fc.assert(
      fc.property(history, methods, fc.constantFrom(...DAYS), ({ cents, actions }, method, asOf) => {
        const { bars, factors } = build(cents, actions);
        const known = build(
          cents,
          actions.filter(({ exDate }) => exDate <= asOf),
        ).factors;
        expect(adjustBars(bars, factors, method, asOf)).toEqual(adjustBars(bars, known, method));
        const seen = bars.filter(({ ts }) => toTradeDate(ts) <= asOf);
        expect(adjustBars(seen, factors, method, asOf)).toEqual(adjustBars(bars, known, method).slice(0, seen.length));
      }),
    );
  });

  it('gives factors in order of date that ratio methods only ever multiply', () => {
    fc.assert(
      fc.property(history, ({ cents, actions }) => {
        const { bars, factors } = build(cents, actions);
        const dates = factors.map(({ date }: AdjustFactor) => date);
        expect(dates).toEqual([...new Set(dates)].sort());
        for (const bar of adjustBars(bars, factors, 'qfq')) expect(bar.close).toBeGreaterThan(0);
      }),
    );
  });
});

describe('price limits', () => {
  const query = fc.record({
    symbol: fc.constantFrom(
      '600519.SH',
      '000001.SZ',
      '300750.SZ',
      '688981.SH',
      '920047.BJ',
      '900901.SH',
      '510300.SH',
      '588000.SH',
    ),
    date: fc.constantFrom('1999-11-10', '2019-08-01', '2020-08-24', '2026-07-03', '2026-11-20'),
    isSt: fc.boolean(),
    ticks: fc.integer({ min: 20, max: 300_000 }),
  });

  it('are multiples of the tick, on either side of the previous close, within half a tick of the exact ones', () => {
    fc.assert(
      fc.property(query, ({ ticks, ...state }) => {
        const perYuan = Math.round(1 / priceTick(state.symbol));
        const preClose = ticks / perYuan;
        const limits = priceLimits({ ...state, preClose });
        const rule = limitRule(state);
        if (!limits || rule.kind !== 'band') throw new Error(`expected limits of ${boardOf(state.symbol)}`);
        const [up, down] = [Math.round(limits.up * perYuan), Math.round(limits.down * perYuan)];
        expect([up / perYuan, down / perYuan]).toEqual([limits.up, limits.down]);
        expect(up).toBeGreaterThan(ticks);
        expect(down).toBeLessThan(ticks);
        expect(Math.abs(up - (ticks * (100 + rule.upPercent)) / 100)).toBeLessThanOrEqual(0.5);
        expect(Math.abs(down - (ticks * (100 - rule.downPercent)) / 100)).toBeLessThanOrEqual(0.5);
        // Half up on both sides: symmetrical, but for an exact half, which goes up twice.
        const isHalf = (ticks * rule.upPercent) % 100 === 50;
        expect(up - ticks - (ticks - down)).toBe(isHalf ? 1 : 0);
      }),
      { numRuns: 500 },
    );
  });
});
