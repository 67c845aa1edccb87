import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatShanghai, shanghaiMs } from '../calendar/instant.ts';
import { minuteBarEnd, minuteBarEnds, periodBarEnd } from './minute-label.ts';
import { phaseAt } from './trading-phase.ts';

const DATE = '2026-11-20';
const time = (ms: number | undefined) => ms && formatShanghai(ms).slice(11, 16);

describe('phaseAt', () => {
  it.each([
    ['00:00:00', 'pre-open'],
    ['09:14:59.999', 'pre-open'],
    ['09:15:00', 'opening-auction'],
    ['09:25:00', 'opening-quiet'],
    ['09:30:00', 'continuous'],
    ['11:29:59.999', 'continuous'],
    ['11:30:00', 'lunch'],
    ['13:00:00', 'continuous'],
    ['14:57:00', 'closing-auction'],
    ['15:00:00', 'after-close-gap'],
    ['15:05:00', 'after-hours'],
    ['15:30:00', 'closed'],
  ])('is at %s %s', (at, phase) => {
    expect(phaseAt(shanghaiMs(DATE, at))).toBe(phase);
  });

  it('is closed on days without a session', () => {
    expect(phaseAt(shanghaiMs('2026-11-21', '10:00:00'))).toBe('closed');
  });

  it.each([
    ['600519.SH', '2026-07-03', 'closed'],
    ['600519.SH', '2026-07-06', 'after-hours'],
    ['000001.SZ', '2026-07-06', 'after-hours'],
    ['510300.SH', '2026-07-06', 'after-hours'],
    ['159915.SZ', '2026-07-03', 'closed'],
    ['688981.SH', '2019-07-22', 'after-hours'],
    ['689009.SH', '2020-10-29', 'after-hours'],
    ['300750.SZ', '2020-08-21', 'closed'],
    ['300750.SZ', '2020-08-24', 'after-hours'],
    ['920047.BJ', '2026-11-20', 'closed'],
    ['900901.SH', '2026-11-20', 'closed'],
  ])('of %s at 15:10 on %s is %s', (symbol, date, phase) => {
    expect(phaseAt(shanghaiMs(date, '15:10:00'), symbol)).toBe(phase);
  });

  it.each([
    ['600519.SH', '2018-08-17', 'continuous'],
    ['600519.SH', '2018-08-20', 'closing-auction'],
    ['510300.SH', '2026-07-03', 'continuous'],
    ['510300.SH', '2026-07-06', 'closing-auction'],
    ['000001.SZ', '2006-06-30', 'continuous'],
    ['000001.SZ', '2006-07-03', 'closing-auction'],
    ['920047.BJ', '2024-05-06', 'closing-auction'],
  ])('of %s at 14:58 on %s is %s', (symbol, date, phase) => {
    expect(phaseAt(shanghaiMs(date, '14:58:00'), symbol)).toBe(phase);
  });

  it('refuses symbols of other markets', () => {
    expect(() => phaseAt(shanghaiMs(DATE), '00700.HK')).toThrow('expected a symbol of SH, SZ or BJ, was 00700.HK');
  });
});

describe('minuteBarEnd', () => {
  it.each([
    ['09:14:59.999', undefined],
    ['09:15:00', '09:30'],
    ['09:25:00', '09:30'],
    ['09:30:00', '09:30'],
    ['09:30:00.001', '09:31'],
    ['09:31:00', '09:31'],
    ['11:29:30', '11:30'],
    ['11:30:05', '11:30'],
    ['13:00:00', '11:30'],
    ['13:00:00.001', '13:01'],
    ['14:59:30', '15:00'],
    ['15:00:00', '15:00'],
    ['15:04:59.999', '15:00'],
    ['15:05:00', undefined],
  ])('puts %s into the minute of %s', (at, label) => {
    expect(time(minuteBarEnd(shanghaiMs(DATE, at)))).toBe(label);
  });

  it('gives only labels of the day, and the same ones as the list', () => {
    const ends = new Set(minuteBarEnds(DATE));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 86_399_999 }), (ms) => {
        const end = minuteBarEnd(shanghaiMs(DATE) + ms);
        return end === undefined || ends.has(end);
      }),
    );
    expect([...ends].every((end) => minuteBarEnd(end) === end)).toBe(true);
  });

  it('lists 241 labels on a trading day and none on another', () => {
    const ends = minuteBarEnds(DATE);
    expect(ends).toHaveLength(241);
    expect([ends[0], ends[120], ends[121], ends[240]].map(time)).toEqual(['09:30', '11:30', '13:01', '15:00']);
    expect(minuteBarEnds('2026-11-21')).toEqual([]);
  });
});

describe('periodBarEnd', () => {
  it.each([
    ['60m', '10:30 11:30 14:00 15:00', 4],
    ['30m', '10:00 10:30 11:00 11:30 13:30 14:00 14:30 15:00', 8],
    ['15m', '09:45 10:00 10:15', 16],
    ['5m', '09:35 09:40 09:45', 48],
    ['1m', '09:30 09:31', 241],
  ] as const)('makes bars of %s that end at %s ...', (period, first, count) => {
    const labels = [...new Set(minuteBarEnds(DATE).map((end) => time(periodBarEnd(end, period))))];
    expect(labels.join(' ').startsWith(first)).toBe(true);
    expect(labels).toHaveLength(count);
  });

  it('never lets a bar span the break', () => {
    expect(time(periodBarEnd(shanghaiMs(DATE, '11:30:00'), '60m'))).toBe('11:30');
    expect(time(periodBarEnd(shanghaiMs(DATE, '13:01:00'), '60m'))).toBe('14:00');
  });
});
