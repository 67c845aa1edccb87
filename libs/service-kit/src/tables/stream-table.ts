import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { STREAM_LIMIT_MAX } from '@quotefleet/contracts';
import { type Cell, encode, type Field, type Format, MEDIA_TYPES, type Row } from '@quotefleet/formats';
import type { TableColumn } from '@quotefleet/tables';
import type { Response } from 'express';
import { toColumnar } from './json-rows.ts';
import type { TableAnswer } from './table-answer.ts';

/** Rows loaded at once. */
const BATCH_ROWS = 5000;

interface StreamParts {
  answer: TableAnswer;
  fields: readonly TableColumn[];
  format: Exclude<Format, 'json'>;
  cursor: string | undefined;
  /** All rows there are where absent. */
  limit: number | undefined;
}

/**
 * Answers with all rows, at the pace of the client. Nothing is sent before the first rows are there, so that what fails
 * by then is still answered as an error; what fails later breaks the connection, which no client can take for the end.
 */
export async function streamTable(response: Response, parts: StreamParts): Promise<void> {
  const bytes = encode({ fields: parts.fields.map(toField), batches: batchesOf(parts) }, parts.format);
  const first = await bytes.next();
  response.status(200).type(MEDIA_TYPES[parts.format]);
  if (response.req.method === 'HEAD') {
    await bytes.return(undefined);
    response.end();
    return;
  }
  try {
    await pipeline(Readable.from(rejoin(first, bytes), { objectMode: false }), response);
  } catch (error) {
    // Whoever left needs no answer.
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE')) throw error;
  }
}

function toField({ name, type, length, optional, description }: TableColumn): Field {
  return {
    name,
    type,
    ...(length === undefined ? {} : { list: true }),
    ...(optional ? { nullable: true } : {}),
    ...(description === undefined ? {} : { description }),
  };
}

async function* batchesOf({ answer, fields, cursor, limit }: StreamParts): AsyncGenerator<readonly Row[]> {
  // The last rows, counted from the end, come at once; all rows begin with the first.
  const isTail = answer.loadFromFirst !== undefined && limit !== undefined && cursor === undefined;
  const load = limit === undefined ? (answer.loadFromFirst ?? answer.load) : answer.load;
  let position = cursor;
  let left = limit ?? STREAM_LIMIT_MAX;
  while (left > 0) {
    const { rows, nextCursor } = await load(position, isTail ? left : Math.min(left, BATCH_ROWS));
    if (rows.length > 0) yield toColumnar(rows, fields) as Cell[][];
    if (nextCursor === undefined) return;
    position = nextCursor;
    left -= rows.length;
  }
}

async function* rejoin(
  first: IteratorResult<Uint8Array>,
  rest: AsyncGenerator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  if (first.done) return;
  yield first.value;
  yield* rest;
}
