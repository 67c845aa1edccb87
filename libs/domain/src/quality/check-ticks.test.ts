import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { at, tick, tickStream } from '../../tests/ticks.ts';
import type { Tick } from '../bars/bar.ts';
import { checkTicks } from './check-ticks.ts';

const found = (...args: Parameters<typeof checkTicks>) =>
  checkTicks(...args).map(({ kind, severity, field, message }) => `${severity} ${kind} ${field}: ${message}`);
const good = tick('09:40:00', 1000, 10, { high: 10.2, low: 9.8 });

describe('checkTicks', () => {
  it('finds nothing in a sound stream', () => {
    fc.assert(fc.property(tickStream, (ticks) => expect(checkTicks(ticks)).toEqual([])));
  });

  it('names the row and the field', () => {
    expect(checkTicks([{ ...good, last: 11 }])).toEqual([
      {
        kind: 'ohlc',
        severity: 'error',
        symbol: good.symbol,
        ts: good.ts,
        field: 'last',
        message: 'expected a price from low 9.8 to high 10.2, was 11',
      },
    ]);
  });

  it.each<[string, Partial<Tick>, string]>([
    ['no number', { last: Number.NaN }, 'error shape last: expected 0 or more, was NaN'],
    ['a negative amount', { amount: -1 }, 'error shape amount: expected 0 or more, was -1'],
    ['parts of a share', { volume: 0.5 }, 'error shape volume: expected a whole number of shares, was 0.5'],
    ['no time', { ts: Number.NaN }, 'error shape ts: expected ms since the epoch, was NaN'],
    ['a side of the book cut short', { askPrices: [10] }, 'error shape askVolumes: expected as many entries as prices'],
    ['a Sunday', { ts: at('09:40:00', '2026-11-22') }, 'error time ts: expected a trading day of CN, was 2026-11-22'],
    ['volume without a price', { last: 0 }, 'error ohlc last: expected a price above 0 where volume was traded'],
    [
      'a price beyond its limit',
      { high: 11.1, limitUp: 11, limitDown: 9 },
      'error limit high: expected a price from 9',
    ],
  ])('finds %s', (_what, changes, message) => {
    expect(found([{ ...good, ...changes }])).toEqual([expect.stringContaining(message)]);
  });

  it('takes limits from what is known of the instrument', () => {
    const wild = { ...good, high: 14 };
    expect(found([wild])).toEqual([]);
    expect(found([wild], undefined, () => ({}))).toEqual(['error limit high: expected a price from 9 to 11, was 14']);
    expect(found([wild], undefined, () => ({ listDate: '2026-11-18' }))).toEqual([]);
  });

  it('lets prices of the opening auction be indications', () => {
    expect(found([tick('09:20:00', 0, 10.3)])).toEqual([]);
  });

  it('finds a day that counts backwards', () => {
    const next = tick('09:40:03', 900, 10, { high: 10.1, low: 9.9, amount: 9000 });
    expect(found([good, next])).toEqual([
      'error cumulative volume: expected at least 1000, was 900',
      'error cumulative amount: expected at least 10000, was 9000',
      'error extremes high: expected at least 10.2, was 10.1',
      'error extremes low: expected at most 9.8, was 9.9',
    ]);
    expect(found([next], new Map([[good.symbol, good]]))).toHaveLength(4);
  });

  it('lets a new day and what came before 09:15 start from nothing', () => {
    const nextDay = tick('09:25:00', 10, 11, { ts: at('09:25:00', '2026-11-23'), epoch: 'run-2' });
    expect(found([good, nextDay])).toEqual([]);
    const stale = tick('09:00:00', 99_000, 12);
    expect(found([stale, good])).toEqual([]);
  });

  it('warns of late ones without comparing them, and knows one that comes twice', () => {
    const late = tick('09:39:57', 900, 9.9);
    const next = tick('09:40:03', 1100, 10, { high: 10.2, low: 9.8 });
    expect(found([good, late, next])).toEqual([`warning order ts: expected a time from ${good.ts} on, was ${late.ts}`]);
    expect(found([good, good])).toEqual([expect.stringContaining('error duplicate seq')]);
    expect(found([good, { ...next, seq: good.seq - 1 }])).toEqual([expect.stringContaining('warning order seq')]);
    expect(found([good, { ...next, seq: 1, epoch: 'run-2' }])).toEqual([]);
  });

  it('keeps symbols apart and does not judge the dates of New York', () => {
    expect(found([good, { ...good, symbol: '000001.SZ', volume: 1 }])).toEqual([]);
    expect(found([{ ...good, symbol: 'AAPL.US', ts: at('03:00:00', '2026-11-21') }])).toEqual([]);
  });
});
