import { join } from 'node:path';
import { encode, type Field, type Format, type Row } from '@quotefleet/formats';
import type { TableColumn, TableDefinition } from '@quotefleet/tables';
import { replaceFile } from '../files/replace-file.ts';
import type { ExportedFile } from './manifest.ts';

export type ExportFormat = Extract<Format, 'parquet' | 'csv'>;

type NamedRow = Readonly<Record<string, unknown>>;

export interface PartOptions {
  table: TableDefinition;
  /** Where the table's files are. */
  dir: string;
  /** Within it, without ending. */
  name: string;
  format: ExportFormat;
  /** Rows as they come, by column names. */
  pages: AsyncIterable<readonly NamedRow[]>;
  onRows?: ((rows: number) => void) | undefined;
}

/** Writes rows to one file, as they are read. */
export async function writePart({ table, dir, name, format, pages, onRows }: PartOptions): Promise<ExportedFile> {
  let rows = 0;
  async function* batches(): AsyncGenerator<Row[]> {
    for await (const page of pages) {
      yield page.map((row) => table.columns.map((column) => row[column.name] as Row[number]));
      rows += page.length;
      onRows?.(page.length);
    }
  }
  const path = `${name}.${format}`;
  const written = await replaceFile(
    join(dir, path),
    encode({ fields: table.columns.map(toField), batches: batches() }, format),
  );
  return { path, rows, ...written };
}

function toField({ name, type, length, optional, unit, description }: TableColumn): Field {
  const about = [description, unit && `In ${unit}.`].filter(Boolean).join(' ');
  return {
    name,
    type,
    ...(length === undefined ? {} : { list: true }),
    ...(optional ? { nullable: true } : {}),
    ...(about === '' ? {} : { description: about }),
  };
}
