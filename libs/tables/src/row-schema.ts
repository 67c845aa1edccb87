import { z } from 'zod';
import type { TableColumn, TableDefinition } from './table-definition.ts';

const TEXT_MAX = 4096;
const EPOCH_MS_MAX = 4_102_444_800_000;

/** The schema of one row of a table, by its columns; what the table does not have is refused. */
export function rowSchema(table: TableDefinition): z.ZodObject {
  return z.strictObject(columnSchemas(table.columns, valueSchema));
}

/** Schemas of columns by name: lists, optional columns and descriptions around what `toSchema` says of single values. */
export function columnSchemas(
  columns: readonly TableColumn[],
  toSchema: (column: TableColumn) => z.ZodType,
): Record<string, z.ZodType> {
  return Object.fromEntries(columns.map((column) => [column.name, columnSchema(column, toSchema(column))]));
}

function columnSchema(column: TableColumn, single: z.ZodType): z.ZodType {
  const value = column.length === undefined ? single : z.array(single).max(column.length);
  const description = [column.description, column.unit && `In ${column.unit}.`].filter(Boolean).join(' ');
  const described = description === '' ? value : value.meta({ description });
  return column.optional ? described.optional() : described;
}

function valueSchema({ type }: TableColumn): z.ZodType {
  switch (type) {
    case 'text':
      return z.string().min(1).max(TEXT_MAX).refine(isStorable, 'expected well-formed text without the character 0');
    case 'bigint':
      return z.int();
    case 'double':
      return z.number();
    case 'boolean':
      return z.boolean();
    case 'date':
      return z.iso.date('expected a date YYYY-MM-DD').refine(isAfterChrist, 'expected a date from 0001-01-01 on');
    case 'timestamp':
      return z.int().min(0).max(EPOCH_MS_MAX);
    case 'json':
      return z
        .json()
        .refine((value) => value !== null, 'expected a JSON value other than null')
        .refine(isStorableJson, 'expected well-formed text without the character 0');
  }
}

/** No database has the year 0. */
function isAfterChrist(date: string): boolean {
  return date >= '0001-01-01';
}

/** Databases keep text as UTF-8, which has nothing for half of a surrogate pair, and end it at the character 0. */
function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

function isStorableJson(value: z.core.util.JSONType): boolean {
  if (typeof value === 'string') return isStorable(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([name, part]) => isStorable(name) && isStorableJson(part));
}
