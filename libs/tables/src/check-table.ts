import type { TableColumn, TableDefinition } from './table-definition.ts';

/** What is wrong with a table whose parts are well formed, by the path of the part in its entry. */
export interface TableFault {
  path: readonly (string | number)[];
  reason: string;
}

/** PostgreSQL cuts names at 63 bytes, and the name of a partition or an index adds to that of its table. */
const NAME_MAX = 48;

/** Checks that a table's parts fit together. */
export function checkTable(table: TableDefinition): TableFault[] {
  return [
    ...nameFaults(table),
    ...keyFaults(table),
    ...partitionFaults(table),
    ...(table.target === 'timeseries' ? seriesFaults(table) : relationalFaults(table)),
    ...indexFaults(table),
  ];
}

/** Databases fold names: `endDate` becomes `end_date` in one and `ENDDATE` in another. */
function nameFaults({ columns }: TableDefinition): TableFault[] {
  const seen = new Map<string, string>();
  return columns.flatMap(({ name }): TableFault[] => {
    const path = ['columns', name];
    const length = name.replace(/[A-Z]/g, '_$&').length;
    if (length > NAME_MAX)
      return [
        { path, reason: `expected a name of ${NAME_MAX} characters at most with its words apart, was ${length}` },
      ];
    const other = seen.get(name.toLowerCase());
    seen.set(name.toLowerCase(), name);
    return other === undefined ? [] : [{ path, reason: `databases take it for the column '${other}'` }];
  });
}

function keyFaults(table: TableDefinition): TableFault[] {
  return table.key.flatMap((name, index): TableFault[] => {
    const column = columnOf(table, name);
    const path = ['key', index];
    if (!column) return [{ path, reason: `there is no column '${name}'` }];
    if (column.optional || column.length !== undefined || column.type === 'json')
      return [{ path, reason: `key column '${name}' must be a single value that is always there` }];
    return [];
  });
}

function partitionFaults(table: TableDefinition): TableFault[] {
  const { partition, columns, target, retentionDays } = table;
  if (partition === undefined) {
    if (target === 'timeseries')
      return [{ path: ['target'], reason: 'a time series needs a partition: day, month or year' }];
    if (retentionDays !== undefined)
      return [{ path: ['retention'], reason: 'only a table with partitions has a retention' }];
    return [];
  }
  return [
    ...(isKeyedByTime(table)
      ? []
      : [{ path: ['key'], reason: 'a table with partitions is keyed by symbol (text) and ts (timestamp) first' }]),
    ...columns
      .filter(({ type }) => type === 'json' || type === 'date')
      .map(({ name, type }) => ({
        path: ['columns', name],
        reason: `a table with partitions holds text, numbers, booleans and times, was ${type}`,
      })),
  ];
}

function isKeyedByTime(table: TableDefinition): boolean {
  const [symbol, ts] = table.key;
  return (
    symbol === 'symbol' &&
    ts === 'ts' &&
    columnOf(table, 'symbol')?.type === 'text' &&
    columnOf(table, 'ts')?.type === 'timestamp'
  );
}

/** What every time-series database can do. */
function seriesFaults(table: TableDefinition): TableFault[] {
  const { key, columns, tags } = table;
  const faults: TableFault[] = [];
  if (key.length > 3 || (key[2] !== undefined && columnOf(table, key[2])?.type !== 'bigint'))
    faults.push({ path: ['key'], reason: 'a time series may have one more key column, a bigint' });
  if (columns.every(({ name }) => key.includes(name)))
    faults.push({ path: ['columns'], reason: 'a time series needs a column besides its key' });
  if (columnOf(table, 'time')) faults.push({ path: ['columns', 'time'], reason: 'a time series calls its time ts' });
  for (const [index, tag] of tags.entries())
    if (columnOf(table, tag)) faults.push({ path: ['tags', index], reason: `'${tag}' is a column already` });
  return faults;
}

function relationalFaults({ tags }: TableDefinition): TableFault[] {
  return tags.length === 0 ? [] : [{ path: ['tags'], reason: 'only a time series has tags' }];
}

function indexFaults(table: TableDefinition): TableFault[] {
  const { indexes, partition } = table;
  if (partition !== undefined && indexes.length > 0)
    return [{ path: ['indexes'], reason: 'a table with partitions is found by its key alone' }];
  return indexes.flatMap((index, at) =>
    index.flatMap((name, place): TableFault[] => {
      const column = columnOf(table, name);
      const path = ['indexes', at, place];
      if (!column) return [{ path, reason: `there is no column '${name}'` }];
      if (column.length !== undefined || column.type === 'json')
        return [{ path, reason: `'${name}' has no order: expected a column of a single value` }];
      return [];
    }),
  );
}

function columnOf({ columns }: TableDefinition, name: string): TableColumn | undefined {
  return columns.find((column) => column.name === name);
}
