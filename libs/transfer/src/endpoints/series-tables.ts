import type { TableDefinition, TableRegistry } from '@quotefleet/tables';
import { TransferError } from '../transfer-error.ts';

/**
 * The tables of symbol and time of these names.
 * @throws TransferError naming those there are
 */
export function seriesTables(registry: TableRegistry, names: readonly string[]): TableDefinition[] {
  const series = registry.all.filter(({ partition }) => partition !== undefined);
  return names.map((name) => {
    const table = series.find((one) => one.name === name);
    if (table) return table;
    const known = series.map((one) => one.name).join(', ');
    throw new TransferError(`expected tables of symbol and time (${known}), was '${name}'`);
  });
}
