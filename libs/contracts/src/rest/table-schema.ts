import { columnSchemas, tableRegistry } from '@quotefleet/tables';
import type { TableColumn } from '@quotefleet/tables/definition';
import { z } from 'zod';
import type { TableShape } from './endpoint.ts';

/** Rows that one JSON page may hold, and how many it holds when the caller does not say. */
export const PAGE_LIMIT_MAX = 50_000;
export const PAGE_LIMIT_DEFAULT = 1000;
/** Rows that an answer in another format may hold; it holds all there are when the caller does not say. */
export const STREAM_LIMIT_MAX = 50_000_000;

/** What every endpoint of rows takes beside its own parameters. */
export const tableQuery = z.object({
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(STREAM_LIMIT_MAX)
    .optional()
    .meta({ description: `Rows at most; as JSON ${PAGE_LIMIT_DEFAULT} where absent, ${PAGE_LIMIT_MAX} at most` }),
  cursor: z.string().max(400).optional().meta({ description: 'The nextCursor of the page before' }),
  fields: z.string().min(1).max(4000).optional().meta({ description: 'Names of the fields wanted, by commas' }),
  format: z
    .enum(['json', 'ndjson', 'csv', 'arrow', 'parquet'])
    .optional()
    .meta({ description: 'Goes before Accept. Other formats than json are streams of all rows.' }),
});
export type TableQuery = z.infer<typeof tableQuery>;

/** Columns of a registered table, as fields of an answer. */
export function fieldsOf(table: string, omit: readonly string[] = []): TableColumn[] {
  return tableRegistry()
    .get(table)
    .columns.filter(({ name }) => !omit.includes(name));
}

/** `data` of v1: what stands beside the rows, the rows as objects, and where the next page begins. */
export function pageSchema(table: TableShape, beside: z.ZodObject = z.object({})): z.ZodObject {
  const rows = variantsOf(table).map((fields) => z.object(columnSchemas(fields, valueSchema)));
  const row = rows.length === 1 ? (rows[0] as z.ZodObject) : z.union(rows);
  return beside.extend({ [table.itemsKey]: z.array(row), nextCursor: z.string().optional() });
}

/** The resource of v2: rows by columns. */
export function columnarSchema(table: TableShape, data: z.ZodType): z.ZodObject {
  const { [table.itemsKey]: _rows, ...beside } = data instanceof z.ZodObject ? data.shape : {};
  const names = [...new Set(variantsOf(table).flatMap((fields) => fields.map(({ name }) => name)))];
  return z.object({
    ...beside,
    fields: z.array(z.enum(names as [string, ...string[]])),
    items: z
      .array(z.array(z.unknown()))
      .meta({ description: 'One list per row, in the order of fields; null for nothing' }),
  });
}

function variantsOf({ fields, variants }: TableShape): (readonly TableColumn[])[] {
  return variants ? Object.values(variants.fields) : [fields];
}

function valueSchema({ type }: TableColumn): z.ZodType {
  switch (type) {
    case 'bigint':
      return z.int();
    case 'double':
      return z.number();
    case 'boolean':
      return z.boolean();
    case 'json':
      return z.unknown();
    case 'timestamp':
      return z.string().meta({ format: 'date-time' });
    case 'date':
      return z.string().meta({ format: 'date' });
    case 'text':
      return z.string();
  }
}
