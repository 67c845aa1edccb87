import type { DownsampleQuery, SeriesRow } from '../time-series-store.ts';
import { ofSymbol } from './row-reader.ts';
import type { SeriesTable } from './series-table.ts';
import type { SqlRunner } from './sql-connection.ts';
import { integerLiteral } from './sql-text.ts';

const VALUES = [
  ['open', 'FIRST(`open`)'],
  ['high', 'MAX(`high`)'],
  ['low', 'MIN(`low`)'],
  ['close', 'LAST(`close`)'],
  ['volume', 'SUM(`volume`)'],
  ['amount', 'SUM(`amount`)'],
] as const;

/** Bars made of shorter ones by the server's time windows. */
export async function downsampleRows(
  runner: SqlRunner,
  table: SeriesTable,
  { symbol, from, to, everyMs }: DownsampleQuery,
): Promise<SeriesRow[]> {
  if (from >= to) return [];
  const every = integerLiteral(everyMs);
  // Windows of the server hold their start and not their end: moved by 1 ms they are ours.
  const window = everyMs > 1 ? `INTERVAL(${every}a, 1a)` : `INTERVAL(${every}a)`;
  const rows =
    await runner.query(`SELECT _wstart, ${VALUES.map(([, sql]) => sql).join(', ')}, MIN(CAST(\`final\` AS TINYINT))
    FROM ${table.qualified} WHERE ${ofSymbol(table, symbol)} AND ts >= ${integerLiteral(from)} AND ts < ${integerLiteral(to)}
    ${window}`);
  return rows.map(([start, ...values]) => {
    // Plus 0: the bucket that ends at the epoch would end at -0.
    const bar: SeriesRow = { symbol, ts: Math.ceil(Number(start) / everyMs) * everyMs + 0 };
    VALUES.forEach(([name], i) => {
      const value = values[i];
      if (typeof value === 'number') bar[name] = value;
    });
    const final = values[VALUES.length];
    if (typeof final === 'number') bar.final = final !== 0;
    return bar;
  });
}
