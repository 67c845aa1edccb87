import { marketApi } from '@quotefleet/contracts';
import { AppError, invalidArgument } from '@quotefleet/service-kit';
import type { Request } from 'express';
import { fileRows } from '../imports/file-rows.ts';

/** Room for INGEST_RECORDS_MAX ticks with ten levels each. */
const JSON_BYTES_MAX = 8 * 1024 * 1024;
const FILE_BYTES_MAX = 64 * 1024 * 1024;
const NDJSON = 'application/x-ndjson';

/** A record as it came; `cells` are texts of a file, still to be read by their columns' types. */
export type GivenRecord = { record: unknown } | { cells: Readonly<Record<string, unknown>> } | { fault: string };

/**
 * The records of a call: JSON (one record, a list, or a list under `records` or `ticks`), NDJSON, CSV, gzipped CSV or
 * Parquet, as the content type says and the content shows.
 * @throws AppError UNSUPPORTED_MEDIA_TYPE, TOO_LARGE, or INVALID_ARGUMENT where the body as a whole cannot be read
 */
export async function requestRecords(request: Request): Promise<GivenRecord[]> {
  const type = request.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? 'none';
  const types: readonly string[] = marketApi.ingestRecords.bodyTypes;
  if (!types.includes(type)) throw new AppError('UNSUPPORTED_MEDIA_TYPE', `expected ${types.join(', ')}, was ${type}`);
  const records =
    type === 'application/json' || type === NDJSON
      ? textRecords(type, await collect(request, JSON_BYTES_MAX))
      : await fileRecords(type, request);
  if (records.length === 0) throw invalidArgument('records', 'expected at least one');
  if (records.length > marketApi.INGEST_RECORDS_MAX)
    throw invalidArgument('records', `expected ${marketApi.INGEST_RECORDS_MAX} at most, was ${records.length}`);
  return records;
}

function textRecords(type: string, bytes: Buffer): GivenRecord[] {
  const text = decodeUtf8(bytes);
  if (type === NDJSON) {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    return lines.map((line) => {
      const record = parseJson(line);
      return record === undefined ? { fault: 'expected a line of JSON' } : { record };
    });
  }
  const body = parseJson(text);
  if (body === undefined) throw invalidArgument('body', 'expected JSON');
  return listOf(body).map((record) => ({ record }));
}

function listOf(body: unknown): readonly unknown[] {
  if (Array.isArray(body)) return body;
  if (typeof body !== 'object' || body === null) throw invalidArgument('body', 'expected a record or a list of them');
  for (const name of ['records', 'ticks']) {
    if (!(name in body)) continue;
    const list: unknown = Reflect.get(body, name);
    if (!Array.isArray(list)) throw invalidArgument(name, 'expected a list');
    return list;
  }
  return [body];
}

async function fileRecords(type: string, request: Request): Promise<GivenRecord[]> {
  const bytes = await collect(request, FILE_BYTES_MAX);
  const found = contentType(bytes);
  if (found !== type) throw invalidArgument('body', `expected ${type}, the content is ${found}`);
  const records: GivenRecord[] = [];
  for await (const row of fileRows(one(bytes))) {
    records.push('fault' in row ? { fault: row.fault } : { cells: row.cells });
    if (records.length > marketApi.INGEST_RECORDS_MAX) break;
  }
  return records;
}

/** What the first bytes say. */
function contentType(bytes: Buffer): string {
  if (bytes.subarray(0, 4).equals(Buffer.from('PAR1'))) return 'application/vnd.apache.parquet';
  if (bytes.subarray(0, 2).equals(Buffer.from([0x1f, 0x8b]))) return 'application/gzip';
  return 'text/csv';
}

async function* one(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

async function collect(request: Request, most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > most) throw new AppError('TOO_LARGE', `a body may have ${most} bytes at most`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function decodeUtf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw invalidArgument('body', 'expected UTF-8', { cause: error });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
