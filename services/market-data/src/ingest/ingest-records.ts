import type { IngestReport } from '@quotefleet/contracts';
import type { DataManager, DataRow } from '@quotefleet/data';
import type { TableDefinition } from '@quotefleet/tables';
import type { InstrumentDirectory } from '../instruments/instrument-directory.ts';
import type { InstrumentStore } from '../instruments/instrument-store.ts';
import type { QuarantineStore } from '../quarantine/quarantine-store.ts';
import { recordCheck } from './check-record.ts';
import { type Origin, refusedRows } from './refused-rows.ts';
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
  /** Tells the fleet of rows that are stored, new or not; where it rejects the call fails, and is given again. */
  announce: (table: string, rows: readonly DataRow[]) => Promise<void>;
}

export interface RecordIngestRequest {
  table: TableDefinition;
  records: readonly GivenRecord[];
  /** Refused records go to quarantine under it; nowhere where absent. */
  origin?: Origin;
}

export type RecordIngest = (request: RecordIngestRequest) => Promise<IngestReport>;

/** Tables whose symbols need no instrument: they are instruments, or of no exchange of ours. */
const WITHOUT_INSTRUMENT = ['instruments', 'contracts'];

/** Stores records of a table. Each stands alone: one that cannot be taken is reported, quarantined, and holds back none. */
export function createRecordIngest(options: RecordIngestOptions): RecordIngest {
  return async ({ table, records, origin }) => {
    const check = recordCheck(table);
    const rows: { index: number; row: DataRow }[] = [];
    const rejected: IngestReport['rejected'] = [];
    for (const [index, given] of records.entries()) {
      const checked = 'fault' in given ? { fault: { field: 'record', message: given.fault } } : check(given.record);
      if ('fault' in checked) rejected.push({ index, ...checked.fault });
      else rows.push({ index, row: checked.row });
    }
    const symbols = new Set(rows.flatMap(({ row }) => symbolsOf(row)));
    if (!WITHOUT_INSTRUMENT.includes(table.name)) await options.directory.ensure(symbols);
    const save = (part: readonly DataRow[]) =>
      table.name === 'instruments' ? saveInstruments(options, part) : options.data.save(table.name, part);
    const { result, rejected: unsaved } = await saveIsolated(rows, save);
    // Caches hear of it whatever becomes of the refused ones.
    if (result.inserted + result.amended > 0) await options.changed(symbols);
    rejected.push(...unsaved);
    const left = new Set(unsaved.map(({ index }) => index));
    await options.announce(
      table.name,
      rows.filter(({ index }) => !left.has(index)).map(({ row }) => row),
    );
    rejected.sort((a, b) => a.index - b.index);
    if (origin) await options.quarantine.add(refusedRows({ table: table.name, origin, records, rejected }));
    return { accepted: rows.length - unsaved.length, ...result, rejected };
  };
}

function symbolsOf({ symbol, indexSymbol }: DataRow): string[] {
  return [symbol, indexSymbol].filter((value) => typeof value === 'string');
}
