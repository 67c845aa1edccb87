import type { DownsampleQuery, SeriesRow } from '../time-series-store.ts';
import type { InfluxClient } from './influx-client.ts';
import { quoteName, toTag } from './influx-names.ts';
import { BITS_PER_MASK, type FieldColumn, type InfluxSeries, maskField } from './influx-series.ts';
import { timeCondition, toMilliseconds } from './point-time.ts';

const AGGREGATES = { open: 'first', high: 'max', low: 'min', close: 'last', volume: 'sum', amount: 'sum' };

/** Bars of one symbol, aggregated by the server. */
export async function downsample(
  client: InfluxClient,
  series: InfluxSeries,
  query: DownsampleQuery,
): Promise<SeriesRow[]> {
  const { symbol, everyMs } = query;
  if (query.from >= query.to) return [];
  const text = statements(series, query).join(';');
  const bars = new Map<number, SeriesRow>();
  await client.query({ text, params: { symbol: toTag(symbol) } }, ({ columns, values }) => {
    for (const [microseconds, ...aggregates] of values) {
      const ts = toMilliseconds(Number(microseconds)) - 1 + everyMs;
      const bar = bars.get(ts) ?? { symbol, ts, final: true };
      for (const [i, aggregate] of aggregates.entries()) {
        if (columns[i + 1] === 'unfinished') bar.final = false;
        else if (aggregate !== null) bar[columns[i + 1] ?? ''] = aggregate;
      }
      bars.set(ts, bar);
    }
  });
  return [...bars.values()].sort((a, b) => a.ts - b.ts);
}

function statements(series: InfluxSeries, { from, to, everyMs }: DownsampleQuery): string[] {
  const select = (what: string, condition: string) =>
    // A window of the server begins at its time and ends before the next one's; ours begin after it and end with it.
    `SELECT ${what} FROM ${series.source} WHERE "symbol" = $symbol${timeCondition({ from, to })}${condition} GROUP BY time(${everyMs}ms, 1ms) fill(none)`;
  const columns = Object.entries(AGGREGATES).map(([name, aggregate]) => {
    const column = columnOf(series, name);
    return { column, selected: `${aggregate}(${quoteName(name)}) AS ${quoteName(name)}` };
  });
  const required = columns.filter(({ column }) => !column.optional).map(({ selected }) => selected);
  const final = columnOf(series, 'final');
  return [
    ...(required.length > 0 ? [select(required.join(', '), '')] : []),
    ...columns
      .filter(({ column }) => column.optional)
      .map(({ column, selected }) => select(selected, ifPresent(column))),
    select(`count(${quoteName(maskField(0))}) AS "unfinished"`, ` AND "final" = false${ifPresent(final)}`),
  ];
}

/** A value that was taken away from a row is still in its point. */
function ifPresent({ bit, optional }: FieldColumn): string {
  if (bit === undefined || !optional) return '';
  const value = 2 ** (bit % BITS_PER_MASK);
  return ` AND (${quoteName(maskField(Math.floor(bit / BITS_PER_MASK)))} & ${value}) = ${value}`;
}

/** @throws TypeError when the series is not one of bars */
function columnOf({ definition, columns }: InfluxSeries, name: string): FieldColumn {
  const column = columns.find((candidate) => candidate.name === name);
  if (column && column.length === undefined) return column;
  throw new TypeError(`${definition.name}: expected a series of bars with a column ${name}, found none`);
}
