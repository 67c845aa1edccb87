import { isAbsent } from '../cell.ts';
import type { Field, Row } from '../table.ts';

/** Which cells of a column are there: one bit each, lowest bit first. */
export interface Validity {
  nullCount: number;
  /** Not needed where all are there. */
  nullBitmap: Uint8Array | undefined;
}

/** @throws {TypeError} for an absent cell of a field that must have one. */
export function validityOf(field: Field, rows: readonly Row[], column: number): Validity {
  const nullBitmap = new Uint8Array(Math.ceil(rows.length / 8));
  let nullCount = 0;
  let index = 0;
  for (const row of rows) {
    if (isAbsent(row[column], field)) nullCount++;
    else setBit(nullBitmap, index);
    index++;
  }
  return { nullCount, nullBitmap: nullCount === 0 ? undefined : nullBitmap };
}

export function setBit(bits: Uint8Array, index: number): void {
  const byte = index >> 3;
  bits[byte] = (bits[byte] ?? 0) | (1 << (index & 7));
}
