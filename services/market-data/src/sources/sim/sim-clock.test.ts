import { describe, expect, it } from '@jest/globals';
import { shanghaiMs } from '@quotefleet/domain';
import { afterOpenTime, latestTradingDay } from './sim-clock.ts';

const MINUTE = 60_000;

describe('afterOpenTime', () => {
  it('passes through a session', () => {
    expect(afterOpenTime(shanghaiMs('2026-11-20', '10:00:00'), MINUTE)).toBe(shanghaiMs('2026-11-20', '10:01:00'));
  });

  it.each([
    ['the lunch break', '2026-11-20 11:30:03', '2026-11-20 13:01:00'],
    ['the time before after-hours trading', '2026-11-20 15:00:03', '2026-11-20 15:06:00'],
    ['a night', '2026-11-19 15:30:03', '2026-11-20 09:16:00'],
    ['a weekend', '2026-11-20 15:30:03', '2026-11-23 09:16:00'],
    ['the National Day holidays', '2026-09-30 15:30:03', '2026-10-08 09:16:00'],
    ['an evening on which it is set', '2026-11-20 20:00:00', '2026-11-23 09:16:00'],
    ['a Sunday on which it is set', '2026-11-22 12:00:00', '2026-11-23 09:16:00'],
    ['the afternoon of a day without after-hours trading', '2018-08-17 15:00:03', '2018-08-20 09:16:00'],
  ])('takes no time for %s', (_, from, to) => {
    const ms = (text: string) => shanghaiMs(text.slice(0, 10), text.slice(11));
    expect(afterOpenTime(ms(from), MINUTE)).toBe(ms(to));
  });

  it('is the sum of its parts', () => {
    const start = shanghaiMs('2026-09-30', '09:15:00');
    let at: number | undefined = start;
    for (let i = 0; i < 700 && at !== undefined; i++) at = afterOpenTime(at, MINUTE);
    expect(at).toBe(afterOpenTime(start, 700 * MINUTE));
  });

  it('ends with the calendar', () => {
    expect(afterOpenTime(shanghaiMs('2026-12-31', '15:30:00'), MINUTE)).toBeUndefined();
  });
});

describe('latestTradingDay', () => {
  it('is today in Shanghai, or the session before', () => {
    expect(latestTradingDay(shanghaiMs('2026-11-20', '00:30:00'), '2026-12-31')).toBe('2026-11-20');
    expect(latestTradingDay(shanghaiMs('2026-11-22', '12:00:00'), '2026-12-31')).toBe('2026-11-20');
    expect(latestTradingDay(shanghaiMs('2027-03-01', '12:00:00'), '2026-12-31')).toBe('2026-12-31');
  });
});
