import { extractedColumns, GrowingColumns } from './extract-columns.ts';
import type {
  ColumnDefinition,
  ExtractQuery,
  ReadQuery,
  SeriesColumns,
  SeriesDefinition,
  SeriesRow,
} from './time-series-store.ts';

const PAGE_ROWS = 10_000;

type ReadPage = (query: ReadQuery) => Promise<SeriesRow[]>;

/** `extract` for a database that has no faster way than `read`: page by page, one symbol after the other. */
export async function* extractByReads(
  definition: SeriesDefinition,
  read: ReadPage,
  query: ExtractQuery,
): AsyncGenerator<SeriesColumns> {
  const columns = extractedColumns(definition, query);
  const { symbols, columns: _, ...range } = query;
  for (const symbol of new Set(symbols)) {
    const growing = new GrowingColumns(columns.length);
    for await (const page of pages(definition, read, { symbol, ...range, limit: PAGE_ROWS })) {
      addRows(growing, columns, page);
    }
    if (growing.length > 0) yield growing.finish(symbol, columns);
  }
}

async function* pages(definition: SeriesDefinition, read: ReadPage, query: ReadQuery): AsyncGenerator<SeriesRow[]> {
  let page = await read(query);
  for (;;) {
    yield page;
    const last = page.at(-1);
    if (!last || page.length < query.limit) return;
    const after = definition.key.slice(1).map((name) => last[name] as string | number);
    page = await read({ ...query, after });
  }
}

function addRows(growing: GrowingColumns, columns: readonly ColumnDefinition[], rows: readonly SeriesRow[]): void {
  for (const row of rows) {
    const at = growing.addRow();
    for (let c = 0; c < columns.length; c++) {
      const value = row[(columns[c] as ColumnDefinition).name];
      (growing.values[c] as Float64Array)[at] = typeof value === 'number' ? value : Number.NaN;
    }
  }
}
