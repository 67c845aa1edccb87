import { withClient } from '@quotefleet/relational/pg';
import { escapeLiteral, type Pool } from 'pg';
import { extractedColumns } from '../extract-columns.ts';
import { isText } from '../row-check.ts';
import type { ExtractQuery, SeriesColumns } from '../time-series-store.ts';
import { ColumnDecoder } from './column-decoder.ts';
import { CopyOut } from './copy-out.ts';
import { partitionRanges, type TimeRange } from './partition-windows.ts';
import type { Partitions } from './partitions.ts';
import { timeConditions } from './select-rows.ts';
import { columnList, type SeriesTable, type TableColumn } from './series-table.ts';
import { SymbolGroups } from './symbol-groups.ts';

/** What is in memory at a time, about. */
const GROUP_BYTES = 32 * 1024 * 1024;

/**
 * Reads a group of symbols at a time, partition by partition, and gives back the connection before the first chunk of the
 * group is taken: the consumer's pace never holds a statement open.
 */
export async function* extractColumns(
  pool: Pool,
  partitions: Partitions,
  table: SeriesTable,
  query: ExtractQuery,
): AsyncGenerator<SeriesColumns> {
  const columns = tableColumns(table, query);
  const groups = new SymbolGroups(
    // No database has text of another kind: there are no rows of it.
    [...new Set(query.symbols)].filter(isText),
    GROUP_BYTES / (Math.max(1, columns.length) * Float64Array.BYTES_PER_ELEMENT),
  );
  while (groups.current.length > 0) {
    const windows = rangesWithin(await partitions.starts(table), query);
    const decoder = await readGroup({ pool, table, columns, groups, windows });
    if (!decoder) {
      groups.split();
      continue;
    }
    let mostRows = 0;
    for (const chunk of decoder.chunks()) {
      mostRows = Math.max(mostRows, chunk.length);
      yield chunk;
    }
    groups.advance(mostRows);
  }
}

interface Group {
  pool: Pool;
  table: SeriesTable;
  columns: readonly TableColumn[];
  groups: SymbolGroups;
  windows: readonly TimeRange[];
}

/** Reads the current group; undefined when it is too large. */
function readGroup({ pool, table, columns, groups, windows }: Group): Promise<ColumnDecoder | undefined> {
  return withClient(pool, async (client) => {
    const group = groups.current;
    const decoder = new ColumnDecoder(group, columns, groups.mostRows);
    for (const window of windows) {
      const copy = new CopyOut(selectSql(table, columns, group, window), (chunk) => decoder.decode(chunk));
      await client.query(copy).done;
      if (groups.isTooLarge(decoder.rows)) return undefined;
    }
    return decoder;
  });
}

/**
 * The rows of all symbols by time, not symbol by symbol: rows lie in the order in which they were written, which is
 * mostly that of time, so that sorting costs little, and no page is read for the sake of a single row. Half the time of
 * reading each symbol by the index on the key.
 */
function selectSql(
  table: SeriesTable,
  columns: readonly TableColumn[],
  symbols: readonly string[],
  window: TimeRange,
): string {
  const [symbol, ...order] = table.key as [TableColumn, ...TableColumn[]];
  const wanted = symbols.map((text) => escapeLiteral(text)).join(', ');
  const conditions = [`${symbol.sql} = ANY (ARRAY[${wanted}]::text[])`, ...timeConditions(window, String)];
  return `SELECT ${columnList([symbol, ...columns])} FROM ${table.qualified}
    WHERE ${conditions.join(' AND ')} ORDER BY ${columnList(order)}`;
}

function tableColumns(table: SeriesTable, query: ExtractQuery): TableColumn[] {
  const names = extractedColumns(table.definition, query).map(({ name }) => name);
  return names.map((name) => table.columns.find((column) => column.name === name) as TableColumn);
}

/** The part of each partition that is in the range. */
function rangesWithin(starts: readonly number[], { from = -Infinity, to = Infinity }: TimeRange): TimeRange[] {
  return partitionRanges(starts)
    .map((range) => ({ from: Math.max(from, range.from ?? -Infinity), to: Math.min(to, range.to ?? Infinity) }))
    .filter((range) => range.from < range.to)
    .map((range) => ({
      ...(range.from !== -Infinity && { from: range.from }),
      ...(range.to !== Infinity && { to: range.to }),
    }));
}
