import type { SeriesDefinition, SeriesRow } from '@quotefleet/timeseries';
import { type RowSource, readPages, type SourceQuery } from '../row-source.ts';
import { canonicalRow, compareKeys } from './canonical-row.ts';

/** How the rows of a symbol's day differ. */
export interface RowDifference {
  /** Rows that only the left side has. */
  onlyLeft: number;
  onlyRight: number;
  /** Rows of one key with different values. */
  changed: number;
  /** The first row that differs, as each side has it. */
  first: { left: SeriesRow | undefined; right: SeriesRow | undefined } | undefined;
}

/** Lays the rows of two sides beside each other, by their key. */
export async function differenceOf(
  [leftSource, rightSource]: readonly [RowSource, RowSource],
  definition: SeriesDefinition,
  query: SourceQuery,
): Promise<RowDifference> {
  const [left, right] = [rowsOf(leftSource, definition, query), rowsOf(rightSource, definition, query)];
  const found: RowDifference = { onlyLeft: 0, onlyRight: 0, changed: 0, first: undefined };
  let [a, b] = [await next(left), await next(right)];
  while (a || b) {
    const order = !a ? 1 : !b ? -1 : compareKeys(definition, a, b);
    const isSame = a && b && order === 0 && canonicalRow(definition, a) === canonicalRow(definition, b);
    if (!isSame) {
      found[order === 0 ? 'changed' : order < 0 ? 'onlyLeft' : 'onlyRight'] += 1;
      found.first ??= { left: order <= 0 ? a : undefined, right: order >= 0 ? b : undefined };
    }
    const [takesLeft, takesRight] = [order <= 0, order >= 0];
    if (takesLeft) a = await next(left);
    if (takesRight) b = await next(right);
  }
  return found;
}

async function* rowsOf(source: RowSource, definition: SeriesDefinition, query: SourceQuery): AsyncGenerator<SeriesRow> {
  for await (const page of readPages(source, definition, query)) yield* page;
}

async function next(rows: AsyncGenerator<SeriesRow>): Promise<SeriesRow | undefined> {
  const { done, value } = await rows.next();
  return done ? undefined : value;
}
