import type { Data } from 'apache-arrow';
import { readJson, readText } from '../cell.ts';
import type { Field, Row } from '../table.ts';
import { toBooleanData, toDateData, toDoubleData, toIntegerData, toTimestampData } from './fixed-width-data.ts';
import { toListData } from './list-data.ts';
import { toTextData } from './text-data.ts';

/** One column of a batch, in Arrow's memory layout. */
export function toColumnData(field: Field, rows: readonly Row[], column: number): Data {
  if (field.list) return toListData(field, rows, column);
  switch (field.type) {
    case 'text':
      return toTextData(field, rows, column, readText);
    case 'json':
      return toTextData(field, rows, column, readJson);
    case 'double':
      return toDoubleData(field, rows, column);
    case 'boolean':
      return toBooleanData(field, rows, column);
    case 'date':
      return toDateData(field, rows, column);
    case 'bigint':
      return toIntegerData(field, rows, column);
    case 'timestamp':
      return toTimestampData(field, rows, column);
  }
}
