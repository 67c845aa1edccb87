import type { SeriesDefinition, TimeSeriesStore } from '@quotefleet/timeseries';

/** A store, and the series that live in it. */
export interface SeriesPlacement {
  store: TimeSeriesStore;
  series: readonly SeriesDefinition[];
}

/** One store over several: each series goes to the one it is placed in, and callers never name a database. */
export function createSeriesRouter(
  placements: readonly SeriesPlacement[],
): TimeSeriesStore & { prepareAll(): Promise<void> } {
  const stores = new Map(placements.flatMap(({ store, series }) => series.map(({ name }) => [name, store] as const)));

  function storeOf(series: string): TimeSeriesStore {
    const store = stores.get(series);
    if (!store) throw new Error(`expected a series that is placed (${[...stores.keys()]}), was '${series}'`);
    return store;
  }

  async function each(act: (placement: SeriesPlacement) => Promise<void>): Promise<void> {
    await Promise.all(placements.map(act));
  }

  return {
    prepareAll: () => each(({ store, series }) => store.prepare(series)),
    prepare: (series) => each(({ store }) => store.prepare(series.filter(({ name }) => stores.get(name) === store))),
    write: (series, rows) => storeOf(series).write(series, rows),
    read: (series, query) => storeOf(series).read(series, query),
    latest: (series, symbols) => storeOf(series).latest(series, symbols),
    check: () => each(({ store }) => store.check()),
    close: () => each(({ store }) => store.close()),
  };
}
