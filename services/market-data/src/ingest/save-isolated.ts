import type { IngestReport } from '@quotefleet/contracts';
import type { DataRow } from '@quotefleet/data';
import type { WriteResult } from '@quotefleet/timeseries';

interface IndexedRow {
  index: number;
  row: DataRow;
}

interface Saved {
  result: WriteResult;
  rejected: IngestReport['rejected'];
}

/**
 * Saves rows together, and where the database refuses them one by one, so that only those at fault stay out.
 * @throws what says that the database is not there: nothing is known of any row then
 */
export async function saveIsolated(
  rows: readonly IndexedRow[],
  save: (rows: readonly DataRow[]) => Promise<WriteResult>,
): Promise<Saved> {
  const result: WriteResult = { inserted: 0, amended: 0, unchanged: 0 };
  if (rows.length === 0) return { result, rejected: [] };
  try {
    return { result: await save(rows.map(({ row }) => row)), rejected: [] };
  } catch (error) {
    if (isUnavailable(error)) throw error;
    if (rows.length === 1) return { result, rejected: [{ index: rows[0]?.index ?? 0, ...faultOf(error) }] };
  }
  const half = rows.length >> 1;
  const first = await saveIsolated(rows.slice(0, half), save);
  const second = await saveIsolated(rows.slice(half), save);
  return {
    result: {
      inserted: first.result.inserted + second.result.inserted,
      amended: first.result.amended + second.result.amended,
      unchanged: first.result.unchanged + second.result.unchanged,
    },
    rejected: [...first.rejected, ...second.rejected],
  };
}

function isUnavailable(error: unknown): boolean {
  return (
    error instanceof Error && (error.name === 'StoreUnavailableError' || error.name === 'DatabaseUnavailableError')
  );
}

/** `<table> row <index>, <column>: ...` is how stores say what does not fit; what they say otherwise is not for callers. */
function faultOf(error: unknown): { field: string; message: string } {
  const [, field, message] = (error instanceof TypeError && /row \d+, ([^:]+): (.+)$/.exec(error.message)) || [];
  return { field: field ?? 'record', message: message ?? 'the database does not take it' };
}
