import { AppError, invalidArgument } from '@quotefleet/service-kit';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import type { RowOrFault } from './vendors/index.ts';

/** A Parquet file is read from its end, so it is held in memory: larger ones are refused. */
const FILE_BYTES_MAX = 256 * 1024 * 1024;
/** Rows turned into objects at once. */
const ROWS_AT_ONCE = 20_000;

/** @throws AppError where the file is too large or damaged */
export async function* parquetRows(content: AsyncIterable<Buffer>): AsyncGenerator<RowOrFault> {
  const bytes = await collect(content);
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const count = Number(orDamaged(() => parquetMetadata(file)).num_rows);
  for (let start = 0; start < count; start += ROWS_AT_ONCE) {
    const rows = await readRows(file, start, Math.min(count, start + ROWS_AT_ONCE));
    if (rows.length === 0) throw damaged('fewer rows than its metadata says');
    for (const [index, cells] of rows.entries()) yield { line: start + index + 1, cells: plainCells(cells) };
  }
}

async function readRows(file: ArrayBuffer, rowStart: number, rowEnd: number): Promise<Record<string, unknown>[]> {
  try {
    return await parquetReadObjects({ file, rowStart, rowEnd, compressors });
  } catch (error) {
    throw damaged(error);
  }
}

/** Whole numbers of 64 bits as JS numbers: no figure here needs more than 53. */
function plainCells(cells: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(cells).map(([name, cell]) => [name, plain(cell)]));
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  return Array.isArray(value) ? value.map(plain) : value;
}

function orDamaged<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw damaged(error);
  }
}

function damaged(cause: unknown): AppError {
  return invalidArgument('body', 'the Parquet file is damaged or cut short', { cause });
}

async function collect(content: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of content) {
    size += chunk.length;
    if (size > FILE_BYTES_MAX)
      throw new AppError('TOO_LARGE', `a Parquet file may have ${FILE_BYTES_MAX} bytes at most`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
