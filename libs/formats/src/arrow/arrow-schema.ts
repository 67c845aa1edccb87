import {
  Field as ArrowField,
  Bool,
  type DataType,
  DateDay,
  Float64,
  Int64,
  List,
  Schema,
  TimestampMillisecond,
  Utf8,
} from 'apache-arrow';
import type { Field, FieldType } from '../table.ts';

/** Milliseconds, shown in the market's time zone. */
export const MARKET_TIME = new TimestampMillisecond('Asia/Shanghai');

const TYPES: Record<FieldType, DataType> = {
  text: new Utf8(),
  bigint: new Int64(),
  double: new Float64(),
  boolean: new Bool(),
  date: new DateDay(),
  timestamp: MARKET_TIME,
  json: new Utf8(),
};

/** The Arrow schema of a table; descriptions become field metadata. */
export function toArrowSchema(fields: readonly Field[]): Schema {
  return new Schema(
    fields.map((field) => {
      const { name, type, list, description, nullable = false } = field;
      const metadata = new Map(description === undefined ? [] : [['description', description]]);
      return new ArrowField(name, list ? toListType(field) : TYPES[type], nullable, metadata);
    }),
  );
}

/** A list's numbers are never absent themselves. */
export function toListType({ type }: Field): List {
  return new List(new ArrowField('item', TYPES[type], false));
}
