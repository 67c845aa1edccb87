import { expect, it } from '@jest/globals';
import type { ColumnDefinition, SeriesDefinition, TimeSeriesStore } from '../time-series-store.ts';
import { BEFORE_MIDNIGHT_MS, newRow, newSeries, prepared, SYMBOL } from './contract-series.ts';

const DAY_MS = 86_400_000;

/** How a store brings its database in line with definitions. */
export function describePlans(openStore: () => TimeSeriesStore): void {
  it('plans to create a series that is missing, and does nothing yet', async () => {
    const store = openStore();
    const definition = newSeries();
    const changes = await store.plan([definition]);
    expect(changes).toEqual([{ series: definition.name, kind: 'create', detail: expect.any(String) }]);
    expect(await store.plan([definition])).toEqual(changes);
    await expect(store.write(definition.name, [newRow()])).rejects.toThrow(`was '${definition.name}'`);
  });

  it('plans nothing for what is prepared, whichever client prepared it, with rows or without', async () => {
    const { store, definition, series } = await prepared(openStore);
    expect(await store.plan([definition])).toEqual([]);
    await store.write(series, [newRow({ volume: 5, bidPrices: [1], isFinal: true, note: 'a' })]);
    expect(await openStore().plan([definition])).toEqual([]);
    expect(await store.plan([])).toEqual([]);
  });

  it('plans to add a column that is new in a definition, and takes it once prepared', async () => {
    const { store, definition, series } = await prepared(openStore);
    await store.write(series, [newRow()]);
    const wider = withColumns(definition, [...definition.columns, { name: 'open', type: 'double', optional: true }]);

    const [change, ...others] = await store.plan([wider]);
    expect(change).toMatchObject({ series, kind: 'add-column', detail: expect.stringContaining('open') });
    expect(others).toEqual([]);

    await store.prepare([wider]);
    expect(await store.plan([wider])).toEqual([]);
    await store.write(series, [
      newRow({ seq: 1, open: 5 }),
      newRow({ seq: 2, ts: BEFORE_MIDNIGHT_MS + DAY_MS, open: 6 }),
    ]);
    const rows = await store.read(series, { symbol: SYMBOL, limit: 10 });
    expect(rows.map((row) => row.open)).toEqual([undefined, 5, 6]);
  });

  it.each([
    ['volume', 'double'],
    ['volume', 'text'],
    ['lastPrice', 'bigint'],
    ['isFinal', 'bigint'],
    ['note', 'double'],
  ] as const)('refuses %s as %s where the stored rows have it otherwise, and changes nothing', async (name, type) => {
    const { store, definition, series } = await prepared(openStore);
    const row = newRow({ volume: 5, isFinal: true, note: 'a' });
    await store.write(series, [row]);
    const columns = definition.columns.map((column) => (column.name === name ? { ...column, type } : column));
    const drifted = withColumns(definition, columns);
    const missing = newSeries();

    const changes = await store.plan([missing, drifted]);
    expect(changes.map(({ series, kind }) => [series, kind])).toEqual([
      [missing.name, 'create'],
      [series, 'drift'],
    ]);
    expect(changes[1]?.detail).toContain(name);
    const refused = openStore().prepare([missing, drifted]);
    await expect(refused).rejects.toThrow(series);
    await expect(refused).rejects.toThrow(name);

    expect(await store.plan([missing, definition])).toEqual(changes.slice(0, 1));
    expect(await store.read(series, { symbol: SYMBOL, limit: 10 })).toEqual([row]);
  });
}

function withColumns(definition: SeriesDefinition, columns: readonly ColumnDefinition[]): SeriesDefinition {
  return { ...definition, columns };
}
