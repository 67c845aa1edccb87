import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Bar, foldOpeningAuction, minuteBarEnds, shanghaiMs } from '@quotefleet/domain';
import { describeWith, isolatedDatabase } from '@quotefleet/testing';
import fc from 'fast-check';
import { barToRow } from '../src/series/rows.ts';
import { type MarketDataFixture, startMarketData } from './market-data-fixture.ts';

const DAYS = ['2026-01-05', '2026-01-06', '2026-01-07', '2026-01-08'];

function minuteBar(symbol: string, ts: number, index: number): Bar {
  const close = 10 + (index % 13) / 100;
  const prices = { open: close - 0.01, high: close + 0.02, low: close - 0.03, close };
  return { symbol, period: '1m', ts, ...prices, volume: 100 * (index + 1), amount: 1000 * index, final: true };
}

/** Whole days, and the first minutes of days, where the two forms differ. */
const labels = fc
  .tuple(
    ...DAYS.map((day) => {
      const all = minuteBarEnds(day);
      return fc.oneof(fc.constant(all), fc.subarray(all.slice(0, 4)), fc.constant(all.slice(0, 1)));
    }),
  )
  .map((days) => days.flat());

describeWith('postgres', 'minute bars of 241 and 240 rows a day', (servers) => {
  const database = isolatedDatabase(servers);
  let fixture: MarketDataFixture;
  let used = 603_000;

  beforeAll(async () => {
    fixture = await startMarketData(database.url);
  });
  afterAll(() => fixture.stop());

  async function load(query: string): Promise<{ bars: { time: string; volume: number }[]; nextCursor?: string }> {
    const { status, body } = await fixture.get(`/api/v1/historical/stock/${query}`);
    expect(status).toBe(200);
    return body.data;
  }
  async function pages(query: string) {
    const all: { time: string; volume: number }[] = [];
    let cursor = '';
    do {
      const page = await load(`${query}${cursor}`);
      all.push(...page.bars);
      cursor = page.nextCursor === undefined ? '' : `&cursor=${page.nextCursor}`;
    } while (cursor !== '');
    return all;
  }
  const toBars = (views: readonly { time: string }[]) => views.map((view) => ({ ...view, ts: Date.parse(view.time) }));
  const toViews = (bars: readonly Bar[]) => bars.map(({ symbol: _symbol, period: _period, ...rest }) => rest);

  it('are whole sessions in the form asked for', async () => {
    const bars = minuteBarEnds('2026-01-05').map((ts, index) => minuteBar('600519.SH', ts, index));
    await fixture.store(
      'bars_1m',
      bars.map((bar) => barToRow(bar, 'test')),
    );
    const full = await load('600519.SH?period=1m&start=2026-01-05&end=2026-01-05');
    const folded = await load('600519.SH?period=1m&start=2026-01-05&end=2026-01-05&rows=240');
    expect([full.bars.length, folded.bars.length]).toEqual([241, 240]);
    expect(folded.bars[0]).toMatchObject({ time: '2026-01-05T09:31:00.000+08:00', volume: 300 });
    const sum = (list: { volume: number }[]) => list.reduce((total, { volume }) => total + volume, 0);
    expect(sum(folded.bars)).toBe(sum(full.bars));
  });

  it('are the same in pages of any size, from the end, and in any range', async () => {
    await fc.assert(
      fc.asyncProperty(
        labels.filter((list) => list.length > 0),
        fc.constantFrom(1, 2, 3, 120, 239, 240, 241, 500),
        fc.constantFrom(...DAYS),
        fc.constantFrom('09:29', '09:30', '09:30:30', '09:31', '09:32', '15:00'),
        async (times, limit, cutDay, cutTime) => {
          const symbol = `${used++}.SH`;
          const bars = times.map((ts, index) => minuteBar(symbol, ts, index));
          await fixture.store(
            'bars_1m',
            bars.map((bar) => barToRow(bar, 'test')),
          );
          const expected = toViews(foldOpeningAuction(bars));
          const path = `${symbol}?period=1m&rows=240&limit=${limit}`;
          expect(toBars((await load(path)).bars)).toMatchObject(expected.slice(-limit));
          const cut = shanghaiMs(cutDay, cutTime);
          expect(toBars((await load(`${path}&end=${cut}`)).bars)).toMatchObject(
            expected.filter(({ ts }) => ts <= cut).slice(-limit),
          );
          if (limit < 3) return;
          expect(toBars(await pages(`${path}&start=2026-01-01`))).toMatchObject(expected);
          expect(toBars(await pages(`${path}&start=${cut}`))).toMatchObject(expected.filter(({ ts }) => ts >= cut));
        },
      ),
      { numRuns: 20 },
    );
  }, 120_000);

  it('page by single bars without losing a lone auction', async () => {
    const times = DAYS.flatMap((day, index) => minuteBarEnds(day).slice(0, index % 2 === 0 ? 2 : 1));
    const bars = times.map((ts, index) => minuteBar('688001.SH', ts, index));
    await fixture.store(
      'bars_1m',
      bars.map((bar) => barToRow(bar, 'test')),
    );
    const found = await pages('688001.SH?period=1m&rows=240&limit=1&start=2026-01-01');
    expect(toBars(found)).toMatchObject(toViews(foldOpeningAuction(bars)));
  });
});
