import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { AppError, invalidArgument } from '@quotefleet/service-kit';
import { csvRows } from './csv-rows.ts';
import { parquetRows } from './parquet-rows.ts';
import type { RowOrFault } from './vendors/index.ts';

const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);
const UNZIPPED_BYTES_MAX = 4 * 1024 * 1024 * 1024;
const PARQUET_MAGIC = Buffer.from('PAR1');

/**
 * The rows of a CSV, gzipped CSV or Parquet file, told by their first bytes.
 * @throws AppError where the file as a whole cannot be read
 */
export async function* fileRows(content: AsyncIterable<Buffer>): AsyncGenerator<RowOrFault> {
  const { head, all } = await peek(content);
  if (head.subarray(0, 4).equals(PARQUET_MAGIC)) yield* parquetRows(all);
  else if (head.subarray(0, 2).equals(GZIP_MAGIC)) yield* csvRows(gunzip(all));
  else yield* csvRows(all);
}

/** The first bytes, and a stream that still begins with them. */
async function peek(content: AsyncIterable<Buffer>): Promise<{ head: Buffer; all: AsyncIterable<Buffer> }> {
  const iterator = content[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  while (head.length < 4) {
    const next = await iterator.next();
    if (next.done) break;
    head = Buffer.concat([head, next.value]);
  }
  async function* whole(): AsyncGenerator<Buffer> {
    yield head;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
  }
  return { head, all: whole() };
}

async function* gunzip(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const source = Readable.from(content);
  const unzipped = createGunzip();
  source.on('error', (error) => unzipped.destroy(error));
  let size = 0;
  try {
    for await (const chunk of source.pipe(unzipped)) {
      size += chunk.length;
      if (size > UNZIPPED_BYTES_MAX)
        throw new AppError('TOO_LARGE', `a file may have ${UNZIPPED_BYTES_MAX} bytes at most once it is unzipped`);
      yield chunk;
    }
  } catch (error) {
    if (isZlibError(error)) throw invalidArgument('body', 'the gzip file is damaged or cut short', { cause: error });
    throw error;
  }
}

function isZlibError(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && String(error.code).startsWith('Z_');
}
