import type { IngestReport } from '@quotefleet/contracts';
import type { DataManager, DataRow } from '@quotefleet/data';
import type { TableDefinition } from '@quotefleet/tables';
import type { InstrumentDirectory } from '../instruments/instrument-directory.ts';
import type { InstrumentStore } from '../instruments/instrument-store.ts';
import type { QuarantineStore } from '../quarantine/quarantine-store.ts';
import { recordCheck } from './check-record.ts';
import { readCells } from './read-cells.ts';
import type { GivenRecord } from './request-records.ts';
import { saveInstruments } from './save-instruments.ts';
import { saveIsolated } from './save-isolated.ts';

export interface RecordIngestOptions {
  data: DataManager;
  directory: InstrumentDirectory;
  instruments: InstrumentStore;
  quarantine: QuarantineStore;
  /** Told once rows of these symbols have been stored; none for rows of no symbol. */
  changed: (symbols: ReadonlySet<string>) => Promise<void>;
}

export interface RecordIngestRequest {
  table: TableDefinition;
  records: readonly GivenRecord[];
  /** Where refused records are said to come from. */
  origin: { source: string; file: string };
  /** Whether refused records go to quarantine; they do where absent. */
  keepsRefused?: boolean;
}

export type RecordIngest = (request: RecordIngestRequest) => Promise<IngestReport>;

/** Stores records of a table. Each stands alone: one that cannot be taken is reported, quarantined, and holds back none. */
export function createRecordIngest(options: RecordIngestOptions): RecordIngest {
  return async ({ table, records, origin, keepsRefused = true }) => {
    const check = recordCheck(table);
    const rows: { index: number; row: DataRow }[] = [];
    const rejected: IngestReport['rejected'] = [];
    for (const [index, given] of records.entries()) {
      const checked =
        'fault' in given
          ? { fault: { field: 'record', message: given.fault } }
          : check('cells' in given ? readCells(table, given.cells) : given.record);
      if ('fault' in checked) rejected.push({ index, ...checked.fault });
      else rows.push({ index, row: checked.row });
    }
    const symbols = symbolsOf(rows.map(({ row }) => row));
    if (table.name !== 'instruments' && table.name !== 'contracts') await options.directory.ensure(symbols);
    const save = (part: readonly DataRow[]) =>
      table.name === 'instruments' ? saveInstruments(options, part) : options.data.save(table.name, part);
    const saved = await saveIsolated(rows, save);
    rejected.push(...saved.rejected);
    rejected.sort((a, b) => a.index - b.index);
    if (keepsRefused) {
      const refused = rejected.map(({ index, field, message }) => ({
        ...origin,
        table: table.name,
        line: index,
        reason: `${field}: ${message}`,
        row: textOf(records[index]),
      }));
      await options.quarantine.add(refused);
    }
    const { inserted, amended, unchanged } = saved.result;
    if (inserted + amended > 0) await options.changed(new Set(symbols));
    return { accepted: inserted + amended + unchanged, inserted, amended, unchanged, rejected };
  };
}

function symbolsOf(rows: readonly DataRow[]): string[] {
  const symbols = rows.flatMap(({ symbol }) => (typeof symbol === 'string' ? [symbol] : []));
  return [...new Set(symbols)];
}

function textOf(given: GivenRecord | undefined): string {
  if (!given || 'fault' in given) return '';
  return JSON.stringify('cells' in given ? given.cells : given.record, (_key, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
}
