import type { TableDefinition } from '@quotefleet/tables';
import type { ColumnDefinition, SeriesDefinition } from '@quotefleet/timeseries';

/** Whether rows of a table are kept in order of symbol and time, in partitions. */
export function isSeries(table: TableDefinition): boolean {
  return table.partition !== undefined;
}

/** A table with partitions as the stores of time series take it. */
export function seriesDefinition(table: TableDefinition): SeriesDefinition {
  return {
    name: table.name,
    columns: table.columns.map(({ name, type, length, optional }) => ({
      name,
      type: type === 'timestamp' ? 'bigint' : (type as ColumnDefinition['type']),
      ...(length === undefined ? {} : { length }),
      ...(optional ? { optional } : {}),
    })),
    key: table.key,
    partitionBy: table.partition ?? 'day',
    ...(table.amends ? { amends: true } : {}),
    ...(table.tags.length > 0 ? { tags: table.tags } : {}),
    ...(table.retentionDays === undefined ? {} : { retentionDays: table.retentionDays }),
  };
}
