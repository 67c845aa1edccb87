import { marketApi } from '@quotefleet/contracts';
import { invalidArgument } from '@quotefleet/service-kit';
import type { TableDefinition } from '@quotefleet/tables';
import type { Request } from 'express';
import { fileRows } from '../imports/file-rows.ts';
import { collectBody, mediaTypeOf } from '../imports/request-body.ts';
import { readCells } from './read-cells.ts';

/** Room for INGEST_RECORDS_MAX ticks with ten levels each. */
const JSON_BYTES_MAX = 8 * 1024 * 1024;
const FILE_BYTES_MAX = 64 * 1024 * 1024;
const NDJSON = 'application/x-ndjson';
/** No column nests deeper. */
const DEPTH_MAX = 32;

/** A record as it came, or why a part of the body is none. */
export type GivenRecord = { record: unknown } | { fault: string; text?: string };

/**
 * The records of a call: JSON (one record, a list, or a list under `records` or `ticks`), NDJSON, CSV, gzipped CSV or
 * Parquet, as the content type says and the content shows.
 * @throws AppError UNSUPPORTED_MEDIA_TYPE, TOO_LARGE, or INVALID_ARGUMENT where the body as a whole cannot be read
 */
export async function requestRecords(request: Request, table: TableDefinition): Promise<GivenRecord[]> {
  const type = mediaTypeOf(request, marketApi.ingestRecords.bodyTypes);
  const isText = type === 'application/json' || type === NDJSON;
  const body = await collectBody(request, isText ? JSON_BYTES_MAX : FILE_BYTES_MAX);
  const records = isText ? textRecords(type, body) : await fileRecords(type, body, table);
  if (records.length === 0) throw invalidArgument('records', 'expected at least one');
  if (records.length > marketApi.INGEST_RECORDS_MAX)
    throw invalidArgument('records', `expected ${marketApi.INGEST_RECORDS_MAX} at most`);
  return records;
}

function textRecords(type: string, bytes: Buffer): GivenRecord[] {
  const text = decodeUtf8(bytes);
  if (type === NDJSON) {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    return lines.map((line) => {
      const record = parseJson(line);
      return record === undefined ? { fault: 'expected a line of JSON', text: line } : given(record);
    });
  }
  const body = parseJson(text);
  if (body === undefined) throw invalidArgument('body', 'expected JSON');
  return listOf(body).map(given);
}

function given(record: unknown): GivenRecord {
  return depthOf(record) > DEPTH_MAX ? { fault: `expected at most ${DEPTH_MAX} levels` } : { record };
}

/** How deep a value is nested, as far as that matters. */
function depthOf(value: unknown, level = 0): number {
  if (typeof value !== 'object' || value === null || level > DEPTH_MAX) return level;
  return Object.values(value).reduce<number>((most, part) => Math.max(most, depthOf(part, level + 1)), level);
}

function listOf(body: unknown): readonly unknown[] {
  if (Array.isArray(body)) return body;
  if (typeof body !== 'object' || body === null) throw invalidArgument('body', 'expected a record or a list of them');
  for (const name of ['records', 'ticks']) {
    if (!Object.hasOwn(body, name)) continue;
    const list: unknown = Reflect.get(body, name);
    if (!Array.isArray(list)) throw invalidArgument(name, 'expected a list');
    return list;
  }
  return [body];
}

async function fileRecords(type: string, bytes: Buffer, table: TableDefinition): Promise<GivenRecord[]> {
  const found = contentType(bytes);
  if (found !== type) throw invalidArgument('body', `expected ${type}, the content is ${found}`);
  const records: GivenRecord[] = [];
  for await (const row of fileRows(one(bytes))) {
    records.push('fault' in row ? { fault: row.fault } : { record: readCells(table, row.cells) });
    if (records.length > marketApi.INGEST_RECORDS_MAX) break;
  }
  return records;
}

/** What the first bytes say. */
function contentType(bytes: Buffer): string {
  if (bytes.subarray(0, 4).equals(Buffer.from('PAR1'))) return 'application/vnd.apache.parquet';
  if (bytes.subarray(0, 2).equals(Buffer.from([0x1f, 0x8b]))) return 'application/gzip';
  return bytes.includes(0) ? 'binary' : 'text/csv';
}

async function* one(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
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
