import { formatShanghai } from '@quotefleet/domain';
import {
  type Present,
  readBoolean,
  readDate,
  readDouble,
  readInteger,
  readJson,
  readNumbers,
  readText,
  readTimestamp,
} from '../cell.ts';
import type { Field, FieldType } from '../table.ts';

/** Writes one cell as text. */
export type CellWriter = (cell: Present, field: Field) => string;

const WRITERS: Record<FieldType, CellWriter> = {
  text: readText,
  bigint: (cell, field) => String(readInteger(cell, field)),
  double: (cell, field) => String(readDouble(cell, field)),
  boolean: (cell, field) => String(readBoolean(cell, field)),
  date: (cell, field) => {
    readDate(cell, field);
    return cell as string;
  },
  timestamp: (cell, field) => formatShanghai(readTimestamp(cell, field)),
  json: readJson,
};

/**
 * How a field's cells are written before any quoting: numbers as short as reads back the same, times as
 * ISO 8601 with +08:00, lists as JSON.
 */
export function plainWriter(field: Field): CellWriter {
  return field.list ? writeList : WRITERS[field.type];
}

function writeList(cell: Present, field: Field): string {
  return `[${readNumbers(cell, field).join(',')}]`;
}
