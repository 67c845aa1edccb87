import { describe, expect, it } from '@jest/globals';
import type { ColumnDefinition, SeriesDefinition } from '../time-series-store.ts';
import { columnDeclarations, seriesTable } from './series-table.ts';

const KEY_COLUMNS: ColumnDefinition[] = [
  { name: 'symbol', type: 'text' },
  { name: 'ts', type: 'bigint' },
];

describe('seriesTable', () => {
  it('names tables and columns in snake case', () => {
    const table = seriesTable(
      'market',
      series({ name: 'minuteBars' }, { name: 'preClose', type: 'double', length: 5 }),
    );
    expect(table.qualified).toBe('"market"."minute_bars"');
    expect(columnDeclarations(table.columns.slice(1))).toBe(
      '"ts" bigint NOT NULL, "pre_close" double precision[] NOT NULL',
    );
  });

  it.each<[string, Partial<SeriesDefinition>, ...ColumnDefinition[]]>([
    ['a name that is none', { name: 'ticks; drop' }],
    ['a name that is too long', { name: 'x'.repeat(51) }],
    ['a key without symbol', { key: ['ts', 'symbol'] }],
    ['a key without ts', { key: ['symbol'] }],
    ['a key of no column', { key: ['symbol', 'ts', 'seq'] }],
    ['an optional key', { key: ['symbol', 'ts', 'seq'] }, { name: 'seq', type: 'bigint', optional: true }],
    ['a key that is a list', { key: ['symbol', 'ts', 'seq'] }, { name: 'seq', type: 'bigint', length: 2 }],
    ['a list of texts', {}, { name: 'notes', type: 'text', length: 2 }],
    ['two columns of one SQL name', {}, { name: 'TS', type: 'bigint' }],
  ])('refuses %s', (_, definition, ...columns) => {
    expect(() => seriesTable('market', series(definition, ...columns))).toThrow(TypeError);
  });
});

function series(definition: Partial<SeriesDefinition>, ...columns: ColumnDefinition[]): SeriesDefinition {
  return {
    name: 'ticks',
    columns: [...KEY_COLUMNS, ...columns],
    key: ['symbol', 'ts'],
    partitionBy: 'day',
    ...definition,
  };
}
