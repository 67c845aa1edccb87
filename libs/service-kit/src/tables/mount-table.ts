import {
  type Endpoint,
  expressPath,
  PAGE_LIMIT_DEFAULT,
  PAGE_LIMIT_MAX,
  type TableQuery,
  type TableShape,
  versionsOf,
} from '@quotefleet/contracts';
import { negotiateFormat } from '@quotefleet/formats';
import type { TableColumn } from '@quotefleet/tables';
import type { Request, Response, Router } from 'express';
import { AppError, invalidArgument } from '../errors/app-error.ts';
import { type Call, parseCall } from '../http/mount.ts';
import { isV2, sendData } from '../http/respond.ts';
import { toColumnar, toObjects } from './json-rows.ts';
import { streamTable } from './stream-table.ts';
import type { TableAnswer } from './table-answer.ts';

export type TableEndpoint = Endpoint & { table: TableShape };
type Handler<E extends TableEndpoint> = (call: Call<E>) => Promise<TableAnswer> | TableAnswer;

/**
 * Serves an endpoint of rows in every version and format: JSON by pages; NDJSON, CSV, Arrow and Parquet as streams of
 * all rows, made as fast as the client reads. `fields` picks columns.
 */
export function mountTable<E extends TableEndpoint>(router: Router, endpoint: E, handler: Handler<E>): void {
  for (const version of versionsOf(endpoint))
    router.get(expressPath(version), (request, response) => serveTable(endpoint, { request, response }, handler));
}

/** Answers one request of an endpoint of rows, as `mountTable` does. */
export async function serveTable<E extends TableEndpoint>(
  endpoint: E,
  { request, response }: { request: Request; response: Response },
  handler: Handler<E>,
): Promise<void> {
  const call = parseCall(endpoint, request, response);
  const query: Partial<TableQuery> = call.query ?? {};
  const format = negotiateFormat(query.format, request.get('accept'));
  if (!format) throw new AppError('NOT_ACCEPTABLE', 'expected Accept to take JSON, NDJSON, CSV, Arrow or Parquet');
  const fields = pickFields(fieldsOf(endpoint.table, call.query), query.fields);
  const { cursor, limit } = query;
  if (format === 'json') checkPageLimit(limit, 'as JSON (other formats are streams of any length)');
  const answer = await handler(call);
  response.vary('Accept');
  if (format === 'json') {
    await sendPage({ request, response, answer, fields, table: endpoint.table }, query);
    return;
  }
  if (answer.loadFromFirst && cursor === undefined) checkPageLimit(limit, 'where there is no start');
  await streamTable(response, { answer, fields, format, cursor, limit });
}

function fieldsOf({ fields, variants }: TableShape, query: object | undefined): readonly TableColumn[] {
  const value: unknown = variants && query && Reflect.get(query, variants.parameter);
  return (typeof value === 'string' && variants?.fields[value]) || fields;
}

function pickFields(fields: readonly TableColumn[], wanted: string | undefined): readonly TableColumn[] {
  if (wanted === undefined) return fields;
  const names = [...new Set(wanted.split(',').map((name) => name.trim()))];
  return names.map((name) => {
    const field = fields.find((candidate) => candidate.name === name);
    if (field) return field;
    throw invalidArgument('fields', `expected names of ${fields.map((known) => known.name).join(', ')}, was '${name}'`);
  });
}

function checkPageLimit(limit: number | undefined, where: string): void {
  if (limit === undefined || limit <= PAGE_LIMIT_MAX) return;
  throw invalidArgument('limit', `expected ${PAGE_LIMIT_MAX} at most ${where}, was ${limit}`);
}

interface PageParts {
  request: Request;
  response: Response;
  answer: TableAnswer;
  fields: readonly TableColumn[];
  table: TableShape;
}

async function sendPage(
  { request, response, answer, fields, table }: PageParts,
  { cursor, limit = PAGE_LIMIT_DEFAULT }: Partial<TableQuery>,
): Promise<void> {
  const { rows, nextCursor } = await answer.load(cursor, limit);
  const next = nextCursor === undefined ? {} : { nextCursor };
  const body = isV2(request)
    ? { fields: fields.map(({ name }) => name), items: toColumnar(rows, fields) }
    : { [table.itemsKey]: toObjects(rows, fields) };
  sendData(response, { ...answer.beside, ...body, ...next });
}
