import { describe, expect, it, jest } from '@jest/globals';
import { shanghaiMs, type Tick } from '@quotefleet/domain';
import { createSimExchange, type SimState, SimStateError } from './index.ts';
import { stream, uniform } from './random.ts';

const DATE = '2026-07-03';
const UNIVERSE = ['600519.SH', '300750.SZ', '512690.SH', '000698.SH'];
const at = (time: string, date = DATE) => shanghaiMs(date, time);
const open = (options: { state?: SimState; seed?: number; date?: string; time?: string; tradesOf?: string[] } = {}) =>
  createSimExchange({ seed: 7, date: DATE, epoch: 'e', universe: UNIVERSE, ...options });

// A whole day takes seconds where several suites share the cores.
jest.setTimeout(60_000);

/** As text, which is far quicker to compare than some ten thousand objects. */
const text = (ticks: Tick[]) => JSON.stringify(ticks);

/** Steps of random lengths, from nothing to a quarter of an hour. */
function inSteps(exchange: ReturnType<typeof open>, from: number, to: number, key: string): Tick[] {
  const rng = stream(1, key);
  const ticks: Tick[] = [];
  for (let ms = from; ms < to; ms += Math.floor(uniform(rng) ** 6 * 900_000)) ticks.push(...exchange.step(ms));
  return [...ticks, ...exchange.step(to)];
}

describe('createSimExchange', () => {
  const whole = open().step(at('15:31:00'));

  it('gives the same ticks whatever the steps are', () => {
    for (const key of ['a', 'b']) {
      expect(text(inSteps(open(), at('09:15:00'), at('15:31:00'), key)) === text(whole)).toBe(true);
    }
  });

  it('gives other ticks for another seed', () => {
    expect(open({ seed: 8 }).step(at('09:20:00'))).not.toEqual(open().step(at('09:20:00')));
  });

  it('goes on from a checkpoint at any instant as if nothing had happened', () => {
    const rng = stream(3, 'instants');
    const exchange = open();
    let ms = at('09:15:00');
    while (ms < at('15:20:00')) {
      ms += Math.floor(uniform(rng) * 1_800_000);
      exchange.step(ms);
      const state = JSON.parse(JSON.stringify(exchange.checkpoint())) as SimState;
      const later = ms + 5 * 60_000;
      const expected = whole.filter(({ ts }) => ts > ms && ts <= later);
      expect(text(open({ state }).step(later)) === text(expected)).toBe(true);
    }
  });

  it('returns ticks in order of time, none after the instant asked for', () => {
    const ticks = open().step(at('10:00:00'));
    expect(ticks.at(-1)?.ts).toBeLessThanOrEqual(at('10:00:00'));
    expect(ticks.every((tick, i) => i === 0 || tick.ts >= (ticks[i - 1]?.ts ?? 0))).toBe(true);
  });

  it('tells the single trades behind the ticks of some symbols, the same after a checkpoint', () => {
    const exchange = open({ tradesOf: ['600519.SH', '512690.SH'] });
    const ticks = exchange.step(at('10:00:00'));
    const trades = exchange.takeTrades();
    expect(new Set(trades.map(({ symbol }) => symbol))).toEqual(new Set(['600519.SH', '512690.SH']));
    for (const symbol of ['600519.SH', '512690.SH']) {
      const volumes = new Map<number, number>();
      for (const trade of trades) {
        if (trade.symbol === symbol) volumes.set(trade.ts, (volumes.get(trade.ts) ?? 0) + trade.volume);
      }
      let before = 0;
      for (const { ts, volume } of ticks.filter((tick) => tick.symbol === symbol)) {
        expect(volumes.get(ts) ?? 0).toBe(volume - before);
        before = volume;
      }
      const seqs = trades.filter((trade) => trade.symbol === symbol).map(({ seq }) => seq);
      expect(seqs.every((seq, index) => index === 0 || seq > (seqs[index - 1] ?? 0))).toBe(true);
    }
    expect(trades[0]).toMatchObject({ side: 'cross', seq: expect.any(Number), price: expect.any(Number) });
    const resumed = open({ tradesOf: ['600519.SH'], state: JSON.parse(JSON.stringify(exchange.checkpoint())) });
    for (const one of [exchange, resumed]) one.step(at('10:05:00'));
    const expected = exchange.takeTrades().filter(({ symbol }) => symbol === '600519.SH');
    expect(expected.length).toBeGreaterThan(10);
    expect(resumed.takeTrades()).toEqual(expected);
    expect(exchange.takeTrades()).toEqual([]);
  });

  it('goes over the night to the next trading day, with the sequence carried on and the volumes anew', () => {
    const exchange = open();
    exchange.step(at('15:31:00'));
    const next = exchange.step(at('09:31:00', '2026-07-06'));
    const tick = next.find(({ symbol }) => symbol === '600519.SH');
    const last = whole.findLast(({ symbol }) => symbol === '600519.SH');
    expect(tick).toMatchObject({ ts: expect.any(Number), seq: (last?.seq ?? 0) + 1, volume: 0, last: 0 });
    expect(exchange.date).toBe('2026-07-06');
    const alone = open({ date: '2026-07-06' }).step(at('09:31:00', '2026-07-06'));
    const values = (ticks: Tick[]) => ticks.map(({ seq: _, ...rest }) => rest);
    expect(JSON.stringify(values(next)) === JSON.stringify(values(alone))).toBe(true);
  });

  it('ends with the calendar', () => {
    const exchange = open({ date: '2026-12-31' });
    exchange.step(at('15:31:00', '2026-12-31'));
    expect(exchange.step(at('15:31:00', '2027-01-04'))).toEqual([]);
    expect(exchange.ended).toBe(true);
  });

  it('starts at a time of day as if the day had traded until then', () => {
    const from = at('10:30:00');
    const expected = whole.filter(({ ts }) => ts > from && ts <= at('10:31:00'));
    expect(open({ time: '10:30:00' }).step(at('10:31:00'))).toEqual(expected);
  });

  it('refuses a day without a session, an unknown symbol and a state of another universe', () => {
    expect(() => open({ date: '2026-07-04' })).toThrow('expected a trading day, was 2026-07-04');
    expect(() => createSimExchange({ seed: 1, date: DATE, epoch: 'e', universe: ['600520.SH'] })).toThrow('600520.SH');
    const state = open().checkpoint();
    expect(() => createSimExchange({ seed: 7, date: DATE, epoch: 'e', state })).toThrow(SimStateError);
    expect(() => open({ state: { ...state, version: 0 } })).toThrow(SimStateError);
  });
});
