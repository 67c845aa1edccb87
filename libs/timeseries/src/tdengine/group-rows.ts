import type { SeriesRow } from '../time-series-store.ts';
import type { SeriesTable } from './series-table.ts';

/** Rows by symbol, each group in the order of its key; of rows with the same key only the last one given. */
export function rowsBySymbol(table: SeriesTable, rows: readonly SeriesRow[]): Map<string, SeriesRow[]> {
  const groups = new Map<string, SeriesRow[]>();
  for (const row of rows) {
    const group = groups.get(row.symbol);
    if (group) group.push(row);
    else groups.set(row.symbol, [row]);
  }
  const compare = keyOrder(table);
  for (const [symbol, group] of groups) {
    if (!isAscending(group, compare)) groups.set(symbol, lastOfEach(group.sort(compare), compare));
  }
  return groups;
}

type Compare = (a: SeriesRow, b: SeriesRow) => number;

function keyOrder({ key }: SeriesTable): Compare {
  const second = key[1]?.name;
  if (second === undefined) return (a, b) => a.ts - b.ts;
  return (a, b) => a.ts - b.ts || (a[second] as number) - (b[second] as number);
}

function isAscending(rows: readonly SeriesRow[], compare: Compare): boolean {
  for (let i = 1; i < rows.length; i++) {
    if (compare(rows[i - 1] as SeriesRow, rows[i] as SeriesRow) >= 0) return false;
  }
  return true;
}

/** The sort is stable: of equal keys the last one given stands last. */
function lastOfEach(sorted: readonly SeriesRow[], compare: Compare): SeriesRow[] {
  return sorted.filter((row, i) => {
    const next = sorted[i + 1];
    return next === undefined || compare(row, next) !== 0;
  });
}
