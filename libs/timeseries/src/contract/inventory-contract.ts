import { expect, it } from '@jest/globals';
import type { TimeSeriesStore } from '../time-series-store.ts';
import { BEFORE_MIDNIGHT_MS, newRow, prepared, SYMBOL } from './contract-series.ts';

const DAY_MS = 86_400_000;

/** How a store tells what it holds. */
export function describeInventory(openStore: () => TimeSeriesStore): void {
  it('lists each symbol once, ascending, whichever partitions its rows are in', async () => {
    const { store, series } = await prepared(openStore);
    expect(await store.symbols(series)).toEqual([]);
    const symbols = ['AAPL.US', '600519.SH', '00700.HK', '000001.SZ', '920047.BJ'];
    await store.write(
      series,
      symbols.flatMap((symbol, i) => [
        newRow({ symbol, ts: BEFORE_MIDNIGHT_MS + i * DAY_MS }),
        newRow({ symbol, ts: BEFORE_MIDNIGHT_MS + i * DAY_MS, seq: 1 }),
        newRow({ symbol, ts: BEFORE_MIDNIGHT_MS - i * 100 * DAY_MS, seq: 2 }),
      ]),
    );
    expect(await store.symbols(series)).toEqual(symbols.toSorted());
  });

  it('lists many symbols', async () => {
    const { store, series } = await prepared(openStore);
    const symbols = Array.from({ length: 1_500 }, (_, i) => `${String(i).padStart(6, '0')}.SZ`);
    await store.append(
      series,
      symbols.map((symbol, i) => newRow({ symbol, ts: BEFORE_MIDNIGHT_MS + (i % 3) * DAY_MS })),
    );
    expect(await store.symbols(series)).toEqual(symbols);
  });

  it('tells the first and the last time of a symbol', async () => {
    const { store, series } = await prepared(openStore);
    const [first, last] = [BEFORE_MIDNIGHT_MS - 400 * DAY_MS, BEFORE_MIDNIGHT_MS + 3 * DAY_MS];
    await store.write(series, [
      newRow({ ts: last }),
      newRow({ ts: first, seq: 5 }),
      newRow(),
      newRow({ symbol: '000001.SZ', ts: last + DAY_MS }),
    ]);

    expect(await store.span(series, SYMBOL)).toEqual({ first, last });
    expect(await store.span(series, '000001.SZ')).toEqual({ first: last + DAY_MS, last: last + DAY_MS });
    expect(await store.span(series, '999999.SH')).toBeUndefined();
  });
}
