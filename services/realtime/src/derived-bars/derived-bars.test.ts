import { beforeEach, describe, expect, it } from '@jest/globals';
import type { BarPayload } from '@quotefleet/contracts';
import { aggregateBars, type Bar, minuteBarEnds, type Period, shanghaiMs, tradingDays } from '@quotefleet/domain';
import { MarketState } from '../rooms/market-state.ts';
import { parseRoom } from '../rooms/room-name.ts';
import type { Update } from '../rooms/room-source.ts';
import { DerivedBars } from './derived-bars.ts';

const SYMBOL = '600519.SH';
const DAY = '2026-11-20';
const MINUTE_PERIODS: Period[] = ['5m', '15m', '30m', '60m'];

function part(ts: number, seq: number, fields: Partial<BarPayload> = {}): BarPayload {
  const open = 10 + (seq % 7) / 10;
  return {
    ...{ symbol: SYMBOL, period: '1m', ts, open, high: open + 0.3, low: open - 0.2, close: open + 0.1 },
    ...{ volume: 100 + seq, amount: 1000 + seq, final: true, seq, epoch: 'e1', ...fields },
  };
}

describe('DerivedBars', () => {
  let stored: BarPayload[];
  let isDown: boolean;
  let heard: BarPayload[];
  let loads: number;
  let loading: Promise<void>;
  let state: MarketState;
  let derived: DerivedBars;
  let updates: Update[];

  beforeEach(() => {
    stored = [];
    isDown = false;
    heard = [];
    loads = 0;
    loading = Promise.resolve();
    state = new MarketState();
    updates = [];
    derived = new DerivedBars({
      state,
      universe: { require: async () => undefined },
      load: async (symbol, period) => {
        if (isDown) throw new Error('down for the test');
        const bars = stored.filter((bar) => bar.symbol === symbol && bar.period === period);
        return { bars: bars.map((bar) => ({ ...bar, seq: 0, epoch: '' })), isAll: true };
      },
      loadFrom: async (symbol, period, fromMs) => {
        loads += 1;
        await loading;
        if (isDown) throw new Error('down for the test');
        return stored.filter((bar) => bar.symbol === symbol && bar.period === period && bar.ts >= fromMs).slice(0, 500);
      },
      recent: (symbol, period) => heard.filter((bar) => bar.symbol === symbol && bar.period === period),
      publish: (update) => void updates.push(update),
      onLoadFailed: () => undefined,
    });
  });

  /** As the feed does. */
  function hear(...bars: BarPayload[]): void {
    for (const payload of bars) {
      const event = { payload, traceId: 't', ts: payload.ts };
      const step = state.acceptBar(event);
      if (!step) continue;
      heard.push(payload);
      derived.accept(event, step);
    }
  }
  async function open(...names: string[]): Promise<void> {
    for (const name of names) {
      await derived.prepare(parseRoom(name));
      derived.opened(parseRoom(name));
    }
  }
  const barsOf = (period: Period) =>
    updates.filter(({ room }) => room.name === `bar:${SYMBOL}:${period}`).map(({ payload }) => payload as BarPayload);
  const finals = (period: Period) => barsOf(period).filter(({ final }) => final);
  const withoutPlace = ({ seq: _seq, epoch: _epoch, ...bar }: BarPayload): Bar => bar;

  it('gives a whole day of each minute period as the domain makes them, once final each', async () => {
    await open(...MINUTE_PERIODS.map((period) => `bar:${SYMBOL}:${period}`));
    const minutes = minuteBarEnds(DAY).map((ts, index) => part(ts, 10 * index + 9));
    for (const [index, minute] of minutes.entries()) {
      hear(part(minute.ts, 10 * index + 5, { final: false, volume: 50 }), minute);
    }
    for (const period of MINUTE_PERIODS) {
      const expected = aggregateBars(minutes.map(withoutPlace), period);
      expect(finals(period).map(withoutPlace)).toEqual(expected);
      expect(barsOf(period)).toHaveLength(2 * minutes.length);
    }
    expect(finals('60m').map(({ ts }) => ts)).toEqual(
      ['10:30:00', '11:30:00', '14:00:00', '15:00:00'].map((time) => shanghaiMs(DAY, time)),
    );
    for (const period of MINUTE_PERIODS) {
      const chain = updates.filter(({ room }) => room.name.endsWith(`:${period}`));
      expect(chain.map(({ prevSeq }) => prevSeq)).toEqual([undefined, ...chain.slice(0, -1).map(({ seq }) => seq)]);
    }
  });

  it('begins with what storage has of the present bar', async () => {
    const ends = minuteBarEnds(DAY);
    stored = ends.slice(0, 9).map((ts, index) => part(ts, index));
    await derived.prepare(parseRoom(`bar:${SYMBOL}:5m`));
    const snapshot = derived.snapshot(parseRoom(`bar:${SYMBOL}:5m`));
    expect(snapshot).toMatchObject({ type: 'bar', seq: 0, payload: { final: false, ts: ends[10], period: '5m' } });
    expect(snapshot).not.toHaveProperty('epoch');
    derived.opened(parseRoom(`bar:${SYMBOL}:5m`));
    hear(part(ends[9] ?? 0, 20), part(ends[10] ?? 0, 21));
    const expected = aggregateBars(
      [...stored, part(ends[9] ?? 0, 20), part(ends[10] ?? 0, 21)].map(withoutPlace),
      '5m',
    );
    expect(finals('5m').map(withoutPlace)).toEqual(expected.slice(-1));
    expect(updates.map(({ seq, prevSeq }) => [prevSeq, seq])).toEqual([
      [undefined, 20],
      [20, 21],
    ]);
  });

  it('begins with what the bus brought where storage does not have it yet', async () => {
    const ends = minuteBarEnds(DAY);
    const [first, second] = [part(ends[1] ?? 0, 1), part(ends[2] ?? 0, 3)];
    stored = [{ ...first, volume: 1, final: false }];
    hear({ ...first, volume: 1, final: false }, first, second);
    await open(`bar:${SYMBOL}:5m`);
    expect(derived.snapshot(parseRoom(`bar:${SYMBOL}:5m`))).toMatchObject({ seq: 3, payload: { volume: 101 + 103 } });
  });

  it('is final once time has gone on, where the last minute had no trade', async () => {
    await open(`bar:${SYMBOL}:5m`);
    const ends = minuteBarEnds(DAY);
    hear(part(ends[1] ?? 0, 1), part(ends[3] ?? 0, 2));
    expect(finals('5m')).toEqual([]);
    hear(part(ends[7] ?? 0, 3, { final: false }));
    expect(barsOf('5m').slice(-2)).toMatchObject([
      { ts: ends[5], final: true, volume: 203 },
      { ts: ends[10], final: false },
    ]);
    hear(part(ends[7] ?? 0, 3), part(shanghaiMs(DAY), 4, { period: '1d' }));
    expect(barsOf('5m').at(-1)).toMatchObject({ ts: ends[10], final: true, seq: 4 });
  });

  it('does not go back where the day is further on than the minutes', async () => {
    await open(`bar:${SYMBOL}:5m`);
    const ends = minuteBarEnds(DAY);
    hear(part(ends[1] ?? 0, 1, { final: false }), part(ends[1] ?? 0, 2));
    hear(part(shanghaiMs(DAY), 9, { period: '1d' }), part(ends[1] ?? 0, 7, { volume: 1 }));
    expect(updates.map(({ prevSeq, seq }) => [prevSeq, seq])).toEqual([
      [undefined, 1],
      [1, 2],
      [2, 9],
      [9, 9],
    ]);
  });

  it('is amended with its part, and goes on where it was', async () => {
    await open(`bar:${SYMBOL}:5m`);
    const ends = minuteBarEnds(DAY);
    hear(...ends.slice(0, 8).map((ts, index) => part(ts, index)));
    hear(part(ends[2] ?? 0, 8, { high: 99 }));
    expect(barsOf('5m').at(-1)).toMatchObject({ ts: ends[5], high: 99, final: true });
    expect(updates.at(-1)).toMatchObject({ seq: 8, prevSeq: 7 });
    expect(derived.snapshot(parseRoom(`bar:${SYMBOL}:5m`))).toMatchObject({ seq: 8, payload: { ts: ends[10] } });
  });

  const turn = () => new Promise((resolve) => setImmediate(resolve));

  it('is amended, however late its part comes, of what storage has', async () => {
    const ends = minuteBarEnds(DAY);
    stored = ends.map((ts, index) => part(ts, index, { seq: 0, epoch: '' }));
    heard = stored.slice(-121);
    await open(...MINUTE_PERIODS.map((period) => `bar:${SYMBOL}:${period}`));
    hear(part(ends.at(-1) ?? 0, 300));
    updates = [];
    const resolvers = Promise.withResolvers<void>();
    loading = resolvers.promise;
    hear(
      part(ends[2] ?? 0, 301, { high: 99 }),
      part(ends[3] ?? 0, 302, { high: 98 }),
      part(ends[63] ?? 0, 303, { high: 97 }),
    );
    // The room goes on meanwhile.
    hear(part(ends.at(-1) ?? 0, 304, { volume: 7 }));
    resolvers.resolve();
    await turn();
    expect(loads).toBe(1);
    for (const period of MINUTE_PERIODS) {
      const minutes = new Map(stored.map((bar) => [bar.ts, bar]));
      for (const bar of heard) minutes.set(bar.ts, bar);
      const expected = aggregateBars([...minutes.values()].map(withoutPlace), period);
      const changed = expected.filter(({ high }) => high > 90).map(({ ts }) => ts);
      const told = barsOf(period).slice(1);
      expect(told.map(({ ts }) => ts)).toEqual(changed);
      expect(told.map(withoutPlace)).toEqual(expected.filter(({ high }) => high > 90));
    }
    const chain = updates.filter(({ room }) => room.name.endsWith(':5m'));
    expect(chain.map(({ prevSeq, seq }) => [prevSeq, seq])).toEqual([
      [300, 304],
      [304, 304],
      [304, 304],
    ]);
    expect(derived.snapshot(parseRoom(`bar:${SYMBOL}:5m`))).toMatchObject({ seq: 304, payload: { ts: ends.at(-1) } });
  });

  it('is amended late once storage is back, and not at all where nobody is there any more', async () => {
    const ends = minuteBarEnds(DAY);
    stored = ends.map((ts, index) => part(ts, index, { seq: 0, epoch: '' }));
    heard = stored.slice(-121);
    await open(`bar:${SYMBOL}:5m`, `bar:${SYMBOL}:15m`);
    hear(part(ends.at(-1) ?? 0, 300));
    derived.dropped(parseRoom(`bar:${SYMBOL}:15m`));
    updates = [];
    isDown = true;
    hear(part(ends[2] ?? 0, 301, { high: 99 }));
    await turn();
    isDown = false;
    await new Promise((resolve) => setTimeout(resolve, 2300));
    expect(updates).toMatchObject([
      { room: { name: `bar:${SYMBOL}:5m` }, seq: 301, prevSeq: 300, payload: { high: 99 } },
    ]);
  }, 10_000);

  it('of a week or month is amended however late, too', async () => {
    const days = tradingDays('2026-03-02', '2026-11-20');
    const bar = (date: string, index: number, fields: Partial<BarPayload> = {}) =>
      part(shanghaiMs(date), index, { period: '1d', seq: 0, epoch: '', ...fields });
    stored = days.map((date, index) => bar(date, index));
    heard = stored.slice(-47);
    await open(`bar:${SYMBOL}:1w`, `bar:${SYMBOL}:1M`);
    hear(bar(DAY, 1, { seq: 1000, epoch: 'e1' }));
    updates = [];
    // A Monday whose week began in the month before.
    const late = bar('2026-04-01', 5, { seq: 1001, epoch: 'e1', high: 99 });
    hear(late);
    await turn();
    const all = stored.map((one) => (one.ts === late.ts ? late : one)).map(withoutPlace);
    for (const period of ['1w', '1M'] as const)
      expect(barsOf(period).map(withoutPlace)).toEqual(aggregateBars(all, period).filter(({ high }) => high === 99));
  });

  it('makes weeks and months of days', async () => {
    const days = tradingDays('2026-10-26', '2026-11-20');
    const bar = (date: string, index: number, fields: Partial<BarPayload> = {}) =>
      part(shanghaiMs(date), index, { period: '1d', ...fields });
    stored = days.slice(0, -1).map((date, index) => bar(date, index));
    await open(`bar:${SYMBOL}:1w`, `bar:${SYMBOL}:1M`);
    hear(bar(DAY, 100, { final: false, close: 12 }), bar('2026-11-23', 101, { final: false }));
    const all = [...stored, bar(DAY, 100, { final: false, close: 12 })].map(withoutPlace);
    expect(barsOf('1w')[0]).toMatchObject(aggregateBars(all, '1w', shanghaiMs(DAY)).at(-1) ?? {});
    expect(barsOf('1M')[0]).toMatchObject(aggregateBars(all, '1M', shanghaiMs(DAY)).at(-1) ?? {});
    expect(barsOf('1w').map(({ ts, final }) => [ts, final])).toEqual([
      [shanghaiMs(DAY), false],
      [shanghaiMs('2026-11-23'), false],
    ]);
    hear(bar(DAY, 102, { close: 12 }));
    expect(barsOf('1w').at(-1)).toMatchObject({ ts: shanghaiMs(DAY), final: true, close: 12 });
  });

  it('says nothing wrong while storage is away, and all once it is back', async () => {
    isDown = true;
    const ends = minuteBarEnds(DAY);
    stored = ends.slice(0, 3).map((ts, index) => part(ts, index));
    await open(`bar:${SYMBOL}:5m`);
    hear(part(ends[3] ?? 0, 20));
    expect(derived.snapshot(parseRoom(`bar:${SYMBOL}:5m`))).toBeUndefined();
    expect(updates).toEqual([]);
    isDown = false;
    await new Promise((resolve) => setTimeout(resolve, 2100));
    hear(part(ends[4] ?? 0, 21));
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(updates).toMatchObject([{ seq: 21, prevSeq: undefined, payload: { volume: 100 + 101 + 102 + 120 + 121 } }]);
  }, 10_000);

  it('gives who comes back the bars that changed meanwhile', async () => {
    const room = parseRoom(`bar:${SYMBOL}:5m`);
    await open(room.name);
    const ends = minuteBarEnds(DAY);
    hear(...ends.slice(0, 20).map((ts, index) => part(ts, index + 1)));
    const missed = derived.since(room, { epoch: 'e1', seq: 8 });
    expect(missed?.map(({ prevSeq, seq, payload }) => [prevSeq, seq, (payload as BarPayload).ts])).toEqual([
      [8, 11, ends[10]],
      [11, 16, ends[15]],
      [16, 20, ends[20]],
    ]);
    expect(missed?.map(({ payload }) => (payload as BarPayload).final)).toEqual([true, true, false]);
    expect(derived.since(room, { epoch: 'e0', seq: 8 })).toBeUndefined();
    expect(derived.since(room, { epoch: 'e1', seq: 0 })).toBeUndefined();
  });

  it('does not claim to give all to who comes back from before a late amendment', async () => {
    const room = parseRoom(`bar:${SYMBOL}:5m`);
    await open(room.name);
    const ends = minuteBarEnds(DAY);
    hear(...ends.map((ts, index) => part(ts, index + 1)));
    const [late, last] = [part(ends[2] ?? 0, 900, { high: 99 }), part(ends.at(-1) ?? 0, 901, { high: 50 })];
    hear(late, last);
    const since = (seq: number) => derived.since(room, { epoch: 'e1', seq })?.length;
    expect([since(235), since(899), since(900)]).toEqual([undefined, undefined, 1]);
  });

  it('keeps nothing of rooms that are dropped', async () => {
    await open(`bar:${SYMBOL}:5m`);
    derived.dropped(parseRoom(`bar:${SYMBOL}:5m`));
    hear(part(minuteBarEnds(DAY)[0] ?? 0, 1));
    expect(updates).toEqual([]);
    expect(derived.snapshot(parseRoom(`bar:${SYMBOL}:5m`))).toBeUndefined();
  });
});
