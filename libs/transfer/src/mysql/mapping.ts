import type { TableRegistry } from '@quotefleet/tables';
import { parse, YAMLParseError } from 'yaml';
import { z } from 'zod';
import { TransferError } from '../transfer-error.ts';

/** How a time is kept where its column's type does not tell. */
export const TIME_FORMS = ['datetime', 'ms', 's', 'yyyymmdd'] as const;
/** Codes in another form than ours, such as `600519` or `sh600519`: of stocks and funds, or of indices. */
const CODE_FORMS = ['stock', 'index'] as const;
export type TimeFormName = (typeof TIME_FORMS)[number];
export type CodeForm = (typeof CODE_FORMS)[number];

const factor = z.number().positive();
const columnSchema = z.union(
  [
    z.string().min(1),
    z.array(z.string().min(1)).min(1),
    z.strictObject({
      column: z.string().min(1),
      factor: factor.optional(),
      as: z.enum([...TIME_FORMS, ...CODE_FORMS]).optional(),
    }),
    z.strictObject({ columns: z.array(z.string().min(1)).min(1), factor: factor.optional() }),
    z.strictObject({ value: z.union([z.string(), z.number(), z.boolean()]) }),
  ],
  'expected a column, a list of columns, {column, factor, as}, {columns, factor} or {value}',
);
const tableSchema = z.strictObject({
  /** Of the database that the URL names. */
  table: z.string().min(1).optional(),
  columns: z.record(z.string(), columnSchema).default({}),
});
const fileSchema = z.strictObject({ tables: z.record(z.string(), tableSchema) });

/** Where a column's values come from. */
export type ColumnMapping = z.infer<typeof columnSchema>;
/** The table that stands for one of ours, and columns that do not have the names expected by default. */
export type TableMapping = z.infer<typeof tableSchema>;
/** By the registry's table names. */
export type SourceMapping = z.infer<typeof fileSchema>['tables'];

/**
 * Reads a mapping file: how another database's tables stand for the registry's.
 * @throws TransferError naming what is wrong with it
 */
export function parseMapping(file: string, text: string, registry: TableRegistry): SourceMapping {
  const parsed = fileSchema.safeParse(parseYaml(file, text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const path = issue?.path.map(String).join('.');
    throw new TransferError([file, path, issue?.message].filter(Boolean).join(': '));
  }
  for (const [name, { columns }] of Object.entries(parsed.data.tables)) {
    const table = registry.find(name);
    if (!table) throw new TransferError(`${file}: tables: expected a table of the registry, was '${name}'`);
    const known = table.columns.map((column) => column.name);
    const stranger = Object.keys(columns).find((column) => !known.includes(column));
    if (stranger !== undefined)
      throw new TransferError(
        `${file}: tables.${name}: expected columns out of ${known.join(', ')}, was '${stranger}'`,
      );
  }
  return parsed.data.tables;
}

function parseYaml(file: string, text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    throw new TransferError(`${file}: ${error.message.split('\n')[0]}`, { cause: error });
  }
}
