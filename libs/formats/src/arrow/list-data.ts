import { type Data, Float64, Int64, makeData } from 'apache-arrow';
import { readNumbers } from '../cell.ts';
import type { Field, Row } from '../table.ts';
import { toListType } from './arrow-schema.ts';
import { validityOf } from './validity.ts';

/** The lists' numbers back to back, and where each list begins and ends. */
export function toListData(field: Field, rows: readonly Row[], column: number): Data {
  const valueOffsets = new Int32Array(rows.length + 1);
  const numbers: number[] = [];
  let index = 0;
  for (const row of rows) {
    const cell = row[column] ?? undefined;
    if (cell !== undefined) for (const number of readNumbers(cell, field)) numbers.push(number);
    valueOffsets[++index] = numbers.length;
  }
  const validity = validityOf(field, rows, column);
  return makeData({
    type: toListType(field),
    length: rows.length,
    valueOffsets,
    child: toChild(field, numbers),
    ...validity,
  });
}

function toChild(field: Field, numbers: readonly number[]): Data {
  const { length } = numbers;
  if (field.type === 'double') return makeData({ type: new Float64(), length, data: Float64Array.from(numbers) });
  return makeData({ type: new Int64(), length, data: BigInt64Array.from(numbers, BigInt) });
}
