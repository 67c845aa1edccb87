import { shanghaiMs, toTradeDate } from '@quotefleet/domain';
import type { TableDefinition } from '@quotefleet/tables';
import { daysSpan } from '../day.ts';

type PartitionBy = NonNullable<TableDefinition['partition']>;

/** Rows of one span of time, and the folder they are kept in. */
export interface Partition {
  /** In the style of Hive, which readers of data sets understand: `date=2026-01-05`, `month=2026-01`, `year=2026`. */
  folder: string;
  /** ms since epoch UTC; `to` is not included. */
  from: number;
  to: number;
}

/** The partition of a table that holds an instant; its bounds are midnights in Shanghai. */
export function partitionAt(ts: number, by: PartitionBy): Partition {
  const date = toTradeDate(ts);
  const year = Number(date.slice(0, 4));
  const month = Number(date.slice(5, 7));
  switch (by) {
    case 'day':
      return { folder: `date=${date}`, ...daysSpan(date) };
    case 'month':
      return {
        folder: `month=${date.slice(0, 7)}`,
        from: monthStart(year, month),
        to: month === 12 ? monthStart(year + 1, 1) : monthStart(year, month + 1),
      };
    case 'year':
      return { folder: `year=${date.slice(0, 4)}`, from: monthStart(year, 1), to: monthStart(year + 1, 1) };
  }
}

function monthStart(year: number, month: number): number {
  return shanghaiMs(`${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-01`);
}
