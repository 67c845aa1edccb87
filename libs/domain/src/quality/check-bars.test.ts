import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { tickStream } from '../../tests/ticks.ts';
import type { Bar } from '../bars/bar.ts';
import { rebuildMinuteBars } from '../bars/rebuild-minute-bars.ts';
import { formatShanghai, shanghaiMs } from '../calendar/instant.ts';
import { tradingDays } from '../calendar/trading-calendar.ts';
import { minuteBarEnds } from '../sessions/minute-label.ts';
import { type BarCheckContext, checkBars } from './check-bars.ts';
import type { InstrumentFacts } from './finding.ts';

const SYMBOL = '600519.SH';
const DATE = '2026-11-20';

function day(date: string, close: number, changes: Partial<Bar> = {}): Bar {
  const prices = { open: close, high: close, low: close, close };
  const size = { volume: 1000, amount: 1000 * close };
  return { symbol: SYMBOL, period: '1d', ts: shanghaiMs(date), ...prices, ...size, final: true, ...changes };
}

const minutes = (dates: string[] = [DATE]) =>
  dates.flatMap(minuteBarEnds).map((ts) => day(DATE, 10, { period: '1m', ts }));
const at = (time: string, date = DATE) => shanghaiMs(date, time);
const knowing = (facts: InstrumentFacts): BarCheckContext => ({ factsOf: () => facts });
const found = (bars: Bar[], context?: BarCheckContext) =>
  checkBars(bars, context).map(({ kind, severity, field, message }) => `${severity} ${kind} ${field}: ${message}`);

describe('checkBars', () => {
  it('finds nothing in sound bars', () => {
    const dates = tradingDays('2026-11-02', '2026-11-20');
    expect(checkBars(dates.map((date) => day(date, 10)))).toEqual([]);
    expect(checkBars(minutes(['2026-11-19', DATE]), { minuteRows: 241 })).toEqual([]);
    expect(checkBars([])).toEqual([]);
    fc.assert(fc.property(tickStream, (ticks) => expect(checkBars(rebuildMinuteBars(ticks))).toEqual([])));
  });

  it('names the row and the field', () => {
    expect(checkBars([day(DATE, 10, { high: 9 })])).toEqual([
      {
        kind: 'ohlc',
        severity: 'error',
        symbol: SYMBOL,
        ts: at('00:00'),
        field: 'high',
        message: 'expected at least open 10, low 10 and close 10, was 9',
      },
    ]);
  });

  it.each<[string, Partial<Bar>, string]>([
    ['no price', { open: Number.NaN }, 'error shape open: expected a price above 0, was NaN'],
    ['a price of 0', { low: 0 }, 'error shape low: expected a price above 0, was 0'],
    ['parts of a share', { volume: 0.5 }, 'error shape volume: expected a whole number of shares, was 0.5'],
    ['a negative amount', { amount: -1 }, 'error shape amount: expected 0 or more, was -1'],
    ['no time', { ts: 1.5 }, 'error shape ts: expected ms since the epoch, was 1.5'],
    ['a low above the open', { low: 10.1, high: 10.2, close: 10.1 }, 'at most open 10 and close 10.1, was 10.1'],
    ['a Saturday', { ts: shanghaiMs('2026-11-21') }, 'error time ts: expected a trading day of CN, was 2026-11-21'],
    ['a year not announced', { ts: shanghaiMs('2027-03-01') }, 'a date from 1990-12-19 to 2026-12-31, was 2027-03-01'],
    ['a day that starts at 15:00', { ts: at('15:00') }, 'error time ts: expected midnight in Shanghai'],
    ['a minute in the break', { period: '1m', ts: at('13:00') }, 'expected the end of a bar of 1m of a session'],
    ['a left label', { period: '60m', ts: at('13:00') }, 'expected the end of a bar of 60m of a session'],
    ['lots for shares', { volume: 10 }, 'warning units amount: expected amount / volume from 10 to 10, was 1000'],
    ['thousands for yuan', { amount: 10 }, 'warning units amount: expected amount / volume from 10 to 10, was 0.01'],
  ])('finds %s', (_what, changes, message) => {
    expect(found([day(DATE, 10, changes)])).toEqual([expect.stringContaining(message)]);
  });

  it('does not judge the average price of an index, nor a bar without trades', () => {
    expect(found([day(DATE, 4000, { symbol: '000300.SH', volume: 10 })])).toEqual([]);
    expect(found([day(DATE, 10, { volume: 0, amount: 0 })])).toEqual([]);
  });

  it('judges Hong Kong and New York by their own calendars', () => {
    const bars = [
      day('2026-10-01', 10, { symbol: '00700.HK' }),
      day('2026-10-01', 10, { symbol: 'AAPL.US' }),
      day('2026-11-26', 10, { symbol: 'AAPL.US' }),
    ];
    expect(found(bars)).toEqual([
      expect.stringContaining('expected a trading day of HK, was 2026-10-01'),
      expect.stringContaining('expected a trading day of US, was 2026-11-26'),
    ]);
    expect(found([day(DATE, 10, { symbol: 'AAPL.US', period: '1m', ts: at('23:00') })])).toEqual([]);
  });

  it('finds what comes twice or too late, and goes on from the bar before', () => {
    const bars = [day('2026-11-19', 10), day('2026-11-19', 10), day('2026-11-18', 10), day(DATE, 10)];
    expect(checkBars(bars).map(({ kind, severity }) => [kind, severity])).toEqual([
      ['duplicate', 'error'],
      ['order', 'error'],
    ]);
    expect(checkBars([day(DATE, 10)], { previousOf: () => day(DATE, 10) })).toMatchObject([{ kind: 'duplicate' }]);
  });

  it('keeps symbols and periods apart', () => {
    const bars = [day(DATE, 10), day('2026-11-19', 10, { symbol: '000001.SZ' }), day(DATE, 10, { period: '1w' })];
    expect(checkBars(bars)).toEqual([]);
  });
});

