import { expect, it } from '@jest/globals';
import type { SeriesRow, TimeSeriesStore } from '../time-series-store.ts';
import { BEFORE_MIDNIGHT_MS, newRow, newSeries, SYMBOL } from './contract-series.ts';

const DAY_MS = 86_400_000;

/** How several clients of one store get along. */
export function describeConcurrency(openStore: () => TimeSeriesStore): void {
  it('is prepared by several clients at once, and prepared again with its rows kept', async () => {
    const definition = newSeries();
    const clients = Array.from({ length: 5 }, openStore);
    await Promise.all(clients.map((client) => client.prepare([definition])));
    const [client] = clients as [TimeSeriesStore];
    await client.write(definition.name, [newRow()]);

    await client.prepare([definition]);

    expect(await client.read(definition.name, { symbol: SYMBOL, limit: 10 })).toEqual([newRow()]);
  });

  it('takes a column that is new in the definition', async () => {
    const definition = newSeries();
    const store = openStore();
    await store.prepare([definition]);
    await store.write(definition.name, [newRow()]);

    await store.prepare([
      { ...definition, columns: [...definition.columns, { name: 'open', type: 'double', optional: true }] },
    ]);
    await store.write(definition.name, [
      newRow({ seq: 1, open: 5 }),
      newRow({ seq: 2, ts: BEFORE_MIDNIGHT_MS + DAY_MS, open: 6 }),
    ]);

    const rows = await store.read(definition.name, { symbol: SYMBOL, limit: 10 });
    expect(rows.map((row) => row.open)).toEqual([undefined, 5, 6]);
  });

  it('stores each row once when several clients write the same rows in other orders', async () => {
    const definition = newSeries();
    const clients = Array.from({ length: 4 }, openStore);
    for (const client of clients) await client.prepare([definition]);
    const rows = Array.from({ length: 500 }, (_, i) =>
      newRow({ ts: BEFORE_MIDNIGHT_MS + (i % 3) * DAY_MS, seq: i, lastPrice: i }),
    );

    const results = await Promise.all(
      clients.map((client, i) =>
        client.write(definition.name, rotated(i % 2 === 0 ? rows : rows.toReversed(), i * 100)),
      ),
    );

    expect(sum(results, 'inserted')).toBe(rows.length);
    expect(sum(results, 'unchanged')).toBe(rows.length * (clients.length - 1));
    expect(await storedCount(clients, definition.name)).toBe(rows.length);
  });

  it('stores each row once when one client writes the same and new rows several times at once', async () => {
    const definition = newSeries();
    const store = openStore();
    await store.prepare([definition]);
    const writes = Array.from({ length: 8 }, (_, write) =>
      Array.from({ length: 100 }, (_, i) => newRow({ seq: write % 2 === 0 ? i : write * 1_000 + i })),
    );

    const results = await Promise.all(writes.map((rows) => store.write(definition.name, rows)));

    expect(sum(results, 'inserted')).toBe(500);
    expect(sum(results, 'unchanged')).toBe(300);
    expect(await storedCount([store], definition.name)).toBe(500);
  });

  it('ends with the rows of one of the clients that amend the same rows at once', async () => {
    const definition = newSeries();
    const clients = Array.from({ length: 3 }, openStore);
    for (const client of clients) await client.prepare([definition]);
    const rowsOf = (client: number) => Array.from({ length: 200 }, (_, seq) => newRow({ seq, lastPrice: client }));
    await clients[0]?.write(definition.name, rowsOf(-1));

    await Promise.all(clients.map((client, i) => client.write(definition.name, rotated(rowsOf(i), i * 60))));

    const stored = await clients[0]?.read(definition.name, { symbol: SYMBOL, limit: 1_000 });
    expect(new Set(stored?.map((row) => row.lastPrice)).size).toBe(1);
    expect(stored).toHaveLength(200);
  });
}

function rotated(rows: readonly SeriesRow[], by: number): SeriesRow[] {
  return [...rows.slice(by), ...rows.slice(0, by)];
}

function sum<Key extends string>(results: readonly Record<Key, number>[], key: Key): number {
  return results.reduce((total, result) => total + result[key], 0);
}

async function storedCount([client]: readonly TimeSeriesStore[], series: string): Promise<number | undefined> {
  const rows = await client?.read(series, { symbol: SYMBOL, limit: 10_000 });
  return rows?.length;
}
