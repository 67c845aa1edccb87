import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { at, SYMBOL, tick, tickStream } from '../../tests/ticks.ts';
import type { Bar, Tick } from './bar.ts';
import type { BarUpdate } from './bar-update.ts';
import { MinuteBarBuilder } from './minute-bar-builder.ts';
import { rebuildMinuteBars } from './rebuild-minute-bars.ts';

const END_OF_TIME = Number.MAX_SAFE_INTEGER;

function feed(builder: MinuteBarBuilder, ticks: readonly Tick[]): BarUpdate[] {
  const out: BarUpdate[] = [];
  for (const one of ticks) builder.add(one, out);
  return out;
}

function seeded(): MinuteBarBuilder {
  const builder = new MinuteBarBuilder();
  builder.seed(SYMBOL);
  return builder;
}

function isFinal(update: BarUpdate): update is Bar {
  return !update.late && update.final;
}

describe('MinuteBarBuilder', () => {
  it('gives the bars that a rebuild of the same snapshots gives', () => {
    fc.assert(
      fc.property(tickStream, (ticks) => {
        const builder = seeded();
        const updates = builder.advance(END_OF_TIME, feed(builder, ticks));
        expect(updates.filter(isFinal)).toEqual(rebuildMinuteBars(ticks));
      }),
    );
  });

  it('gives the same bars when it is restarted after any snapshot', () => {
    fc.assert(
      fc.property(tickStream, fc.nat(), (ticks, cut) => {
        const before = ticks.slice(0, cut % (ticks.length + 1));
        const after = ticks.slice(before.length);
        const first = seeded();
        const updates = feed(first, before);
        const second = new MinuteBarBuilder();
        const newest = updates.findLast((update) => !update.late) as Bar | undefined;
        second.seed(SYMBOL, before.at(-1), newest);
        updates.push(...second.advance(END_OF_TIME, feed(second, after)));
        expect(updates.filter(isFinal)).toEqual(rebuildMinuteBars(ticks));
      }),
    );
  });

  it('leads a caller that rebuilds what is late to the same bars, whatever order the snapshots come in', () => {
    const order = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 60, maxLength: 60 });
    fc.assert(
      fc.property(tickStream, order, (ticks, delays) => {
        const arriving = ticks
          .map((one, index) => ({ one, turn: index + (delays[index] ?? 0) }))
          .sort((a, b) => a.turn - b.turn)
          .map(({ one }) => one);
        expect(barsKeptByCaller(arriving)).toEqual(rebuildMinuteBars(ticks));
      }),
      { numRuns: 300 },
    );
  });

  it('counts each share of the day in exactly one minute', () => {
    fc.assert(
      fc.property(tickStream, (ticks) => {
        const inSession = ticks.filter(({ ts }) => ts < at('15:05:00') && ts >= at('09:15:00'));
        const total = rebuildMinuteBars(inSession).reduce((sum, bar) => sum + bar.volume, 0);
        expect(total).toBe(inSession.at(-1)?.volume ?? 0);
      }),
    );
  });

  it('reports the provisional bar with every trade and the final one when the next minute comes', () => {
    const builder = new MinuteBarBuilder();
    builder.add(tick('09:25:00', 0, 0));
    expect(builder.add(tick('09:25:03', 500, 10))).toEqual([
      expect.objectContaining({ ts: at('09:30:00'), open: 10, close: 10, volume: 500, amount: 5000, final: false }),
    ]);
    const updates = builder.add(tick('09:30:01', 800, 10.2, { open: 10, high: 10.2, low: 10 }));
    expect(updates).toEqual([
      expect.objectContaining({ ts: at('09:30:00'), volume: 500, final: true }),
      expect.objectContaining({ ts: at('09:31:00'), open: 10.2, high: 10.2, low: 10.2, volume: 300, final: false }),
    ]);
  });

  it('takes extremes between samples from the high and low of the day', () => {
    const builder = seeded();
    builder.add(tick('09:40:01', 100, 10));
    builder.add(tick('09:40:04', 200, 10.1, { open: 10, high: 10.5, low: 9.9 }));
    const [, bar] = builder.add(tick('09:41:01', 300, 10.2, { open: 10, high: 10.5, low: 9.9 }));
    expect(bar).toMatchObject({ high: 10.2, low: 10.2 });
    expect(builder.advance(END_OF_TIME)).toEqual([expect.objectContaining({ ts: at('09:42:00'), high: 10.2 })]);
  });

  it('ignores a snapshot that comes twice and one that shows no trade', () => {
    const builder = seeded();
    builder.add(tick('09:40:01', 100, 10));
    expect(builder.add(tick('09:40:01', 100, 10))).toEqual([]);
    expect(builder.add(tick('09:40:04', 100, 10))).toEqual([]);
    expect(builder.add(tick('09:40:07', 90, 11))).toEqual([]);
  });

  it('makes no bar of indications in the auctions', () => {
    const builder = new MinuteBarBuilder();
    expect(builder.add(tick('09:20:00', 0, 10.3))).toEqual([]);
    builder.add(tick('14:56:59', 0, 0));
    expect(builder.add(tick('14:58:30', 0, 10.3))).toEqual([]);
  });

  it('follows an index without volume by its price', () => {
    const index = { symbol: '000300.SH', open: 4000, high: 4000, low: 4000, amount: 0 };
    const builder = new MinuteBarBuilder();
    builder.add(tick('09:25:00', 0, 4000, index));
    expect(builder.add(tick('09:31:10', 0, 4001, { ...index, high: 4001 }))).toEqual([
      expect.objectContaining({ symbol: '000300.SH', ts: at('09:30:00'), close: 4000, final: true }),
      expect.objectContaining({ ts: at('09:32:00'), open: 4001, volume: 0 }),
    ]);
  });

  it('reports a symbol that it meets in the middle of the day until that minute is over', () => {
    const builder = new MinuteBarBuilder();
    const late = { late: true, symbol: SYMBOL, minuteEnd: at('10:15:00') };
    expect(builder.add(tick('10:14:30', 5000, 10))).toEqual([late]);
    expect(builder.add(tick('10:14:33', 5100, 10))).toEqual([late]);
    expect(builder.add(tick('10:15:03', 5200, 10))).toEqual([
      late,
      expect.objectContaining({ ts: at('10:16:00'), volume: 100 }),
    ]);
  });

  it('reports trades of the minute it was seeded in without a bar', () => {
    const builder = new MinuteBarBuilder();
    builder.seed(SYMBOL, tick('10:14:30', 5000, 10));
    expect(builder.add(tick('10:14:33', 5100, 10))).toEqual([
      { late: true, symbol: SYMBOL, minuteEnd: at('10:15:00') },
    ]);
  });

  it('reports a snapshot of a minute that the watermark has closed', () => {
    const builder = seeded();
    builder.add(tick('11:29:59', 100, 10));
    expect(builder.advance(at('11:30:02'))).toEqual([]);
    expect(builder.advance(at('11:30:03'))).toEqual([expect.objectContaining({ ts: at('11:30:00'), final: true })]);
    expect(builder.add(tick('11:30:04', 100, 10))).toEqual([]);
    expect(builder.add(tick('11:30:07', 150, 10))).toEqual([{ late: true, symbol: SYMBOL, minuteEnd: at('11:30:00') }]);
    expect(builder.add(tick('13:00:01', 250, 10))).toEqual([
      expect.objectContaining({ ts: at('13:01:00'), volume: 100 }),
    ]);
  });

  it('waits as long as it was told before it closes a bar', () => {
    const builder = new MinuteBarBuilder({ graceMs: 0 });
    builder.seed(SYMBOL);
    builder.add(tick('09:40:01', 100, 10));
    expect(builder.advance(at('09:41:00'))).toHaveLength(1);
    expect(builder.advance(at('09:42:00'))).toHaveLength(0);
  });

  it('starts a new day from nothing and closes the last bar of the old one', () => {
    const builder = seeded();
    builder.add(tick('14:59:59', 9000, 10));
    const nextDay = at('09:25:00', '2026-11-23');
    expect(builder.add({ ...tick('09:25:00', 40, 11), ts: nextDay })).toEqual([
      expect.objectContaining({ ts: at('15:00:00'), final: true }),
      expect.objectContaining({ ts: at('09:30:00', '2026-11-23'), open: 11, volume: 40 }),
    ]);
  });

  it('leaves after-hours trading out', () => {
    const builder = seeded();
    builder.add(tick('14:59:59', 9000, 10));
    expect(builder.add(tick('15:05:00', 9000, 10, { afterHoursVolume: 200 }))).toEqual([
      expect.objectContaining({ ts: at('15:00:00'), volume: 9000, final: true }),
    ]);
  });
});

/** What a service does: keeps bars by minute and rebuilds from storage when told to. */
function barsKeptByCaller(arriving: readonly Tick[]): Bar[] {
  const builder = seeded();
  const stored: Tick[] = [];
  const bars = new Map<number, Bar>();
  const take = (updates: readonly BarUpdate[]) => {
    for (const update of updates) {
      if (!update.late) {
        bars.set(update.ts, update);
        continue;
      }
      for (const ts of bars.keys()) if (ts >= update.minuteEnd) bars.delete(ts);
      const sorted = stored.toSorted((a, b) => a.ts - b.ts || a.seq - b.seq);
      for (const bar of rebuildMinuteBars(sorted)) if (bar.ts >= update.minuteEnd) bars.set(bar.ts, bar);
    }
  };
  for (const one of arriving) {
    stored.push(one);
    take(builder.add(one));
  }
  take(builder.advance(END_OF_TIME));
  return [...bars.values()].sort((a, b) => a.ts - b.ts);
}
