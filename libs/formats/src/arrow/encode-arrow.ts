import { makeData, RecordBatch, Struct } from 'apache-arrow';
import type { Table } from '../table.ts';
import { toArrowSchema } from './arrow-schema.ts';
import { toColumnData } from './column-data.ts';
import { IpcWriter } from './ipc-writer.ts';

/** The Arrow IPC stream format: the schema, then a record batch per batch of rows. */
export async function* encodeArrow({ fields, batches }: Table): AsyncGenerator<Uint8Array> {
  const schema = toArrowSchema(fields);
  const type = new Struct(schema.fields);
  const writer = new IpcWriter(schema);
  for await (const rows of batches) {
    if (rows.length === 0) continue;
    const children = fields.map((field, index) => toColumnData(field, rows, index));
    writer.write(new RecordBatch(schema, makeData({ type, length: rows.length, nullCount: 0, children })));
    yield writer.take();
  }
  writer.finish();
  yield writer.take();
}
