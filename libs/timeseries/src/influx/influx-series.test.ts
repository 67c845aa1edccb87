import { describe, expect, it } from '@jest/globals';
import { newSeries } from '../contract/contract-series.ts';
import type { ColumnDefinition, SeriesDefinition } from '../time-series-store.ts';
import { influxSeries } from './influx-series.ts';
import { bitsOf, extended } from './series-catalog.ts';

describe('a series as a measurement', () => {
  it('has the rows of a symbol apart by what its key has besides', () => {
    const key = ['symbol', 'ts', 'seq', 'note'];
    const columns = newSeries().columns.map((column) => ({ ...column, optional: false }));
    const series = influxSeries(newSeries({ name: 'ticks', key, columns }), new Map());
    expect(series).toMatchObject({
      source: '"day"."ticks"',
      sequence: 'seq',
      keyTags: ['note'],
      groupTags: ['_k', 'note'],
    });
    expect(series.fields.slice(0, 4)).toEqual(['_set', 'seq', 'lastPrice', 'volume']);
  });

  it.each<[string, Partial<SeriesDefinition>, ...ColumnDefinition[]]>([
    ['a name that is none', { name: 'ticks"; drop' }],
    ['a column named as the server names its time', {}, { name: 'time', type: 'double' }],
    ['a column that begins as ours do', {}, { name: '_set', type: 'double' }],
    ['a key without ts', { key: ['symbol', 'seq'] }],
    ['an optional key', { key: ['symbol', 'ts', 'volume'] }],
    ['a key of two numbers', { key: ['symbol', 'ts', 'seq', 'other'] }, { name: 'other', type: 'bigint' }],
    ['a key of no column', { key: ['symbol', 'ts', 'nothing'] }],
    ['a tag named as a column', { tags: ['volume'] }],
    ['a column named as an element of a list', {}, { name: 'bidPrices_0', type: 'double' }],
  ])('refuses %s', (_, values, ...columns) => {
    const definition = newSeries(values);
    const bad = { ...definition, columns: [...definition.columns, ...columns] };
    expect(() => influxSeries(bad, new Map())).toThrow(TypeError);
  });

  it('keeps the places of columns when others come before them or go', () => {
    const definition = newSeries();
    const first = extended(undefined, definition);
    expect([...bitsOf(first)]).toEqual([
      ['lastPrice', 0],
      ['volume', 1],
      ['isFinal', 2],
      ['note', 3],
    ]);
    const [symbol, ts, seq, ...others] = definition.columns as [ColumnDefinition, ColumnDefinition, ColumnDefinition];
    const open: ColumnDefinition = { name: 'open', type: 'double', optional: true };
    const wider = extended(first, { ...definition, columns: [symbol, ts, seq, open, ...others.slice(1)] });
    expect(bitsOf(wider).get('open')).toBe(4);
    expect(bitsOf(wider).get('note')).toBe(3);
    expect(extended(wider, definition)).toBe(wider);
  });
});
