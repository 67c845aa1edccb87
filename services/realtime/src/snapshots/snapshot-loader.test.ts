import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { AppError, type HttpClient } from '@quotefleet/service-kit';
import type { RealtimeEvents } from '../events.ts';
import { MarketState } from '../rooms/market-state.ts';
import { SnapshotLoader } from './snapshot-loader.ts';

describe('SnapshotLoader', () => {
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
