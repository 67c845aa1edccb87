import type { TableColumn } from '@quotefleet/tables/definition';
import { z } from 'zod';
import type { Endpoint, TableShape } from '../endpoint.ts';
import { fieldsOf, pageSchema, tableQuery } from '../table-schema.ts';
import { rejectedRecordSchema } from './ingest.ts';
import { day, symbolParam } from './parameters.ts';

const completeness: TableShape = {
  fields: [
    ...fieldsOf('data_quality', ['symbol']),
    { name: 'completeness', type: 'double', description: 'Found of expected, 0 to 1' },
  ],
  itemsKey: 'days',
};

export const listQuality = {
  id: 'listQuality',
  method: 'get',
  path: '/api/v1/quality/{symbol}',
  tag: 'data quality',
  summary: 'Completeness and findings of the stored bars of a symbol, by trading day, against the calendar',
  access: 'read',
  params: symbolParam,
  query: tableQuery.extend({
    period: z.enum(['1m', '1d']).default('1d'),
    start: day('First day; 30 trading days back where absent'),
    end: day('Last day; the last trading day where absent'),
  }),
  data: pageSchema(completeness, z.object({ symbol: z.string(), period: z.string() })),
  table: completeness,
} as const satisfies Endpoint;

const quarantineFields: readonly TableColumn[] = [
  { name: 'id', type: 'bigint' },
  { name: 'quarantinedAt', type: 'timestamp' },
  { name: 'table', type: 'text' },
  { name: 'source', type: 'text' },
  { name: 'file', type: 'text', optional: true },
  { name: 'line', type: 'bigint' },
  { name: 'reason', type: 'text' },
  { name: 'row', type: 'json', optional: true, description: 'The record as it came, as far as it was one' },
];
const quarantine: TableShape = { fields: quarantineFields, itemsKey: 'rows' };

export const listQuarantine = {
  id: 'listQuarantine',
  method: 'get',
  path: '/api/v1/quarantine',
  tag: 'data quality',
  summary: 'Records that were not taken, and why; oldest first',
  access: 'write',
  query: tableQuery.extend({
    table: z.string().min(1).max(48).optional(),
    source: z.string().min(1).max(64).optional(),
    file: z.string().min(1).max(255).optional(),
  }),
  data: pageSchema(quarantine),
  table: quarantine,
} as const satisfies Endpoint;

const id = z.object({ id: z.coerce.number().int().min(1) });

export const resubmitQuarantined = {
  id: 'resubmitQuarantined',
  method: 'post',
  path: '/api/v1/quarantine/{id}/resubmit',
  tag: 'data quality',
  summary: 'Hands a record in again, as it was or put right; one that is taken leaves quarantine',
  access: 'write',
  params: id,
  body: z.object({ record: z.record(z.string(), z.unknown()).optional() }),
  data: z.object({ accepted: z.boolean(), rejected: rejectedRecordSchema.omit({ index: true }).optional() }),
} as const satisfies Endpoint;

export const dropQuarantined = {
  id: 'dropQuarantined',
  method: 'delete',
  path: '/api/v1/quarantine/{id}',
  tag: 'data quality',
  summary: 'Gives a quarantined record up',
  access: 'write',
  params: id,
  data: z.object({ dropped: z.boolean() }),
} as const satisfies Endpoint;
