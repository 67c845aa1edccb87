import { describe, expect, it } from '@jest/globals';
import { checkTable } from './check-table.ts';
import type { TableDefinition } from './table-definition.ts';

const plain: TableDefinition = {
  name: 'orders',
  class: 'transaction',
  description: 'Orders',
  target: 'relational',
  owner: 'analytics',
  key: ['id'],
  tags: [],
  indexes: [['day', 'id']],
  amends: false,
  columns: [
    { name: 'id', type: 'text' },
    { name: 'day', type: 'date' },
    { name: 'note', type: 'text', optional: true },
    { name: 'detail', type: 'json' },
    { name: 'levels', type: 'double', length: 5 },
  ],
};

const series: TableDefinition = {
  ...plain,
  target: 'timeseries',
  key: ['symbol', 'ts', 'seq'],
  partition: 'day',
  tags: ['exchange'],
  indexes: [],
  columns: [
    { name: 'symbol', type: 'text' },
    { name: 'ts', type: 'timestamp' },
    { name: 'seq', type: 'bigint' },
    { name: 'last', type: 'double' },
  ],
};

describe('checkTable', () => {
  it('finds no fault in a table and a time series that hold together', () => {
    expect(checkTable(plain)).toEqual([]);
    expect(checkTable({ ...series, retentionDays: 30 })).toEqual([]);
    expect(checkTable({ ...series, target: 'relational', tags: [], retentionDays: 30 })).toEqual([]);
  });

  it.each([
    ['what is no column', 'nothing', "there is no column 'nothing'"],
    ['a column that may be absent', 'note', "key column 'note' must be a single value that is always there"],
    ['a list', 'levels', "key column 'levels' must be a single value that is always there"],
    ['a JSON value', 'detail', "key column 'detail' must be a single value that is always there"],
  ])('refuses a key of %s', (_, name, reason) => {
    expect(checkTable({ ...plain, key: ['id', name] })).toEqual([{ path: ['key', 1], reason }]);
  });

  it.each([
    ['what is no column', 'nothing', "there is no column 'nothing'"],
    ['a list', 'levels', "'levels' has no order: expected a column of a single value"],
    ['a JSON value', 'detail', "'detail' has no order: expected a column of a single value"],
  ])('refuses an index of %s', (_, name, reason) => {
    expect(checkTable({ ...plain, indexes: [['day'], ['day', name]] })).toEqual([{ path: ['indexes', 1, 1], reason }]);
  });

  it.each([
    ['endDate', 'enddate'],
    ['aBC', 'aBc'],
  ])('refuses the columns %s and %s, which are one to a database', (one, other) => {
    const columns = [...plain.columns, { name: one, type: 'text' as const }, { name: other, type: 'text' as const }];
    expect(checkTable({ ...plain, columns })).toEqual([
      { path: ['columns', other], reason: `databases take it for the column '${one}'` },
    ]);
  });

  it('counts the characters of a name as a database writes it', () => {
    const name = `${'aB'.repeat(16)}c`;
    const columns = [...plain.columns, { name, type: 'text' as const }];
    expect(checkTable({ ...plain, columns })).toEqual([
      { path: ['columns', name], reason: 'expected a name of 48 characters at most with its words apart, was 49' },
    ]);
    expect(checkTable({ ...plain, columns: [...plain.columns, { name: 'aB'.repeat(16), type: 'text' }] })).toEqual([]);
  });

  it('refuses a time series without a partition', () => {
    const { partition: _, ...whole } = series;
    expect(checkTable(whole)).toEqual([
      { path: ['target'], reason: 'a time series needs a partition: day, month or year' },
    ]);
  });

  it.each([
    ['another first column', ['ts', 'symbol', 'seq']],
    ['no time', ['symbol', 'seq']],
  ])('refuses partitions by a key of %s', (_, key) => {
    const reason = 'a table with partitions is keyed by symbol (text) and ts (timestamp) first';
    expect(checkTable({ ...series, key })).toContainEqual({ path: ['key'], reason });
  });

  it.each([
    ['symbol', 'bigint'],
    ['ts', 'bigint'],
    ['ts', 'text'],
  ] as const)('refuses partitions by a %s of %s', (name, type) => {
    const columns = series.columns.map((column) => (column.name === name ? { name, type } : column));
    expect(checkTable({ ...series, columns })).toEqual([
      { path: ['key'], reason: 'a table with partitions is keyed by symbol (text) and ts (timestamp) first' },
    ]);
  });

  it.each(['json', 'date'] as const)('refuses a %s in a table with partitions', (type) => {
    expect(checkTable({ ...series, columns: [...series.columns, { name: 'extra', type }] })).toEqual([
      {
        path: ['columns', 'extra'],
        reason: `a table with partitions holds text, numbers, booleans and times, was ${type}`,
      },
    ]);
  });

  it('refuses an index of a table with partitions', () => {
    const [fault] = checkTable({ ...series, indexes: [['last']] });
    expect(fault).toEqual({ path: ['indexes'], reason: 'a table with partitions is found by its key alone' });
  });

  it('refuses a retention without partitions', () => {
    expect(checkTable({ ...plain, retentionDays: 30 })).toEqual([
      { path: ['retention'], reason: 'only a table with partitions has a retention' },
    ]);
  });

  it.each([
    ['a text', ['symbol', 'ts', 'side']],
    ['two more', ['symbol', 'ts', 'seq', 'no']],
  ])('refuses a time series keyed by %s behind symbol and ts', (_, key) => {
    const more = [
      { name: 'side', type: 'text' as const },
      { name: 'no', type: 'bigint' as const },
    ];
    expect(checkTable({ ...series, key, columns: [...series.columns, ...more] })).toEqual([
      { path: ['key'], reason: 'a time series may have one more key column, a bigint' },
    ]);
  });

  it('refuses a time series that holds its key alone', () => {
    expect(checkTable({ ...series, columns: series.columns.slice(0, 3) })).toEqual([
      { path: ['columns'], reason: 'a time series needs a column besides its key' },
    ]);
  });

  it('refuses a column that time-series databases have by themselves', () => {
    expect(checkTable({ ...series, columns: [...series.columns, { name: 'time', type: 'text' }] })).toEqual([
      { path: ['columns', 'time'], reason: 'a time series calls its time ts' },
    ]);
  });

  it('refuses a tag that is a column, and tags of a relational table', () => {
    const columns = [...series.columns, { name: 'exchange', type: 'text' as const }];
    expect(checkTable({ ...series, columns })).toEqual([
      { path: ['tags', 0], reason: "'exchange' is a column already" },
    ]);
    expect(checkTable({ ...plain, tags: ['kind'] })).toEqual([
      { path: ['tags'], reason: 'only a time series has tags' },
    ]);
  });

  it('tells all faults of a table', () => {
    expect(checkTable({ ...plain, key: ['nothing'], tags: ['kind'], retentionDays: 3 })).toHaveLength(3);
  });
});
