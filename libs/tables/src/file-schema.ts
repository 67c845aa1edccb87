import { z } from 'zod';
import { COLUMN_TYPES, type ColumnType, SYMBOL_TAGS, TABLE_CLASSES } from './table-definition.ts';

const NAME = /^[a-z][A-Za-z0-9]*$/;
const TABLE_NAME = /^[a-z][a-z0-9_]{0,47}$/;
const SHORT_FORM = new RegExp(`^(${COLUMN_TYPES.join('|')})(?:\\[(\\d{1,2})\\])?(\\?)?$`);
const LIST_LENGTH_MAX = 50;

const columnName = z.string().regex(NAME, 'expected a column name in camelCase');

/** `double`, `double?` (may be absent), `double[10]` (a list of at most ten), `double[10]?`. */
const columnType = z
  .string()
  .regex(SHORT_FORM, `expected one of ${COLUMN_TYPES.join(', ')}, a list as in double[10], ? where it may be absent`)
  .transform(parseShortForm)
  .refine(({ type, length }) => length === undefined || type === 'double' || type === 'bigint', {
    error: 'expected a list of double or bigint',
  })
  .refine(({ length }) => length === undefined || (length > 0 && length <= LIST_LENGTH_MAX), {
    error: `expected a list of 1 to ${LIST_LENGTH_MAX} values`,
  });

function parseShortForm(text: string): { type: ColumnType; length?: number; optional?: boolean } {
  const [, type, length, optional] = SHORT_FORM.exec(text) ?? [];
  return {
    type: type as ColumnType,
    ...(length === undefined ? {} : { length: Number(length) }),
    ...(optional === undefined ? {} : { optional: true }),
  };
}

const fullColumn = z
  .strictObject(
    {
      type: columnType,
      unit: z.string().min(1).max(40).optional(),
      description: z.string().min(1).max(400).optional(),
    },
    { error: ({ code }) => (code === 'invalid_type' ? 'expected a type, or { type, unit, description }' : undefined) },
  )
  .transform(({ type, unit, description }) => ({
    ...type,
    ...(unit === undefined ? {} : { unit }),
    ...(description === undefined ? {} : { description }),
  }));

/** A type alone is short for a column without unit and description. */
const column = z.preprocess((value) => (typeof value === 'string' ? { type: value } : value), fullColumn);

const retention = z
  .string('expected a number of days such as 365d, or forever')
  .regex(/^(forever|[1-9]\d{0,4}d)$/, 'expected a number of days such as 365d, or forever')
  .transform((text) => (text === 'forever' ? undefined : Number.parseInt(text, 10)));

const names = z.array(columnName).refine((list) => new Set(list).size === list.length, 'expected each name once');

/** What stands under a table's name. */
export const tableSchema = z.strictObject({
  class: z.enum(TABLE_CLASSES),
  description: z.string().min(1).max(400),
  target: z.enum(['timeseries', 'relational']),
  owner: z.string().regex(/^[a-z][a-z-]{0,30}$/, 'expected the name of a service'),
  key: names.min(1, 'expected a key').max(6),
  partition: z.enum(['day', 'month', 'year']).optional(),
  tags: z
    .array(z.enum(SYMBOL_TAGS))
    .refine((list) => new Set(list).size === list.length, 'expected each tag once')
    .default([]),
  retention: retention.optional(),
  indexes: z.array(names.min(1, 'expected columns').max(6)).max(8).default([]),
  amends: z.boolean().default(false),
  columns: z.record(columnName, column),
});

export type TableEntry = z.infer<typeof tableSchema>;

export const tableName = z.string().regex(TABLE_NAME, 'expected a table name in snake_case, 48 characters at most');

/** A registry file: `tables:` by name. Each table is checked by itself, so that all faults come to light. */
export const fileSchema = z.strictObject({ tables: z.record(z.string(), z.unknown()) });
