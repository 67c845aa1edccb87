import { expect, it } from '@jest/globals';
import type { SeriesRow, TimeSeriesStore, WriteResult } from '../time-series-store.ts';
import { BEFORE_MIDNIGHT_MS, newRow, newSeries, SYMBOL } from './contract-series.ts';

const DAY_MS = 86_400_000;

/** How several clients of one store get along. */
export function describeConcurrency(
  openStore: () => TimeSeriesStore,
  { countsConcurrentWrites }: { countsConcurrentWrites: boolean },
): void {
  function expectCounts(results: readonly WriteResult[], inserted: number, unchanged: number): void {
    if (!countsConcurrentWrites) return;
    expect([sum(results, 'inserted'), sum(results, 'unchanged')]).toEqual([inserted, unchanged]);
  }

  it('is prepared by several clients at once, and prepared again with its rows kept', async () => {
    const definition = newSeries();
    const clients = Array.from({ length: 5 }, openStore);
    await Promise.all(clients.map((client) => client.prepare([definition])));
    const [client] = clients as [TimeSeriesStore];
    await client.write(definition.name, [newRow()]);

    await client.prepare([definition]);

    expect(await client.read(definition.name, { symbol: SYMBOL, limit: 10 })).toEqual([newRow()]);
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

    expectCounts(results, rows.length, rows.length * (clients.length - 1));
    expect(await storedCount(clients, definition.name)).toBe(rows.length);
  });

  it('stores each row once when several clients append the same rows in other orders', async () => {
    const definition = newSeries();
    const clients = Array.from({ length: 3 }, openStore);
    for (const client of clients) await client.prepare([definition]);
    const rows = Array.from({ length: 500 }, (_, seq) => newRow({ ts: BEFORE_MIDNIGHT_MS + (seq % 3) * DAY_MS, seq }));

    await Promise.all(clients.map((client, i) => client.append(definition.name, rotated(rows, i * 150))));

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

    expectCounts(results, 500, 300);
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

function sum(results: readonly WriteResult[], key: keyof WriteResult): number {
  return results.reduce((total, result) => total + result[key], 0);
}

async function storedCount([client]: readonly TimeSeriesStore[], series: string): Promise<number | undefined> {
  const rows = await client?.read(series, { symbol: SYMBOL, limit: 10_000 });
  return rows?.length;
}
