import { instrumentSchema } from '@quotefleet/contracts';
import type { DataManager, DataRow } from '@quotefleet/data';
import type { WriteResult } from '@quotefleet/timeseries';
import { initials } from '../instruments/initials.ts';
import type { InstrumentStore } from '../instruments/instrument-store.ts';

/** Instruments that change are announced to the fleet, so they go through their own store. */
export async function saveInstruments(
  { data, instruments }: { data: DataManager; instruments: InstrumentStore },
  rows: readonly DataRow[],
): Promise<WriteResult> {
  const result = await data.save(
    'instruments',
    rows.map((row) => ({ pinyin: initials(String(row.name)), ...row })),
  );
  await instruments.announce(rows.map((row) => instrumentSchema.parse(row)));
  return result;
}
