import { type Schema, tableFromIPC, Vector } from 'apache-arrow';
import { type FileMetaData, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';

/** A cell in the form rows are given in, whatever its reader makes of it; absent is undefined. */
export type ReadCell = string | number | bigint | boolean | Date | ReadCell[] | undefined;

export function readArrow(bytes: Uint8Array): { schema: Schema; rows: ReadCell[][]; batchSizes: number[] } {
  const table = tableFromIPC(bytes);
  const columns = table.schema.fields.map((_, index) => table.getChildAt(index));
  const rows = Array.from({ length: table.numRows }, (_, row) => columns.map((column) => plain(column?.get(row))));
  return { schema: table.schema, rows, batchSizes: table.batches.map((batch) => batch.numRows) };
}

export async function readParquet(bytes: Uint8Array): Promise<{ metadata: FileMetaData; rows: ReadCell[][] }> {
  const file = new Uint8Array(bytes).buffer;
  const metadata = await parquetMetadataAsync(file);
  const names = metadata.schema.filter((_, index, all) => isColumn(all, index)).map(({ name }) => name);
  const objects = await parquetReadObjects({ file });
  return { metadata, rows: objects.map((object) => names.map((name) => plain(object[name]))) };
}

/** Neither the root nor the inside of a list. */
function isColumn(schema: FileMetaData['schema'], index: number): boolean {
  return index > 0 && !['list', 'element'].includes(schema[index]?.name ?? '');
}

function plain(cell: unknown): ReadCell {
  if (cell === null || cell === undefined) return undefined;
  if (cell instanceof Vector) return Array.from(cell, plain);
  if (Array.isArray(cell)) return cell.map(plain);
  return cell as ReadCell;
}
