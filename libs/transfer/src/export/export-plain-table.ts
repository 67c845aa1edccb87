import type { DataRow } from '@quotefleet/data';
import { TransferError } from '../transfer-error.ts';
import { PAGE_ROWS, type PartsOptions } from './export-options.ts';
import { writePart } from './write-part.ts';

/** Writes a table without partitions to one file. */
export async function exportPlainTable(options: PartsOptions): Promise<void> {
  const { table, days, symbols } = options;
  if (days?.from !== undefined || days?.to !== undefined)
    throw new TransferError(
      `${table.name} is not kept by time: it can only be exported from its first to its last row`,
    );
  if (symbols !== undefined && !table.columns.some(({ name }) => name === 'symbol'))
    throw new TransferError(`${table.name} has no symbols to choose from: it can only be exported whole`);
  options.onFile(await writePart({ ...options, name: 'part-0', pages: tablePages(options) }));
}

async function* tablePages({ data, table, symbols, signal }: PartsOptions): AsyncGenerator<DataRow[]> {
  const where = symbols === undefined ? {} : { symbol: { in: symbols } };
  let after: (string | number)[] | undefined;
  for (;;) {
    signal?.throwIfAborted();
    const query = { where, limit: PAGE_ROWS, ...(after === undefined ? {} : { after }) };
    const rows = await data.load(table.name, query);
    const last = rows.at(-1);
    if (last) yield rows;
    if (!last || rows.length < PAGE_ROWS) return;
    after = table.key.map((column) => last[column] as string | number);
  }
}
