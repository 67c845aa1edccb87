import type { TableDefinition } from './table-definition.ts';

/** What is wrong with a table whose parts are well formed, by the path of the part in its entry. */
export interface TableFault {
  path: readonly (string | number)[];
  reason: string;
}

/** Checks that a table's parts fit together. */
export function checkTable(table: TableDefinition): TableFault[] {
  return [...keyFaults(table), ...seriesFaults(table), ...indexFaults(table), ...nameFaults(table)];
}

function keyFaults({ key, columns }: TableDefinition): TableFault[] {
  return key.flatMap((name, index) => {
    const column = columns.find((candidate) => candidate.name === name);
    const path = ['key', index];
    if (!column) return [{ path, reason: `there is no column '${name}'` }];
    if (column.optional || column.length !== undefined || column.type === 'json')
      return [{ path, reason: `key column '${name}' must be a single value that is always there` }];
    return [];
  });
}

function seriesFaults({ target, key, columns, partition, tags }: TableDefinition): TableFault[] {
  const faults: TableFault[] = [];
  const typeOf = (name: string | undefined) => columns.find((column) => column.name === name)?.type;
  const isSeries =
    key[0] === 'symbol' && key[1] === 'ts' && typeOf('symbol') === 'text' && typeOf('ts') === 'timestamp';
  if (target === 'timeseries' && !isSeries)
    faults.push({ path: ['key'], reason: 'a time series is keyed by symbol (text) and ts (timestamp) first' });
  if (target === 'timeseries' && (key.length > 3 || (key.length === 3 && typeOf(key[2]) !== 'bigint')))
    faults.push({ path: ['key'], reason: 'a time series may have one more key column, a bigint' });
  if (target === 'timeseries' && partition === undefined)
    faults.push({ path: ['target'], reason: 'a time series needs a partition: day, month or year' });
  if (partition !== undefined && !isSeries)
    faults.push({ path: ['partition'], reason: 'only a table keyed by symbol and ts has partitions' });
  if (partition !== undefined && columns.some(({ type }) => type === 'json' || type === 'date'))
    faults.push({ path: ['columns'], reason: 'a table with partitions holds text, numbers, booleans and times' });
  if (target === 'relational' && tags.length > 0)
    faults.push({ path: ['tags'], reason: 'only a time series has tags' });
  return faults;
}

function indexFaults({ indexes, columns }: TableDefinition): TableFault[] {
  return indexes.flatMap((index, at) =>
    index
      .filter((name) => !columns.some((column) => column.name === name))
      .map((name) => ({ path: ['indexes', at], reason: `there is no column '${name}'` })),
  );
}

/** Databases fold names to snake_case. */
function nameFaults({ columns }: TableDefinition): TableFault[] {
  const seen = new Map<string, string>();
  return columns.flatMap(({ name }) => {
    const folded = name.replaceAll('_', '').toLowerCase();
    const other = seen.get(folded);
    seen.set(folded, name);
    return other === undefined ? [] : [{ path: ['columns', name], reason: `too like the column '${other}'` }];
  });
}
