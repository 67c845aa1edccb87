import {
  type SeriesDefinition,
  type SeriesRow,
  StoreUnavailableError,
  type TimeSeriesStore,
} from '@quotefleet/timeseries';

export interface MemoryStore extends TimeSeriesStore {
  /** Set, every call fails as if the server were gone. */
  isAway: boolean;
  /** Calls of `append`. */
  appends: number;
}

/** A store in memory that keeps rows by their key, for tests of what is above stores. */
export function createMemoryStore(): MemoryStore {
  const series = new Map<string, { definition: SeriesDefinition; rows: Map<string, SeriesRow> }>();

  function of(name: string) {
    if (store.isAway) throw new StoreUnavailableError('the store is away');
    const one = series.get(name);
    if (!one) throw new Error(`expected a series that was prepared, was '${name}'`);
    return one;
  }
  function keyOf(definition: SeriesDefinition, row: SeriesRow): string {
    return JSON.stringify(definition.key.map((column) => row[column]));
  }
  function compare(definition: SeriesDefinition, a: SeriesRow, values: readonly unknown[]): number {
    const own = definition.key.slice(1).map((column) => a[column] as number);
    const at = own.findIndex((value, index) => value !== values[index]);
    return at === -1 ? 0 : Number(own[at]) - Number(values[at]);
  }
  const sorted = ({ definition, rows }: { definition: SeriesDefinition; rows: Map<string, SeriesRow> }) =>
    [...rows.values()].sort((a, b) =>
      compare(
        definition,
        a,
        definition.key.slice(1).map((column) => b[column]),
      ),
    );

  const store: MemoryStore = {
    isAway: false,
    appends: 0,
    plan: async (definitions) =>
      definitions
        .filter(({ name }) => !series.has(name))
        .map(({ name }) => ({ series: name, kind: 'create' as const, detail: '' })),
    async prepare(definitions) {
      if (store.isAway) throw new StoreUnavailableError('the store is away');
      for (const definition of definitions)
        series.set(definition.name, { definition, rows: series.get(definition.name)?.rows ?? new Map() });
    },
    async write(name, rows) {
      await store.append(name, rows);
      return { inserted: rows.length, amended: 0, unchanged: 0 };
    },
    async append(name, rows) {
      const { definition, rows: kept } = of(name);
      store.appends += 1;
      for (const row of rows) kept.set(keyOf(definition, row), { ...row });
    },
    async read(name, { symbol, from = -Infinity, to = Infinity, after, limit }) {
      const one = of(name);
      return sorted(one)
        .filter((row) => row.symbol === symbol && row.ts >= from && row.ts < to)
        .filter((row) => after === undefined || compare(one.definition, row, after) > 0)
        .slice(0, limit);
    },
    async *extract() {
      // Nothing above it extracts.
    },
    latest: async () => [],
    downsample: async () => [],
    symbols: async (name) => [...new Set([...of(name).rows.values()].map(({ symbol }) => symbol))].sort(),
    span: async () => undefined,
    async remove(name, { symbol, from, to }) {
      const { rows } = of(name);
      for (const [key, row] of rows) if (row.symbol === symbol && row.ts >= from && row.ts < to) rows.delete(key);
    },
    retire: async () => [],
    check: async () => undefined,
    close: async () => undefined,
  };
  return store;
}
