import type { IngestReport } from '@quotefleet/contracts';
import type { QuarantinedRow } from '../quarantine/quarantine-store.ts';
import type { GivenRecord } from './request-records.ts';

/** Where records are said to come from. */
export interface Origin {
  source: string;
  file: string;
}

interface Refused {
  table: string;
  origin: Origin;
  records: readonly GivenRecord[];
  rejected: IngestReport['rejected'];
}

/** Records of a call that were not taken, as quarantine keeps them. */
export function refusedRows({ table, origin, records, rejected }: Refused): QuarantinedRow[] {
  return rejected.map(({ index, field, message }) => {
    const given = records[index] ?? { fault: message };
    const row = 'fault' in given ? (given.text ?? '') : JSON.stringify(given.record);
    return { ...origin, table, line: index, reason: `${field}: ${message}`, row };
  });
}
