import type { SeriesDefinition, SeriesRow } from '@quotefleet/timeseries';

/**
 * One text for one row, whichever database it came from: its values in the order of the columns as a JSON array, null
 * where there is none.
 */
export function canonicalRow({ columns }: Pick<SeriesDefinition, 'columns'>, row: SeriesRow): string {
  // JSON writes 0 for -0 and the shortest text that reads as the same number.
  return JSON.stringify(columns.map(({ name }) => row[name] ?? null));
}

/** Order of the rows of one symbol: by the key's columns after it. */
export function compareKeys({ key }: Pick<SeriesDefinition, 'key'>, a: SeriesRow, b: SeriesRow): number {
  for (const column of key.slice(1)) {
    const [left, right] = [a[column] as number | string, b[column] as number | string];
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}
