import { z } from 'zod';
import { COLUMN_TYPES, type ColumnType, TABLE_CLASSES } from './table-definition.ts';

const NAME = /^[a-z][A-Za-z0-9]{0,47}$/;
const TABLE_NAME = /^[a-z][a-z0-9_]{0,47}$/;
const SHORT_FORM = new RegExp(`^(${COLUMN_TYPES.join('|')})(?:\\[(\\d{1,2})\\])?(\\?)?$`);
const LIST_LENGTH_MAX = 50;

const columnName = z.string().regex(NAME, 'expected a column name in camelCase, 48 characters at most');

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

const column = z.union([
  columnType,
  z
    .strictObject({
      type: columnType,
      unit: z.string().min(1).max(40).optional(),
      description: z.string().min(1).max(400).optional(),
    })
    .transform(({ type, unit, description }) => ({
      ...type,
      ...(unit === undefined ? {} : { unit }),
      ...(description === undefined ? {} : { description }),
    })),
]);

const retention = z
  .string()
  .regex(/^(forever|[1-9]\d{0,4}d)$/, 'expected a number of days such as 365d, or forever')
  .transform((text) => (text === 'forever' ? undefined : Number.parseInt(text, 10)));

const table = z.strictObject({
  class: z.enum(TABLE_CLASSES),
  description: z.string().min(1).max(400),
  target: z.enum(['timeseries', 'relational']),
  owner: z.string().regex(/^[a-z][a-z-]{0,30}$/, 'expected the name of a service'),
  key: z.array(columnName).min(1).max(6),
  partition: z.enum(['day', 'month', 'year']).optional(),
  tags: z.array(columnName).max(8).default([]),
  retention: retention.optional(),
  indexes: z.array(z.array(columnName).min(1).max(6)).max(8).default([]),
  amends: z.boolean().default(false),
  columns: z.record(columnName, column).refine((columns) => Object.keys(columns).length > 0, 'expected columns'),
});

export type TableEntry = z.infer<typeof table>;

/** A registry file: `tables:` by name. */
export const fileSchema = z.strictObject({
  tables: z.record(z.string().regex(TABLE_NAME, 'expected a table name in snake_case, 48 characters at most'), table),
});
