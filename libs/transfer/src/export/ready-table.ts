import { type DataManager, seriesDefinition } from '@quotefleet/data';
import type { TableDefinition } from '@quotefleet/tables';
import { TransferError } from '../transfer-error.ts';

/** Makes sure that the table is there as the registry has it: an export makes none. @throws TransferError */
export async function readyTable(data: DataManager, table: TableDefinition): Promise<void> {
  const changes = (await data.plan()).filter((change) => change.table === table.name);
  if (changes.some(({ kind }) => kind === 'create'))
    throw new TransferError(`there is no table ${table.name} in the database`);
  const drift = changes.find(({ kind }) => kind === 'drift');
  if (drift) throw new TransferError(`table ${table.name} has another form in the database: ${drift.detail}`);
  if (table.partition !== undefined) await data.series.prepare([seriesDefinition(table)]);
}
