import fc from 'fast-check';
import { shanghaiMs, type Tick } from '../src/index.ts';

export const DATE = '2026-11-20';
export const SYMBOL = '600519.SH';

/** The instant of a time on the day of the tests. */
export function at(time: string, date = DATE): number {
  return shanghaiMs(date, time);
}

/** A snapshot in which everything traded at one price, unless told otherwise. */
export function tick(time: string, volume: number, last: number, changes: Partial<Tick> = {}): Tick {
  const traded = volume > 0;
  return {
    symbol: SYMBOL,
    ts: at(time),
    seq: at(time) - at('09:00:00'),
    epoch: 'run-1',
    last,
    open: traded ? last : 0,
    high: traded ? last : 0,
    low: traded ? last : 0,
    preClose: 10,
    volume,
    amount: volume * 10,
    bidPrices: [],
    bidVolumes: [],
    askPrices: [],
    askVolumes: [],
    source: 'test',
    receivedTs: at(time),
    ...changes,
  };
}

interface Step {
  gapMs: number;
  volume: number;
  move: number;
  above: number;
  below: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  gapMs: fc.oneof(fc.constant(3_000), fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 0, max: 3_600_000 })),
  volume: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 100_000 })),
  move: fc.integer({ min: -20, max: 20 }),
  above: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 15 })),
  below: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 15 })),
});

/** The snapshots of one symbol in order, over a day or two: volumes grow, extremes fall between samples. */
export const tickStream: fc.Arbitrary<Tick[]> = fc
  .tuple(fc.integer({ min: 0, max: 3_600_000 }), fc.array(step, { minLength: 1, maxLength: 60 }))
  .map(([startMs, steps]) => toTicks(startMs, steps));

function toTicks(startMs: number, steps: Step[]): Tick[] {
  const ticks: Tick[] = [];
  let ts = at('09:14:00') + startMs;
  let day = { date: DATE, open: 0, high: 0, low: 0, volume: 0, amount: 0 };
  let cents = 1000;
  for (const [seq, { gapMs, volume, move, above, below }] of steps.entries()) {
    ts += gapMs;
    if (ts > at('15:10:00', day.date) && day.date === DATE) {
      ts = at('09:14:00', '2026-11-23') + gapMs;
      day = { date: '2026-11-23', open: 0, high: 0, low: 0, volume: 0, amount: 0 };
    }
    if (volume > 0) {
      cents = Math.max(50, cents + move);
      day.open ||= cents;
      day.high = Math.max(day.high, day.open, cents + above);
      day.low = Math.min(day.low || day.open, cents - below);
      day.volume += volume;
      day.amount += (volume * cents) / 100;
    }
    ticks.push({
      ...tick('09:30:00', day.volume, day.volume > 0 ? cents / 100 : 0),
      ts,
      seq,
      open: day.open / 100,
      high: day.high / 100,
      low: day.low / 100,
      amount: day.amount,
    });
  }
  return ticks;
}
