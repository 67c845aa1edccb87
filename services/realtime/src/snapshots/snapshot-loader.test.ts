import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { AppError, type HttpClient } from '@quotefleet/service-kit';
import type { RealtimeEvents } from '../events.ts';
import { MarketState } from '../rooms/market-state.ts';
import { SnapshotLoader } from './snapshot-loader.ts';

/** Storage in which the 20th of November is over, and the 21st as it is asked for. */
function storageOfDays(isFinal: boolean): HttpClient {
  const prices = { open: 1, high: 1, low: 1, close: 1, volume: 1, amount: 1 };
  const bars = [
    { time: '2025-11-20T00:00:00.000+08:00', final: true, ...prices },
    { time: '2025-11-21T00:00:00.000+08:00', final: isFinal, ...prices },
  ];
  return { call: async () => ({ bars, period: '1d' }) } as unknown as HttpClient;
}

describe('SnapshotLoader', () => {
  it.each([
    ['while the day runs', '10:00', false, ['20', []]],
    ['right after the close', '15:31', true, ['20', ['21']]],
    ['when that is late enough', '16:00', true, ['21', []]],
  ] as const)('has of days those that were over, %s', async (_when, time, isFinal, expected) => {
    const until = Date.parse(`2025-11-21T${time}:00+08:00`);
    const loader = new SnapshotLoader(storageOfDays(isFinal), new MarketState(), {} as RealtimeEvents);
    const asked = { symbol: '600519.SH', period: '1d' } as const;
    const [before, between] = await loader.barsBetween(asked, until - 900_000, until);
    const dayOf = (bar: { ts: number } | undefined) =>
      bar && new Date(bar.ts + 8 * 3_600_000).toISOString().slice(8, 10);
    expect([dayOf(before), between.map(dayOf)]).toEqual(expected);
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('asks again for what was absent after a pause, though the clock was set back', async () => {
    let [asked, ms] = [0, 1000];
    jest.spyOn(performance, 'now').mockImplementation(() => ms);
    const call = async () => {
      asked += 1;
      throw new AppError('NOT_FOUND', 'no quote');
    };
    const loader = new SnapshotLoader({ call } as unknown as HttpClient, new MarketState(), {} as RealtimeEvents);
    await loader.loadTick('600519.SH');
    await loader.loadTick('600519.SH');
    expect(asked).toBe(1);
    jest.spyOn(Date, 'now').mockReturnValue(0);
    ms += 2001;
    await loader.loadTick('600519.SH');
    expect(asked).toBe(2);
  });
});
