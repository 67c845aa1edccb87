import { z } from 'zod';
import { tickSchema } from '../../events/market.ts';
import { period } from '../../primitives.ts';
import type { Endpoint } from '../endpoint.ts';

/** Records one ingest call may carry. */
export const INGEST_RECORDS_MAX = 5000;

/** Bodies beside JSON: lines of JSON, CSV with a header, gzipped CSV, Parquet. */
const FILE_TYPES = ['application/x-ndjson', 'text/csv', 'application/gzip', 'application/vnd.apache.parquet'] as const;

const IDEMPOTENCY =
  'With an Idempotency-Key header the same call given again is answered as before and stores nothing a second time.';

export const rejectedRecordSchema = z.object({ index: z.int(), field: z.string(), message: z.string() });

/** What became of the records of one call. */
export const ingestReportSchema = z.object({
  /** Taken: new, amended or unchanged. */
  accepted: z.int(),
  inserted: z.int().optional(),
  amended: z.int().optional(),
  unchanged: z.int().optional(),
  rejected: z.array(rejectedRecordSchema),
});
export type IngestReport = z.infer<typeof ingestReportSchema>;

/** A tick as a source hands it in: `seq` and `epoch` are the source's own where it has them. */
export const ingestTickSchema = tickSchema
  .extend({
    symbol: z.string().min(1).max(32),
    seq: z.int().min(0).optional(),
    epoch: z.string().min(1).max(64).optional(),
    source: z.string().min(1).max(64).default('api'),
  })
  .omit({ receivedTs: true });
export type IngestTick = z.infer<typeof ingestTickSchema>;

export const ingestTicks = {
  id: 'ingestTicks',
  method: 'post',
  path: '/api/v1/ingest/ticks',
  tag: 'ingest',
  summary: 'Hands in ticks; the answer comes once the bus has taken the accepted ones',
  description: `Each record stands alone: a bad one is reported by its index and does not hold back the others. ${IDEMPOTENCY}`,
  access: 'write',
  documentedBody: z.object({ ticks: z.array(ingestTickSchema).min(1).max(INGEST_RECORDS_MAX) }),
  bodyTypes: ['application/json', ...FILE_TYPES],
  data: ingestReportSchema,
  status: 202,
} as const satisfies Endpoint;

export const ingestRecords = {
  id: 'ingestRecords',
  method: 'post',
  path: '/api/v1/ingest/{class}',
  tag: 'ingest',
  summary: 'Hands in records of a table of the registry; the answer comes once the accepted ones are stored',
  description: `Each record stands alone: a bad one is reported by its index, kept in quarantine, and does not hold back the others. One record, a list, {"records": [...]}, NDJSON, CSV or Parquet. ${IDEMPOTENCY}`,
  access: 'write',
  params: z.object({ class: z.string().regex(/^[a-z][a-z0-9_]{0,47}$/, 'expected the name of a table') }),
  documentedBody: z.object({ records: z.array(z.record(z.string(), z.unknown())).min(1).max(INGEST_RECORDS_MAX) }),
  bodyTypes: ['application/json', ...FILE_TYPES],
  data: ingestReportSchema,
} as const satisfies Endpoint;

export const importQuery = z.object({
  format: z.enum(['akshare', 'tushare', 'generic']),
  period: period.default('1d'),
  file: z
    .string()
    .min(1)
    .max(255)
    .meta({ description: 'File name, for the symbol where rows carry none, and for the report' }),
  symbol: z.string().min(1).max(32).optional(),
});

export const quarantinedRowSchema = z.object({ line: z.int(), reason: z.string() });

/** The outcome of one imported file. */
export const importReportSchema = z.object({
  file: z.string(),
  rows: z.int(),
  /** New rows. */
  accepted: z.int(),
  /** Rows that replaced other values stored under the same key. */
  amended: z.int(),
  /** Rows that were stored already, exactly so. */
  unchanged: z.int(),
  quarantined: z.int(),
  /** The first quarantined rows, QUARANTINE_REPORT_MAX at most. */
  quarantine: z.array(quarantinedRowSchema),
});
export type ImportReport = z.infer<typeof importReportSchema>;
export const QUARANTINE_REPORT_MAX = 1000;

export const importBars = {
  id: 'importBars',
  method: 'post',
  path: '/api/v1/imports/bars',
  tag: 'ingest',
  summary: 'Loads a file of bars: CSV, gzipped CSV or Parquet',
  access: 'write',
  query: importQuery,
  bodyTypes: ['text/csv', 'application/gzip', 'application/vnd.apache.parquet'],
  data: importReportSchema,
} as const satisfies Endpoint;
