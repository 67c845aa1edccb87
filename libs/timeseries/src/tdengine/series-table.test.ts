import { describe, expect, it } from '@jest/globals';
import { newBarSeries, newSeries } from '../contract/contract-series.ts';
import type { ColumnDefinition } from '../time-series-store.ts';
import { seriesTable } from './series-table.ts';

describe('a series as a super table', () => {
  it('has the key first, lists as columns with a count, and symbol and tags as tags', () => {
    const table = seriesTable('md', newSeries({ name: 'levelTicks', tags: ['exchange'] }));
    expect(table.qualified).toBe('`md`.`level_ticks`');
    expect(table.fields.map(({ name, sqlType }) => `${name} ${sqlType}`)).toEqual([
      'ts TIMESTAMP',
      'seq BIGINT',
      'last_price DOUBLE',
      ...['volume BIGINT', 'has_volume BOOL'],
      ...['bid_prices_1 DOUBLE', 'bid_prices_2 DOUBLE', 'bid_prices_3 DOUBLE', 'bid_prices_count SMALLINT'],
      ...['bid_volumes_1 BIGINT', 'bid_volumes_2 BIGINT', 'bid_volumes_3 BIGINT', 'bid_volumes_count SMALLINT'],
      ...['is_final BOOL', 'has_is_final BOOL'],
      ...['note VARCHAR(4096)', 'has_note BOOL'],
    ]);
    expect(table.tags.map(({ name }) => name)).toEqual(['symbol', 'exchange']);
  });

  it.each<[string, ColumnDefinition[], string]>([
    ['names that become the same', [double('lastPrice'), double('last_price')], 'whose names differ'],
    ['a column named like a tag', [double('exchange')], 'whose names differ'],
    ['no column besides symbol and time', [], 'a column besides symbol and ts'],
    ['more text than a row holds', Array.from({ length: 16 }, (_, i) => text(`note${i}`)), 'at most 65531 bytes'],
    ['a list of texts', [{ ...text('notes'), length: 3 }], 'a list of numbers'],
  ])('refuses %s', (_, others, message) => {
    const columns = [...newBarSeries().columns.slice(0, 2), ...others];
    expect(() => seriesTable('md', newBarSeries({ columns, tags: ['exchange'] }))).toThrow(message);
  });

  it.each([
    [['symbol']],
    [['ts', 'symbol']],
    [['symbol', 'ts', 'note']],
    [['symbol', 'ts', 'volume']],
    [['symbol', 'ts', 'seq', 'lastPrice']],
    [['symbol', 'ts', 'missing']],
  ])('refuses the key %p', (key) => {
    expect(() => seriesTable('md', newSeries({ key }))).toThrow('expected the key symbol (text), ts (bigint)');
  });
});

function double(name: string): ColumnDefinition {
  return { name, type: 'double' };
}

function text(name: string): ColumnDefinition {
  return { name, type: 'text' };
}
