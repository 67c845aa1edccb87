import type { FieldError } from '@quotefleet/contracts';
import { notFound } from '@quotefleet/service-kit';
import type { TableRegistry } from '@quotefleet/tables';
import { toBar } from '../imports/to-bar.ts';
import { type BarVendor, RowError, VENDORS } from '../imports/vendors/index.ts';
import type { RecordIngest } from '../ingest/ingest-records.ts';
import type { TickIngest } from '../ingest/ingest-ticks.ts';
import { barToRow } from '../series/rows.ts';
import { periodOfTable, TICKS } from '../series/series.ts';
import type { QuarantineStore, StoredRow } from './quarantine-store.ts';

interface ResubmitOptions {
  quarantine: QuarantineStore;
  registry: TableRegistry;
  ingest: TickIngest;
  ingestRecords: RecordIngest;
}

export interface ResubmitOutcome {
  accepted: boolean;
  rejected?: FieldError;
}

export type Resubmit = (id: number, record: object | undefined, traceId: string) => Promise<ResubmitOutcome>;

/** Hands a quarantined row in again; it leaves quarantine once it is taken. */
export function createResubmit({ quarantine, registry, ingest, ingestRecords }: ResubmitOptions): Resubmit {
  async function submit(held: StoredRow, record: object, traceId: string): Promise<FieldError | undefined> {
    if (held.table === TICKS) {
      const { rejected } = await ingest.ingest([record], traceId);
      return rejected[0];
    }
    const origin = { source: held.source, file: held.file };
    const table = registry.get(held.table);
    const { rejected } = await ingestRecords({ table, records: [{ record }], origin, keepsRefused: false });
    return rejected[0];
  }

  return async (id, record, traceId) => {
    const held = await quarantine.find(id);
    if (!held) throw notFound(`there is no quarantined row ${id}`);
    const given = record ?? asRecord(held);
    const fault = 'message' in given && 'field' in given ? (given as FieldError) : await submit(held, given, traceId);
    if (fault) return { accepted: false, rejected: { field: fault.field, message: fault.message } };
    await quarantine.remove(id);
    return { accepted: true };
  };
}

/** The row as it was, read as its vendor's where it came in a file of one. */
function asRecord(held: StoredRow): object {
  const cells: unknown = parseJson(held.row);
  if (typeof cells !== 'object' || cells === null) return { field: 'row', message: 'the row itself was not readable' };
  const vendor: BarVendor | undefined = Object.values(VENDORS).find(({ name }) => name === held.source);
  const period = periodOfTable(held.table);
  if (!vendor || !period) return cells;
  try {
    const row = { line: held.line, cells: cells as Record<string, unknown> };
    return barToRow(toBar(vendor.parse(row, period), { period, fileSymbol: undefined }), vendor.name);
  } catch (error) {
    if (error instanceof RowError) return { field: 'row', message: error.message };
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
