import { Bool, type Data, DateDay, Float64, Int64, makeData, type TimestampMillisecond } from 'apache-arrow';
import { type Present, readBoolean, readDate, readDouble, readInteger, readTimestamp } from '../cell.ts';
import type { Field, Row } from '../table.ts';
import { MARKET_TIME } from './arrow-schema.ts';
import { setBit, validityOf } from './validity.ts';

export function toDoubleData(field: Field, rows: readonly Row[], column: number): Data<Float64> {
  const data = new Float64Array(rows.length);
  let index = 0;
  for (const row of rows) {
    const cell = row[column] ?? undefined;
    if (cell !== undefined) data[index] = readDouble(cell, field);
    index++;
  }
  return makeData({ type: new Float64(), length: rows.length, data, ...validityOf(field, rows, column) });
}

export function toIntegerData(field: Field, rows: readonly Row[], column: number): Data<Int64> {
  const data = toInt64s(field, rows, column, readInteger);
  return makeData({ type: new Int64(), length: rows.length, data, ...validityOf(field, rows, column) });
}

export function toTimestampData(field: Field, rows: readonly Row[], column: number): Data<TimestampMillisecond> {
  const data = toInt64s(field, rows, column, readTimestamp);
  return makeData({ type: MARKET_TIME, length: rows.length, data, ...validityOf(field, rows, column) });
}

export function toDateData(field: Field, rows: readonly Row[], column: number): Data<DateDay> {
  const data = new Int32Array(rows.length);
  let index = 0;
  for (const row of rows) {
    const cell = row[column] ?? undefined;
    if (cell !== undefined) data[index] = readDate(cell, field);
    index++;
  }
  return makeData({ type: new DateDay(), length: rows.length, data, ...validityOf(field, rows, column) });
}

export function toBooleanData(field: Field, rows: readonly Row[], column: number): Data<Bool> {
  const data = new Uint8Array(Math.ceil(rows.length / 8));
  let index = 0;
  for (const row of rows) {
    const cell = row[column] ?? undefined;
    if (cell !== undefined && readBoolean(cell, field)) setBit(data, index);
    index++;
  }
  return makeData({ type: new Bool(), length: rows.length, data, ...validityOf(field, rows, column) });
}

function toInt64s(
  field: Field,
  rows: readonly Row[],
  column: number,
  read: (cell: Present, field: Field) => number,
): BigInt64Array<ArrayBuffer> {
  const data = new BigInt64Array(rows.length);
  let index = 0;
  for (const row of rows) {
    const cell = row[column] ?? undefined;
    if (cell !== undefined) data[index] = BigInt(read(cell, field));
    index++;
  }
  return data;
}