describe('price limits', () => {
  const facts = (changes: InstrumentFacts = {}) => knowing({ preCloseOn: () => 10, ...changes });
  const high = (price: number, symbol = SYMBOL, date = DATE) =>
    day(date, 10, { symbol, high: price, amount: 1000 * 10 });

  it.each<[string, Bar, InstrumentFacts, string | undefined]>([
    ['main board at 10 %', high(11), {}, undefined],
    ['main board beyond 10 %', high(11.01), {}, 'error limit high: expected a price from 9 to 11, was 11.01'],
    ['a minute beyond 10 %', { ...high(11.01), period: '1m', ts: at('10:00') }, {}, 'from 9 to 11, was 11.01'],
    ['a low below', day(DATE, 10, { low: 8.99 }), {}, 'error limit low: expected a price from 9 to 11, was 8.99'],
    ['ST before 2026-07-06', high(11, SYMBOL, '2026-07-03'), { isStOn: () => true }, 'from 9.5 to 10.5, was 11'],
    ['ST since 2026-07-06', high(11, SYMBOL, '2026-07-06'), { isStOn: () => true }, undefined],
    ['ChiNext before 2020-08-24', high(12, '300750.SZ', '2020-08-21'), {}, 'from 9 to 11, was 12'],
    ['ChiNext since 2020-08-24', high(12, '300750.SZ', '2020-08-24'), {}, undefined],
    ['STAR at 20 %', high(12, '688981.SH'), {}, undefined],
    ['Beijing at 30 %', high(13, '920047.BJ'), {}, undefined],
    ['a wide ETF at 20 %', high(12, '159915.SZ'), { isWideEtf: true }, undefined],
    ['the fifth day of a listing', high(30), { listDate: '2026-11-16' }, undefined],
    ['the sixth day of a listing', high(30), { listDate: '2026-11-13' }, 'from 9 to 11, was 30'],
    ['a listing over the week of National Day', high(30, SYMBOL, '2026-10-09'), { listDate: '2026-09-30' }, undefined],
    ['a day the facts free', high(30), { isLimitFreeOn: () => true }, undefined],
    ['an index', high(30, '000300.SH'), {}, undefined],
    ['Hong Kong', high(30, '00700.HK'), {}, undefined],
    ['New York', high(30, 'AAPL.US'), {}, undefined],
  ])('of %s', (_what, bar, changes, message) => {
    expect(found([bar], facts(changes))).toEqual(message === undefined ? [] : [expect.stringContaining(message)]);
  });

  it('are not judged where nothing is known of the instrument', () => {
    expect(found([high(30)])).toEqual([]);
    expect(found([high(30)], knowing({}))).toEqual([]);
  });
});

