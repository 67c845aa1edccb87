import { createReadStream, existsSync } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import type { SeriesRow } from '@quotefleet/timeseries';

/**
 * Adds rows behind the first `bytes` of a file, one JSON text a line; what an interrupted run left behind those is cut off.
 * Resolves to the bytes that count now, once they are on disk.
 */
export async function addUndoRows(path: string, bytes: number, rows: readonly SeriesRow[]): Promise<number> {
  await mkdir(dirname(path), { recursive: true });
  await using file = await open(path, existsSync(path) ? 'r+' : 'w');
  await file.truncate(bytes);
  const data = Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  await file.write(data, 0, data.length, bytes);
  await file.sync();
  return bytes + data.length;
}

/** The rows of the first `bytes` of a file, a page at a time. */
export async function* readUndoRows(path: string, bytes: number, pageRows: number): AsyncGenerator<SeriesRow[]> {
  if (bytes === 0) return;
  let page: SeriesRow[] = [];
  for await (const line of createInterface({ input: createReadStream(path, { end: bytes - 1 }) })) {
    page.push(JSON.parse(line) as SeriesRow);
    if (page.length < pageRows) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}
