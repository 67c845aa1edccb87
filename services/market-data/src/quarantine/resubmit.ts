import type { FieldError } from '@quotefleet/contracts';
import { notFound } from '@quotefleet/service-kit';
import type { TableRegistry } from '@quotefleet/tables';
import { symbolOfFile } from '../imports/symbol-of-file.ts';
import { toBar } from '../imports/to-bar.ts';
import { type BarVendor, RowError, VENDORS } from '../imports/vendors/index.ts';
import type { RecordIngest } from '../ingest/ingest-records.ts';
import type { TickIngest } from '../ingest/ingest-ticks.ts';
import type { GivenRecord } from '../ingest/request-records.ts';
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
  return async (id, record, traceId) => {
    const held = await quarantine.find(id);
    if (!held) throw notFound(`there is no quarantined row ${id}`);
    const table = registry.find(held.table);
    if (!table) throw notFound(`there is no table '${held.table}' any more`);
    const records = [record ? { record } : asRecord(held)];
    const { rejected } =
      table.name === TICKS ? await ingest.ingest({ records, traceId }) : await ingestRecords({ table, records });
    const [fault] = rejected;
    if (fault) return { accepted: false, rejected: { field: fault.field, message: fault.message } };
    await quarantine.remove(id);
    return { accepted: true };
  };
}

/** The row as it was, read as its vendor's where it came in a file of one. */
function asRecord(held: StoredRow): GivenRecord {
  const cells: unknown = parseJson(held.row);
  if (typeof cells !== 'object' || cells === null) return { fault: 'the row itself was not readable' };
  const vendor: BarVendor | undefined = Object.values(VENDORS).find(({ name }) => name === held.source);
  const period = periodOfTable(held.table);
  if (!vendor || !period) return { record: cells };
  try {
    const row = vendor.parse({ line: held.line, cells: cells as Record<string, unknown> }, period);
    return { record: barToRow(toBar(row, { period, fileSymbol: symbolOfFile(held.file) }), vendor.name) };
  } catch (error) {
    if (error instanceof RowError) return { fault: error.message };
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