describe('jumps', () => {
  const split = [day('2026-11-19', 20), day(DATE, 10)];

  it('are found where ex-dates are known and none is there', () => {
    expect(found(split)).toEqual([]);
    expect(found(split, knowing({}))).toEqual([]);
    expect(found(split, knowing({ exDates: ['2026-11-20'] }))).toEqual([]);
    expect(found(split, knowing({ exDates: ['2026-11-19'] }))).toEqual([
      'warning jump high: expected a price from 18 to 22, was 10 after a close of 20 with no corporate action',
    ]);
  });

  it('are explained by an ex-date during a suspension', () => {
    const resumed = [day('2026-11-16', 20), day(DATE, 10)];
    const isSuspendedOn = () => true;
    expect(found(resumed, knowing({ exDates: ['2026-11-18'], isSuspendedOn }))).toEqual([]);
  });

  it('are found in a previous close that the bar before does not have', () => {
    const preCloseOn = (date: string) => (date === DATE ? 10 : 20);
    expect(found(split, knowing({ preCloseOn, exDates: [] }))).toEqual([
      'warning jump preClose: expected the close before, 20, with no corporate action, was 10',
    ]);
    expect(found(split, knowing({ preCloseOn, exDates: [DATE] }))).toEqual([]);
    const same = knowing({ preCloseOn: () => 10, exDates: [] });
    expect(found([day('2026-11-19', 10), day(DATE, 10)], same)).toEqual([]);
  });

  it('beyond a half are found where there are no limits', () => {
    const fall = split.map((bar) => ({ ...bar, symbol: 'AAPL.US', high: bar.close, low: bar.close * 0.9 }));
    expect(found(fall, knowing({ exDates: [] }))).toEqual([
      'warning jump low: expected a price within 50 % of the close before, 20, was 9',
    ]);
    const listing = knowing({ exDates: [], listDate: '2026-11-19' });
    expect(found([day('2026-11-19', 20), day(DATE, 40)], listing)).toEqual([]);
  });
});

describe('gaps', () => {
  it('of trading days are found between the bars, one finding a stretch', () => {
    const bars = ['2026-09-28', '2026-09-30', '2026-10-08', '2026-10-15'].map((date) => day(date, 10));
    expect(found(bars)).toEqual([
      'warning gap ts: expected bars from 2026-09-29 to 2026-09-29, found none on 1 trading days',
      'warning gap ts: expected bars from 2026-10-09 to 2026-10-14, found none on 4 trading days',
    ]);
    expect(checkBars(bars)[0]?.ts).toBe(shanghaiMs('2026-09-29'));
    expect(found(bars, knowing({ isSuspendedOn: (date) => date !== '2026-09-29' }))).toHaveLength(1);
    expect(found([day(DATE, 10)], { previousOf: () => day('2026-11-18', 10) })).toEqual([
      expect.stringContaining('2026-11-19 to 2026-11-19'),
    ]);
  });

  it('of minutes are found in the form that has a row for each', () => {
    const bars = minutes(['2026-11-18', DATE]).filter(({ ts }) => !(ts > at('11:28') && ts <= at('13:05')));
    expect(found(bars)).toEqual([]);
    expect(found(bars, { minuteRows: 241 })).toEqual([
      'warning gap ts: expected bars from 2026-11-19 to 2026-11-19, found none on 1 trading days',
      'warning gap ts: expected bars of 1m from 11:29 to 13:05 on 2026-11-20, found none of 7',
    ]);
  });

  it.each<[string, string, 240 | 241, string[]]>([
    ['the opening auction in the 241-row form', '09:30', 241, ['09:30']],
    ['the opening auction in the 240-row form', '09:30', 240, []],
    ['the minutes of the closing auction', '14:58', 241, []],
    ['the last minute', '15:00', 241, ['15:00']],
  ])('of %s', (_what, time, minuteRows, missing) => {
    const bars = minutes().filter(({ ts }) => ts !== at(time));
    const starts = checkBars(bars, { minuteRows }).map(({ ts }) => formatShanghai(ts).slice(11, 16));
    expect(starts).toEqual(missing);
  });

  it('are not found after the time reached, nor in a week', () => {
    const morning = minutes().filter(({ ts }) => ts <= at('10:30'));
    expect(found(morning, { minuteRows: 241, untilMs: at('10:30') })).toEqual([]);
    expect(found(morning, { minuteRows: 241, untilMs: at('10:31') })).toHaveLength(1);
    const weeks = ['2026-11-06', DATE].map((date) => day(date, 10, { period: '1w' }));
    expect(found(weeks)).toEqual([]);
  });

  it('are not found where the circuit breaker of 2016 halted the market', () => {
    const date = '2016-01-07';
    const traded = minuteBarEnds(date).filter((ts) => ts <= at('09:43', date) || ts === at('09:58', date));
    const bars = traded.map((ts) => day(date, 10, { period: '1m', ts }));
    expect(found(bars, { minuteRows: 241 })).toEqual([expect.stringContaining('from 09:59 to 10:00')]);
  });
});
