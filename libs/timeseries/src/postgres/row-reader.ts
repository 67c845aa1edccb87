import type { ReadQuery, SeriesRow } from '../time-series-store.ts';
import type { PostgresConnections } from './connections.ts';
import { partitionWindows, type TimeRange } from './partition-windows.ts';
import type { Partitions } from './partitions.ts';
import { selectRows, timeConditions } from './select-rows.ts';
import { columnList, type SeriesTable, type TableColumn } from './series-table.ts';

/** Reads rows from the tables of one schema, by the index on their key. */
export class RowReader {
  readonly #connections: PostgresConnections;
  readonly #partitions: Partitions;

  constructor(connections: PostgresConnections, partitions: Partitions) {
    this.#connections = connections;
    this.#partitions = partitions;
  }

  async read(table: SeriesTable, query: ReadQuery): Promise<SeriesRow[]> {
    const order = query.order ?? 'asc';
    const rows: SeriesRow[] = [];
    for (const window of partitionWindows(await this.#partitions.starts(table), rangeOf(table, query), order)) {
      const found = await this.#readWindow(table, { ...query, ...window, limit: query.limit - rows.length });
      for (const row of found) rows.push(row);
      if (rows.length >= query.limit) break;
    }
    return rows;
  }

  async latest(table: SeriesTable, symbols: readonly string[]): Promise<SeriesRow[]> {
    const missing = new Set(symbols);
    const rows: SeriesRow[] = [];
    for (const window of partitionWindows(await this.#partitions.starts(table), {}, 'desc')) {
      if (missing.size === 0) break;
      const found = await this.#latestInWindow(table, [...missing], window);
      for (const row of found) {
        missing.delete(row.symbol);
        rows.push(row);
      }
    }
    return rows;
  }

  async span(table: SeriesTable, symbol: string): Promise<{ first: number; last: number } | undefined> {
    const [oldest] = await this.read(table, { symbol, limit: 1 });
    if (!oldest) return undefined;
    const [newest = oldest] = await this.read(table, { symbol, limit: 1, order: 'desc' });
    return { first: oldest.ts, last: newest.ts };
  }

  #readWindow(table: SeriesTable, query: ReadQuery): Promise<SeriesRow[]> {
    const order = query.order ?? 'asc';
    const values: unknown[] = [query.symbol];
    const parameter = (value: unknown) => `$${values.push(value)}`;
    const conditions = ['"symbol" = $1', ...timeConditions(query, parameter)];
    const key = table.key.slice(1);
    if (query.after !== undefined) {
      const after = query.after.map(parameter).join(', ');
      conditions.push(`(${columnList(key)}) ${order === 'asc' ? '>' : '<'} (${after})`);
    }
    const text = `SELECT ${columnList(table.columns)} FROM ${table.qualified} WHERE ${conditions.join(' AND ')}
      ORDER BY ${orderBy(key, order)} LIMIT ${parameter(query.limit)}`;
    return selectRows(this.#connections, table.columns, { text, values });
  }

  #latestInWindow(table: SeriesTable, symbols: readonly string[], window: TimeRange): Promise<SeriesRow[]> {
    const values: unknown[] = [symbols];
    const conditions = ['"symbol" = wanted', ...timeConditions(window, (value) => `$${values.push(value)}`)];
    // One look into the index per symbol: the newest row of a partition is the first one there.
    const text = `SELECT ${columnList(table.columns)} FROM unnest($1::text[]) AS wanted
      CROSS JOIN LATERAL (SELECT * FROM ${table.qualified} WHERE ${conditions.join(' AND ')}
        ORDER BY ${orderBy(table.key.slice(1), 'desc')} LIMIT 1) AS newest`;
    return selectRows(this.#connections, table.columns, { text, values });
  }
}

/** The range of a query, narrowed by `after`: partitions are pruned by it, by a comparison of rows they are not. */
function rangeOf(table: SeriesTable, { from, to, after, order }: ReadQuery): TimeRange {
  const range: TimeRange = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
  if (after === undefined) return range;
  const names = table.key.slice(1).map((column) => column.name);
  const [ts] = after;
  if (after.length !== names.length || typeof ts !== 'number') {
    throw new TypeError(`${table.definition.name}: expected after to be [${names.join(', ')}], was [${after}]`);
  }
  if (order === 'desc') return { ...range, to: Math.min(to ?? ts + 1, ts + 1) };
  return { ...range, from: Math.max(from ?? ts, ts) };
}

function orderBy(columns: readonly TableColumn[], order: 'asc' | 'desc'): string {
  return columns.map(({ sql }) => `${sql} ${order}`).join(', ');
}
