import type { SeriesDefinition, TimeSeriesStore } from '@quotefleet/timeseries';

/** A store, and the series that live in it. */
export interface SeriesPlacement {
  store: TimeSeriesStore;
  series: readonly SeriesDefinition[];
}

/** One store over several: each series goes to the one it is placed in, and callers never name a database. */
export function createSeriesRouter(placements: readonly SeriesPlacement[]): TimeSeriesStore {
  const stores = new Map(placements.flatMap(({ store, series }) => series.map(({ name }) => [name, store] as const)));

  function storeOf(series: string): TimeSeriesStore {
    const store = stores.get(series);
    if (!store) throw new Error(`expected a series that is placed (${[...stores.keys()]}), was '${series}'`);
    return store;
  }

  function each<T>(act: (placement: SeriesPlacement) => Promise<T>): Promise<T[]> {
    return Promise.all(placements.map(act));
  }
  const placedIn = (store: TimeSeriesStore, series: readonly SeriesDefinition[]) =>
    series.filter(({ name }) => stores.get(name) === store);

  return {
    plan: async (series) => (await each(({ store }) => store.plan(placedIn(store, series)))).flat(),
    prepare: async (series) => void (await each(({ store }) => store.prepare(placedIn(store, series)))),
    write: async (series, rows) => storeOf(series).write(series, rows),
    append: async (series, rows) => storeOf(series).append(series, rows),
    read: async (series, query) => storeOf(series).read(series, query),
    async *extract(series, query) {
      yield* storeOf(series).extract(series, query);
    },
    latest: async (series, symbols) => storeOf(series).latest(series, symbols),
    downsample: async (series, query) => storeOf(series).downsample(series, query),
    symbols: async (series) => storeOf(series).symbols(series),
    span: async (series, symbol) => storeOf(series).span(series, symbol),
    remove: async (series, range) => storeOf(series).remove(series, range),
    retire: async (now) => (await each(({ store }) => store.retire(now))).flat(),
    check: async () => void (await each(({ store }) => store.check())),
    close: async () => void (await each(({ store }) => store.close())),
  };
}
