import { expect, it } from '@jest/globals';
import type { ExtractQuery, SeriesColumns, SeriesRow, TimeSeriesStore } from '../time-series-store.ts';
import { BEFORE_MIDNIGHT_MS, newRow, newSeries, prepared, SYMBOL } from './contract-series.ts';

const DAY_MS = 86_400_000;
const COLUMNS = ['ts', 'seq', 'lastPrice', 'volume'];
const OTHER = '000002.SZ';

/** How a store gives out whole columns. */
export function describeExtracts(openStore: () => TimeSeriesStore): void {
  it('gives the columns of each symbol, by time, as its rows read', async () => {
    const { store, series } = await filled(openStore);
    const chunks = await extract(store, series, { symbols: [SYMBOL, OTHER], columns: COLUMNS });
    expect(chunks.map(({ symbol }) => symbol)).toEqual([SYMBOL, OTHER]);
    for (const chunk of chunks) {
      const rows = await store.read(series, { symbol: chunk.symbol, limit: 1_000 });
      expect(chunk).toEqual({ symbol: chunk.symbol, length: rows.length, columns: columnsOf(rows) });
    }
  });

  it('has NaN where a row has no value, and every number as it is', async () => {
    const { store, series } = await prepared(openStore);
    const values = [0.1, -0.1, 1e-300, -1.7e308, Number.MAX_SAFE_INTEGER];
    const volumes = [undefined, Number.MIN_SAFE_INTEGER, -1, 2 ** 32, Number.MAX_SAFE_INTEGER];
    await store.write(
      series,
      values.map((lastPrice, seq) => newRow({ seq, lastPrice, volume: volumes[seq] })),
    );
    const [chunk] = await extract(store, series, { symbols: [SYMBOL], columns: ['volume', 'lastPrice'] });
    expect(chunk?.columns).toEqual({
      volume: Float64Array.from(volumes, (volume) => volume ?? Number.NaN),
      lastPrice: Float64Array.from(values),
    });
  });

  it('takes from as included and to as excluded', async () => {
    const { store, series, rows } = await filled(openStore);
    const [from, to] = [rows[3]?.ts as number, rows[9]?.ts as number];
    const [chunk] = await extract(store, series, { symbols: [SYMBOL], from, to, columns: ['ts'] });
    const times = rows.map(({ ts }) => ts).filter((ts) => ts >= from && ts < to);
    expect(chunk?.columns).toEqual({ ts: Float64Array.from(times) });
    expect(await extract(store, series, { symbols: [SYMBOL], from: to, to: from, columns: ['ts'] })).toEqual([]);
  });

  it('gives each of many symbols once, in the order asked for, and none that has no rows', async () => {
    const { store, series } = await prepared(openStore);
    const stored = Array.from({ length: 120 }, (_, i) => `${String(i).padStart(6, '0')}.SZ`);
    const rows = stored.flatMap((symbol, i) => [
      newRow({ symbol, seq: i }),
      newRow({ symbol, ts: BEFORE_MIDNIGHT_MS + DAY_MS }),
    ]);
    await store.append(series, rows);
    const strange = ["O'Neil\\", '贵州茅台', 'half \ud800', 'zero \0'];
    await store.write(
      series,
      strange.slice(0, 2).map((symbol) => newRow({ symbol })),
    );
    const asked = [...strange, ...stored.toReversed(), '999999.SH', ...stored];

    const chunks = await extract(store, series, { symbols: asked, columns: ['seq'] });

    expect(chunks.map(({ symbol }) => symbol)).toEqual([...strange.slice(0, 2), ...stored.toReversed()]);
    expect(chunks.slice(2).map(({ columns }) => [...(columns.seq ?? [])])).toEqual(
      stored.map((_, i) => [i, 0]).toReversed(),
    );
  });

  it('gives nothing of an empty series, and of no symbols', async () => {
    const { store, series } = await prepared(openStore);
    expect(await extract(store, series, { symbols: [SYMBOL], columns: COLUMNS })).toEqual([]);
    await store.write(series, [newRow()]);
    expect(await extract(store, series, { symbols: [], columns: COLUMNS })).toEqual([]);
  });

  it('is left early as often as one likes', async () => {
    const { store, series } = await filled(openStore);
    for (let time = 0; time < 10; time++) {
      for await (const { symbol } of store.extract(series, { symbols: [SYMBOL, OTHER], columns: COLUMNS })) {
        expect(symbol).toBe(SYMBOL);
        break;
      }
    }
    expect(await store.read(series, { symbol: SYMBOL, limit: 1 })).toHaveLength(1);
  });

  it('lets its consumer ask for other things between the chunks', async () => {
    const { store, series } = await filled(openStore);
    const counts: number[] = [];
    for await (const { symbol, length } of store.extract(series, { symbols: [OTHER, SYMBOL], columns: ['ts'] })) {
      const rows = await store.read(series, { symbol, limit: 1_000 });
      counts.push(length - rows.length);
    }
    expect(counts).toEqual([0, 0]);
  });

  it.each(['symbol', 'note', 'isFinal', 'bidPrices', 'unknown'])('refuses the column %s', async (column) => {
    const { store, series } = await prepared(openStore);
    const refused = extract(store, series, { symbols: [SYMBOL], columns: ['ts', column] });
    await expect(refused).rejects.toThrow(TypeError);
    await expect(extract(store, series, { symbols: [], columns: [column] })).rejects.toThrow(`was '${column}'`);
  });

  it('refuses a bound that is no time in ms', async () => {
    const { store, series } = await prepared(openStore);
    const query = { symbols: [SYMBOL], columns: ['ts'] };
    await expect(extract(store, series, { ...query, from: 0.5 })).rejects.toThrow('from to be ms since epoch, was 0.5');
    await expect(extract(store, series, { ...query, to: Number.NaN })).rejects.toThrow(TypeError);
  });
}

export async function extract(store: TimeSeriesStore, series: string, query: ExtractQuery): Promise<SeriesColumns[]> {
  const chunks: SeriesColumns[] = [];
  for await (const chunk of store.extract(series, query)) chunks.push(chunk);
  return chunks;
}

/** Two rows at each of twelve times, over several partitions, in no order; another symbol has rows at some of them. */
async function filled(openStore: () => TimeSeriesStore) {
  const { store, series } = await prepared(openStore, newSeries());
  const rows = Array.from({ length: 24 }, (_, i) =>
    newRow({
      ts: BEFORE_MIDNIGHT_MS + Math.floor(i / 2) * (DAY_MS / 3),
      seq: i % 2,
      lastPrice: i / 10,
      ...(i % 3 && { volume: i }),
    }),
  );
  const others = rows.filter((_, i) => i % 5 === 0).map((row) => ({ ...row, symbol: OTHER }));
  await store.write(series, [...rows.toReversed(), ...others]);
  return { store, series, rows };
}

function columnsOf(rows: readonly SeriesRow[]): Record<string, Float64Array> {
  const entries = COLUMNS.map(
    (name) => [name, Float64Array.from(rows, (row) => Number(row[name] ?? Number.NaN))] as const,
  );
  return Object.fromEntries(entries);
}
