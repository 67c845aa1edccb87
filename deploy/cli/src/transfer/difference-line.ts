import { formatShanghai } from '@quotefleet/domain';
import type { DayDifference } from '@quotefleet/transfer';
import { count } from './run-transfer.ts';

/** A symbol-day that differs, for a person: how many rows each side has, and the first that is not the same. */
export function differenceLine(difference: DayDifference): string {
  const { table, symbol, day, leftRows, rightRows, onlyLeft, onlyRight, changed, first } = difference;
  const parts = [
    ...(changed > 0 ? [`${count(changed)} changed`] : []),
    ...(onlyLeft > 0 ? [`${count(onlyLeft)} missing`] : []),
    ...(onlyRight > 0 ? [`${count(onlyRight)} more`] : []),
  ];
  const row = first?.left ?? first?.right;
  const at = row === undefined ? '' : `, first at ${formatShanghai(row.ts)}`;
  return `${table} ${symbol} ${day}: ${count(leftRows)} and ${count(rightRows)} rows, ${parts.join(', ')}${at}`;
}
