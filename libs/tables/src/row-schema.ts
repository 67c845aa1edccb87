import { z } from 'zod';
import type { TableColumn, TableDefinition } from './table-definition.ts';

const TEXT_MAX = 4096;
const EPOCH_MS_MAX = 4_102_444_800_000;

/** The schema of one row of a table, by its columns; what the table does not have is refused. */
export function rowSchema(table: TableDefinition): z.ZodObject {
  return z.strictObject(Object.fromEntries(table.columns.map((column) => [column.name, columnSchema(column)])));
}

function columnSchema(column: TableColumn): z.ZodType {
  const single = valueSchema(column);
  const value = column.length === undefined ? single : z.array(single).max(column.length);
  const description = [column.description, column.unit && `In ${column.unit}.`].filter(Boolean).join(' ');
  const described = description === '' ? value : value.meta({ description });
  return column.optional ? described.optional() : described;
}

function valueSchema({ type }: TableColumn): z.ZodType {
  switch (type) {
    case 'text':
      return z
        .string()
        .min(1)
        .max(TEXT_MAX)
        .refine((text) => !text.includes('\0'), 'expected text without the character 0');
    case 'bigint':
      return z.int();
    case 'double':
      return z.number();
    case 'boolean':
      return z.boolean();
    case 'date':
      return z.iso.date('expected a date YYYY-MM-DD');
    case 'timestamp':
      return z.int().min(0).max(EPOCH_MS_MAX);
    case 'json':
      return z.json();
  }
}
