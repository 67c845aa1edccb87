import { type Data, makeData, Utf8 } from 'apache-arrow';
import type { Present } from '../cell.ts';
import type { Field, Row } from '../table.ts';
import { validityOf } from './validity.ts';

const BYTES_PER_CELL = 16;
/** UTF-8 never takes more for one UTF-16 unit. */
const BYTES_PER_UNIT = 3;

/** Texts back to back as UTF-8, and where each begins and ends. */
export function toTextData(
  field: Field,
  rows: readonly Row[],
  column: number,
  read: (cell: Present, field: Field) => string,
): Data<Utf8> {
  const valueOffsets = new Int32Array(rows.length + 1);
  let data = Buffer.alloc(rows.length * BYTES_PER_CELL);
  let end = 0;
  let index = 0;
  for (const row of rows) {
    const cell = row[column] ?? undefined;
    if (cell !== undefined) {
      const text = read(cell, field);
      data = withRoom(data, end, text.length * BYTES_PER_UNIT);
      end += data.write(text, end);
    }
    valueOffsets[++index] = end;
  }
  const length = rows.length;
  return makeData({
    type: new Utf8(),
    length,
    valueOffsets,
    data: data.subarray(0, end),
    ...validityOf(field, rows, column),
  });
}

function withRoom(bytes: Buffer<ArrayBuffer>, used: number, more: number): Buffer<ArrayBuffer> {
  if (used + more <= bytes.length) return bytes;
  const larger = Buffer.alloc(Math.max(bytes.length * 2, used + more));
  bytes.copy(larger, 0, 0, used);
  return larger;
}
