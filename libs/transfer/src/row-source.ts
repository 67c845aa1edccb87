import type { ReadQuery, SeriesDefinition, SeriesRow } from '@quotefleet/timeseries';

/** A read, oldest row first. */
export type SourceQuery = Omit<ReadQuery, 'order'>;

/** What rows are taken from: any time-series store, and databases of others. */
export interface RowSource {
  /** The symbols that have rows, ascending. */
  symbols(series: string): Promise<string[]>;
  /** Rows of one symbol in the order of their key. */
  read(series: string, query: SourceQuery): Promise<SeriesRow[]>;
  close(): Promise<void>;
}

/** All rows of a query, a page at a time. */
export async function* readPages(
  source: RowSource,
  { name, key }: Pick<SeriesDefinition, 'name' | 'key'>,
  query: SourceQuery,
): AsyncGenerator<SeriesRow[]> {
  const order = key.slice(1);
  let { after } = query;
  for (;;) {
    const rows = await source.read(name, after === undefined ? query : { ...query, after });
    const last = rows.at(-1);
    if (last) yield rows;
    if (!last || rows.length < query.limit) return;
    after = order.map((column) => last[column] as string | number);
  }
}
