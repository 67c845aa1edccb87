import type { ColumnValue, SeriesRow } from '../time-series-store.ts';
import { fromTag } from './influx-names.ts';
import { BITS_PER_MASK, type FieldColumn, type InfluxSeries } from './influx-series.ts';
import { placeOf, toMilliseconds } from './point-time.ts';
import type { FieldValue, ResultSeries } from './query-answer.ts';
import { isSet } from './row-mask.ts';

/** The rows of an answer to a SELECT of the series' fields in their order, grouped by tags that tell the rest of the key. */
export function decodeRows(series: InfluxSeries, symbol: string | undefined, answer: ResultSeries): SeriesRow[] {
  const { keyTags, sequence, columns } = series;
  const fixed: Record<string, ColumnValue> = { symbol: symbol ?? fromTag(answer.tags.symbol ?? '') };
  for (const name of keyTags) fixed[name] = fromTag(answer.tags[name] ?? '');
  return answer.values.map((values) => {
    const row: Record<string, ColumnValue> = { ...fixed };
    // The time is first, then come the masks.
    let at = 1 + series.maskCount;
    for (const column of columns) {
      const value = column.length === undefined ? scalarAt(column, values, at) : listAt(values, at);
      if (value !== undefined) row[column.name] = value;
      at += column.length === undefined ? 1 : 1 + column.length;
    }
    const sub = sequence === undefined ? 0 : placeOf(Number(row[sequence])).sub;
    row.ts = toMilliseconds(Number(values[0]), sub);
    return row as SeriesRow;
  });
}

/** A field of which the mask says nothing is one of an earlier version of the row. */
function scalarAt({ bit }: FieldColumn, values: readonly FieldValue[], at: number): ColumnValue {
  if (bit !== undefined && !isSet(values[1 + Math.floor(bit / BITS_PER_MASK)], bit)) return undefined;
  return values[at] ?? undefined;
}

function listAt(values: readonly FieldValue[], at: number): ColumnValue {
  const length = values[at];
  if (typeof length !== 'number' || length < 0) return undefined;
  return values.slice(at + 1, at + 1 + length) as number[];
}
