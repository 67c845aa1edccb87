import { describe, expect, it } from '@jest/globals';
import { tickSchema } from '@quotefleet/contracts';
import { exReferencePrice, previousTradingDay, shanghaiMs, type Tick } from '@quotefleet/domain';
import { createDayCheck } from './day-check.ts';
import { createSimExchange, dailyHistory, simInstruments } from './index.ts';
import { ETFS, STOCKS } from './universe.ts';

const SEED = 1;
const MINUTE_MS = 60_000;
const ST = new Set(STOCKS.filter(({ isSt }) => isSt).map(({ symbol }) => symbol));
const WIDE_ETFS = new Set(ETFS.filter(({ isWideEtf }) => isWideEtf).map(({ symbol }) => symbol));

/** Trades a day and checks it; a part of the universe keeps the extra dates short. */
function tradeDay(date: string, universe?: readonly string[]) {
  const exchange = createSimExchange({ seed: SEED, date, epoch: 'test', ...(universe ? { universe } : {}) });
  const check = createDayCheck({ date, st: ST, wideEtfs: WIDE_ETFS });
  const samples: Tick[] = [];
  let sealed = 0;
  for (let ms = shanghaiMs(date, '09:15:00'); ms <= shanghaiMs(date, '15:31:00'); ms += MINUTE_MS) {
    const ticks = exchange.step(ms);
    for (const tick of ticks) {
      check.add(tick);
      if (tick.limitUp !== undefined && tick.askPrices.length === 0) sealed++;
    }
    samples.push(...ticks.slice(0, 3));
  }
  return { ...check, samples, sealed };
}

const SOME = [
  ...['600519.SH', '601398.SH', '000001.SZ', '300750.SZ', '300059.SZ', '688981.SH', '689009.SH', '920047.BJ'],
  ...['002602.SZ', '600804.SH', '300052.SZ', '518880.SH', '513100.SH'],
];

describe('a simulated day of the whole universe', () => {
  const date = '2026-11-20';
  const day = tradeDay(date);
  const { bars, actions } = dailyHistory({ seed: SEED, from: date, to: date });
  const before = dailyHistory({ seed: SEED, from: previousTradingDay(date), to: previousTradingDay(date) }).bars;
  const beforeBySymbol = new Map(before.map((bar) => [bar.symbol, bar]));

  it('keeps every rule of the market in every tick', () => {
    expect(day.breaches).toEqual([]);
  });

  it('yields ticks that the contract accepts', () => {
    for (const tick of day.samples) tickSchema.parse(tick);
  });

  it('locks some stock at its upper limit, with nobody to sell', () => {
    expect(day.sealed).toBeGreaterThan(100);
  });

  it('has no tick of a suspended name and a tick of every other', () => {
    const instruments = simInstruments(date, { seed: SEED });
    const suspended = instruments.filter(({ status }) => status === 'suspended');
    expect(suspended.length).toBeGreaterThan(0);
    for (const { symbol } of suspended) expect(day.last.has(symbol)).toBe(false);
    expect(day.last.size).toBe(instruments.length - suspended.length);
  });

  it('opens and closes where the daily history says', () => {
    expect(bars.length).toBe(day.last.size);
    for (const bar of bars) {
      const tick = day.last.get(bar.symbol);
      expect([bar.symbol, tick?.open, tick?.last]).toEqual([bar.symbol, bar.open, bar.close]);
    }
  });

  it('starts from the close of the day before, after rights on an ex-day', () => {
    expect(actions.length).toBeGreaterThan(0);
    for (const [symbol, bar] of beforeBySymbol) {
      const action = actions.find((each) => each.symbol === symbol);
      const tick = day.last.get(symbol);
      if (!tick) continue;
      expect([symbol, tick.preClose]).toEqual([symbol, action ? exReferencePrice(bar.close, action) : bar.close]);
    }
  });

  it('trades about as much as the day is meant to, most of it early and late', () => {
    const ratios = bars.map((bar) => (day.last.get(bar.symbol)?.volume ?? 0) / bar.volume);
    const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
    expect(mean).toBeGreaterThan(0.85);
    expect(mean).toBeLessThan(1.15);
  });

  it('makes an index move with its members', () => {
    const moves = (symbols: string[]) =>
      symbols.flatMap((symbol) => {
        const tick = day.last.get(symbol);
        return tick ? [tick.last / tick.preClose - 1] : [];
      });
    const members = moves(STOCKS.filter(({ board }) => board === 'bse').map(({ symbol }) => symbol));
    const [index = Number.NaN] = moves(['899050.BJ']);
    expect(index).toBeGreaterThan(Math.min(...members));
    expect(index).toBeLessThan(Math.max(...members));
    expect(day.last.get('899050.BJ')?.volume).toBe(
      STOCKS.filter(({ board }) => board === 'bse').reduce(
        (sum, { symbol }) => sum + (day.last.get(symbol)?.volume ?? 0),
        0,
      ),
    );
  });

  it('keeps after-hours volume apart, on the boards that have it', () => {
    const ticks = [...day.last.values()];
    expect(ticks.filter(({ afterHoursVolume }) => afterHoursVolume).length).toBeGreaterThan(200);
    expect(day.last.get('920047.BJ')?.afterHoursVolume).toBeUndefined();
    for (const { afterHoursVolume, afterHoursAmount, last } of ticks) {
      if (afterHoursVolume) expect(afterHoursAmount).toBeCloseTo(afterHoursVolume * last, 2);
    }
  });
});

describe.each(['2016-01-04', '2018-08-17', '2020-08-21', '2020-08-24', '2026-07-03', '2026-07-06'])(
  'the day %s',
  (date) => {
    const day = tradeDay(date, SOME);

    it('keeps the rules in force on that date', () => {
      expect(day.breaches).toEqual([]);
      expect(day.last.size).toBeGreaterThan(8);
    });

    it('has the limits of its date', () => {
      const rate = (symbol: string) => {
        const { limitUp = 0, preClose = 1 } = day.last.get(symbol) ?? {};
        return Math.round((limitUp / preClose - 1) * 20) / 20;
      };
      expect(rate('300750.SZ')).toBe(date < '2020-08-24' ? 0.1 : 0.2);
      expect(rate('601398.SH')).toBe(0.1);
      if (day.last.has('002602.SZ')) expect(rate('002602.SZ')).toBe(date < '2026-07-06' ? 0.05 : 0.1);
    });

    it('trades after hours where the date allows', () => {
      const traded = (symbol: string) => (day.last.get(symbol)?.afterHoursVolume ?? 0) > 0;
      expect(traded('688981.SH')).toBe(date >= '2019-07-22');
      expect(traded('300750.SZ')).toBe(date >= '2020-08-24');
      expect(traded('601398.SH')).toBe(date >= '2026-07-06');
      expect(traded('518880.SH')).toBe(date >= '2026-07-06');
      expect(traded('920047.BJ')).toBe(false);
    });
  },
);
