import { rangeBounds } from '../day.ts';
import { safeName } from '../files/safe-name.ts';
import { forEachOf } from '../for-each-of.ts';
import { readPages } from '../row-source.ts';
import { PAGE_ROWS, type PartsOptions } from './export-options.ts';
import { partitionAt } from './partition.ts';
import { writePart } from './write-part.ts';

/** One is read while another is encoded. */
const SYMBOLS_AT_A_TIME = 2;

/** Writes a file per partition and symbol. */
export async function exportSeries(options: PartsOptions): Promise<void> {
  const { data, table, symbols = await data.series.symbols(table.name) } = options;
  await forEachOf(symbols, SYMBOLS_AT_A_TIME, (symbol) => exportSymbol(options, symbol));
}

async function exportSymbol(options: PartsOptions, symbol: string): Promise<void> {
  const { data, table, days = {}, signal } = options;
  const source = data.series;
  const { from, to } = rangeBounds(days);
  let isEmpty = true;
  for (let next = from; ; isEmpty = false) {
    signal?.throwIfAborted();
    const range = { symbol, ...(next === undefined ? {} : { from: next }), ...(to === undefined ? {} : { to }) };
    const [first] = await source.read(table.name, { ...range, limit: 1 });
    if (!first) {
      if (isEmpty) options.onEmpty?.(symbol);
      return;
    }
    const partition = partitionAt(first.ts, table.partition ?? 'day');
    next = Math.min(partition.to, to ?? partition.to);
    const query = { symbol, from: first.ts, to: next, limit: PAGE_ROWS };
    const file = await writePart({
      ...options,
      name: `${partition.folder}/part-${safeName(symbol)}`,
      pages: readPages(source, table, query),
    });
    options.onFile(file);
  }
}
