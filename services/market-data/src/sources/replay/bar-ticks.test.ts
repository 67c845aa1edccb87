import { expect, it } from '@jest/globals';
import { type Bar, dailyBarFromTick, rebuildMinuteBars, shanghaiMs } from '@quotefleet/domain';
import { BarTicks } from './bar-ticks.ts';

const minute = (time: string, open: number, high: number, low: number, close: number, volume: number): Bar => ({
  symbol: '600519.SH',
  period: '1m',
  ts: shanghaiMs('2026-01-05', time),
  open,
  high,
  low,
  close,
  volume,
  amount: volume * 10,
  final: true,
});

it('trades minute bars again so that the bars built of the ticks equal them', () => {
  const bars = [
    minute('09:30:00', 10, 10, 10, 10, 1000),
    minute('09:31:00', 10.1, 10.4, 9.9, 10.3, 777),
    minute('11:30:00', 10.3, 10.3, 10, 10.1, 5),
    minute('13:01:00', 10.2, 10.2, 10.1, 10.1, 300),
    minute('15:00:00', 10.1, 10.6, 10.1, 10.5, 4000),
  ];
  const maker = new BarTicks('test');
  const ticks = bars.flatMap((bar) => maker.next(bar));
  expect(rebuildMinuteBars(ticks)).toEqual(bars);
  expect(ticks.map((tick) => tick.seq)).toEqual(ticks.map((_tick, index) => index + 1));
});

it('trades daily bars again, each day from nothing and against the close before', () => {
  const day = (date: string, open: number, close: number): Bar => ({
    ...minute('00:00:00', open, 12, 9, close, 1003),
    period: '1d',
    ts: shanghaiMs(date),
  });
  const bars = [day('2026-01-05', 10, 11), day('2026-01-06', 11, 10)];
  const maker = new BarTicks('test');
  const lastTicks = bars.map((bar) => maker.next(bar).at(-1));
  expect(lastTicks.map((tick) => tick && { ...dailyBarFromTick(tick), final: true })).toEqual(bars);
  expect(lastTicks[1]?.preClose).toBe(11);
});
