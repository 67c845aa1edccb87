import type { TableColumn, TableDefinition } from '@quotefleet/tables';

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/**
 * The cells of a file as a record of a table: texts are read by the types of their columns, empty cells are absent. What
 * cannot be read stays as it is, for the check of the record to say so.
 */
export function readCells(table: TableDefinition, cells: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const columns = new Map(table.columns.map((column) => [column.name, column]));
  const record: Record<string, unknown> = {};
  for (const [name, cell] of Object.entries(cells)) {
    if (cell === undefined || cell === null || cell === '') continue;
    const column = columns.get(name);
    record[name] = column ? readCell(column, cell) : cell;
  }
  return record;
}

function readCell({ type, length }: TableColumn, cell: unknown): unknown {
  if (cell instanceof Date) return type === 'date' ? cell.toISOString().slice(0, 10) : cell.getTime();
  if (typeof cell !== 'string') return cell;
  if (length !== undefined || type === 'json') return parseJson(cell) ?? cell;
  if (type === 'boolean') return cell === 'true' ? true : cell === 'false' ? false : cell;
  if (type === 'double' || type === 'bigint' || type === 'timestamp') return NUMBER.test(cell) ? Number(cell) : cell;
  return cell;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
