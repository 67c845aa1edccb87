import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { aggregateBars, type Bar, minuteBarEnds, type Period, shanghaiMs } from '@quotefleet/domain';
import { describeWith, isolatedDatabase } from '@quotefleet/testing';
import fc from 'fast-check';
import { barToRow } from '../src/series/rows.ts';
import { type MarketDataFixture, startMarketData } from './market-data-fixture.ts';

const DAYS = ['2025-09-29', '2025-09-30', '2025-10-09', '2025-12-31', '2026-01-05', '2026-01-06'];
const PERIODS = ['5m', '15m', '30m', '60m'] as const satisfies Period[];

/** A minute bar whose every number follows from a seed. */
function minuteBar(symbol: string, ts: number, seed: number): Bar {
  const open = 10 + (seed % 97) / 100;
  const close = 10 + (seed % 89) / 100;
  const prices = { open, close, high: Math.max(open, close) + 0.05, low: Math.min(open, close) - 0.05 };
  return { symbol, period: '1m', ts, ...prices, volume: 100 * (seed % 50), amount: seed % 1009, final: seed % 7 > 0 };
}

/** Some days of some sessions, each with some of its minutes. */
const sessions = (symbol: string) =>
  fc
    .subarray(DAYS, { minLength: 1 })
    .chain((days) => fc.tuple(...days.map((day) => fc.subarray(minuteBarEnds(day), { minLength: 1, maxLength: 241 }))))
    .chain((days) => {
      const labels = days.flat();
      return fc.array(fc.nat(10_000), { minLength: labels.length, maxLength: labels.length }).map((seeds) => {
        return labels.map((ts, index) => minuteBar(symbol, ts, seeds[index] ?? 0));
      });
    });

interface View {
  time: string;
}

describeWith('postgres', 'bars built from minutes', (servers) => {
  const database = isolatedDatabase(servers);
  let fixture: MarketDataFixture;
  let used = 600_000;

  beforeAll(async () => {
    fixture = await startMarketData(database.url);
  });
  afterAll(() => fixture.stop());

  const bars = async (query: string) => {
    const { status, body } = await fixture.get(`/api/v1/historical/stock/${query}`);
    expect({ status, code: body.code }).toEqual({ status: 200, code: 'OK' });
    return body.data as { bars: View[]; nextCursor?: string };
  };
  const toViews = (expected: readonly Bar[]) =>
    expected.map(({ symbol: _symbol, period: _period, ts, ...rest }) => ({ ts, ...rest }));
  const toBars = (views: readonly View[]) => views.map((view) => ({ ...view, ts: Date.parse(view.time) }));
  async function pages(query: string): Promise<View[]> {
    const all: View[] = [];
    let cursor = '';
    do {
      const page = await bars(`${query}${cursor}`);
      all.push(...page.bars);
      cursor = page.nextCursor === undefined ? '' : `&cursor=${page.nextCursor}`;
    } while (cursor !== '');
    return all;
  }

  it('equal those of the domain, page by page, from the end, and where a range cuts', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constant(undefined).chain(() => sessions(`${used++}.SH`)),
        fc.constantFrom(...PERIODS),
        fc.integer({ min: 1, max: 60 }),
        fc.tuple(fc.constantFrom(...DAYS), fc.constantFrom('09:30', '09:33', '10:45', '11:30', '13:20', '15:00')),
        async (minutes, period, limit, [cutDay, cutTime]) => {
          const symbol = minutes[0]?.symbol ?? '';
          await fixture.store(
            'bars_1m',
            minutes.map((bar) => barToRow(bar, 'test')),
          );
          const expected = toViews(aggregateBars(minutes, period));
          const path = `${symbol}?period=${period}`;
          expect(toBars(await pages(`${path}&start=2025-01-01&limit=${limit}`))).toMatchObject(expected);
          expect(toBars((await bars(`${path}&limit=${limit}`)).bars)).toMatchObject(expected.slice(-limit));
          const cut = shanghaiMs(cutDay, cutTime);
          const from = toBars(await pages(`${path}&start=${cut}&limit=${limit}`));
          expect(from).toMatchObject(expected.filter(({ ts }) => ts >= cut));
          const to = toBars((await bars(`${path}&end=${cut}&limit=${limit}`)).bars);
          expect(to).toMatchObject(expected.filter(({ ts }) => ts <= cut).slice(-limit));
        },
      ),
      { numRuns: 15 },
    );
  }, 120_000);

  it('take the bars that a vendor gave before those built of minutes, each for itself', async () => {
    const symbol = '601000.SH';
    const minutes = DAYS.flatMap((day) => minuteBarEnds(day)).map((ts, index) => minuteBar(symbol, ts, index));
    await fixture.store(
      'bars_1m',
      minutes.map((bar) => barToRow(bar, 'test')),
    );
    for (const period of PERIODS) {
      const built = aggregateBars(minutes, period);
      const given = built.filter((_bar, index) => index % 3 === 0).map((bar) => ({ ...bar, close: bar.high }));
      await fixture.store(
        `bars_${period}`,
        given.map((bar) => barToRow(bar, 'vendor')),
      );
      const byTs = new Map(given.map((bar) => [bar.ts, bar]));
      const expected = toViews(built.map((bar) => byTs.get(bar.ts) ?? bar));
      for (const limit of [5, 48, 1000]) {
        const path = `${symbol}?period=${period}&limit=${limit}`;
        expect(toBars(await pages(`${path}&start=2025-01-01`))).toMatchObject(expected);
        expect(toBars((await bars(path)).bars)).toMatchObject(expected.slice(-limit));
      }
    }
  }, 60_000);

  it('are found over years without any', async () => {
    const symbol = '601001.SH';
    const labels = [shanghaiMs('2010-01-04', '10:00'), shanghaiMs('2026-01-05', '10:00')];
    await fixture.store(
      'bars_1m',
      labels.map((ts) => barToRow(minuteBar(symbol, ts, 8), 'test')),
    );
    const times = (views: View[]) => views.map(({ time }) => time.slice(0, 16));
    expect(times(await pages(`${symbol}?period=5m&start=2009-01-01&limit=1`))).toEqual([
      '2010-01-04T10:00',
      '2026-01-05T10:00',
    ]);
    expect(times((await bars(`${symbol}?period=60m&limit=2`)).bars)).toEqual(['2010-01-04T10:30', '2026-01-05T10:30']);
  });
});
