import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { createEvent, tickEvent } from '@quotefleet/contracts';
import { TickMaker } from './tick-maker.ts';
import { TickTraffic } from './tick-traffic.ts';

describe('TickMaker', () => {
  it('makes ticks that the contract takes, counted by symbol', () => {
    const maker = new TickMaker(['600519.SH', '000001.SZ'], 'e');
    const ticks = Array.from({ length: 400 }, () => maker.next(1_700_000_000_000));
    for (const tick of ticks) expect(tickEvent.safeParse(createEvent('md.tick', tick)).error).toBeUndefined();
    expect(ticks.slice(0, 3).map(({ symbol, seq }) => `${symbol} ${seq}`)).toEqual([
      '600519.SH 1',
      '000001.SZ 1',
      '600519.SH 2',
    ]);
    expect(ticks.every(({ last, high, low }) => last >= low && last <= high)).toBe(true);
  });
});

describe('TickTraffic', () => {
  it('tells what was refused, and why', async () => {
    const maker = new TickMaker(['600519.SH'], 'e');
    let attempts = 0;
    const publish = async (): Promise<number> => {
      attempts += 1;
      throw new Error('no bus');
    };
    const traffic = new TickTraffic({ next: (ts) => maker.next(ts), perSecond: 1000, publish });
    while (attempts === 0) await sleep(5);
    const totals = await traffic.stop();
    expect(totals).toMatchObject({ published: 0, trouble: 'no bus' });
    expect(totals.refused).toBeGreaterThan(0);
  });
});
