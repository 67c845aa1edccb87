import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { toArrowSchema } from '../arrow/arrow-schema.ts';
import { IpcWriter } from '../arrow/ipc-writer.ts';
import type { Field, Table } from '../table.ts';
import { toParquetSchema } from './parquet-schema.ts';
import { RowGroup } from './row-group.ts';

/** Enough for columns to compress well. */
const ROWS_PER_GROUP = 50_000;
/** A group is encoded in one go, with nothing else done meanwhile: about 0.1 s for so many. */
const VALUES_PER_GROUP = 500_000;
/** Rows added between two looks at how full the group is. */
const ROWS_PER_STEP = 1000;

/** A Parquet file, snappy compressed: a piece per row group, then the footer. */
export async function* encodeParquet({ fields, batches }: Table): AsyncGenerator<Uint8Array> {
  const bytes = new ByteWriter();
  const writer = new ParquetWriter({
    writer: bytes,
    schema: toParquetSchema(fields),
    kvMetadata: [{ key: 'ARROW:schema', value: arrowSchemaText(fields) }],
    createdBy: 'quotefleet',
  });
  let group = new RowGroup(fields);

  const writeGroup = async (): Promise<Uint8Array> => {
    await writer.write({ columnData: group.toColumnData(), rowGroupSize: group.rows });
    group = new RowGroup(fields);
    return take(bytes);
  };

  for await (const rows of batches) {
    for (let start = 0; start < rows.length; start += ROWS_PER_STEP) {
      group.append(rows, start, Math.min(rows.length, start + ROWS_PER_STEP));
      if (group.rows >= ROWS_PER_GROUP || group.values >= VALUES_PER_GROUP) yield await writeGroup();
    }
  }
  if (group.rows > 0) yield await writeGroup();
  await writer.finish();
  yield take(bytes);
}

/** What was written since the last time; the count of bytes, which the footer refers to, goes on. */
function take(writer: ByteWriter): Uint8Array {
  const bytes = writer.getBytes().slice();
  writer.index = 0;
  return bytes;
}

/** What Parquet's own schema cannot say, for readers that know Arrow: the times' time zone and the descriptions. */
function arrowSchemaText(fields: readonly Field[]): string {
  return Buffer.from(new IpcWriter(toArrowSchema(fields)).take()).toString('base64');
}
