import { describe, expect, it } from '@jest/globals';
import { loadRegistry } from '../src/index.ts';
import { lineOf, registryFiles, table, timeSeries } from './registry-files.ts';

describe('a good registry', () => {
  const files = registryFiles();

  it('gives every part of a table as it is declared', () => {
    const registry = files.loaded(`
tables:
  quotes:
    class: market
    description: The last snapshot of every symbol
    target: relational
    owner: market-data
    key: [symbol]
    indexes: [[changePercent, symbol]]
    amends: true
    columns:
      symbol: text
      changePercent: { type: double, unit: percent, description: Against the previous close }
      bids: double[10]?
      note: { type: text? }
`);
    expect(registry.all).toEqual([
      {
        name: 'quotes',
        class: 'market',
        description: 'The last snapshot of every symbol',
        target: 'relational',
        owner: 'market-data',
        key: ['symbol'],
        tags: [],
        indexes: [['changePercent', 'symbol']],
        amends: true,
        columns: [
          { name: 'symbol', type: 'text' },
          { name: 'changePercent', type: 'double', unit: 'percent', description: 'Against the previous close' },
          { name: 'bids', type: 'double', length: 10, optional: true },
          { name: 'note', type: 'text', optional: true },
        ],
      },
    ]);
  });

  it('gives partition, tags and retention of a time series', () => {
    const registry = files.loaded(timeSeries({ tags: '[exchange, kind]', retention: '365d' }));
    expect(registry.get('ticks')).toMatchObject({
      partition: 'day',
      tags: ['exchange', 'kind'],
      retentionDays: 365,
      amends: false,
      indexes: [],
    });
  });

  it('keeps for good what is to be kept forever', () => {
    expect(files.loaded(timeSeries({ retention: 'forever' })).get('ticks').retentionDays).toBeUndefined();
  });

  it('is read from every .yaml and .yml file of its directory, and from no other', () => {
    files.write('b.yml', table('b'));
    files.write('a.yaml', table('a'));
    files.write('README.md', 'tables: none');
    expect(files.load().all.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('lets tables share their columns by an anchor', () => {
    const shared = table('a', { columns: '&shared { a: text, b: bigint }' });
    const other = table('b', { columns: '*shared' }).replace('tables:\n', '');
    const registry = files.loaded(shared + other);
    expect(registry.get('b').columns).toEqual(registry.get('a').columns);
  });

  it('takes names of 48 characters', () => {
    const column = `c${'o'.repeat(47)}`;
    const registry = files.loaded(table('t'.repeat(48), { columns: `{ a: text, ${column}: text }` }));
    expect(registry.get('t'.repeat(48)).columns[1]?.name).toBe(column);
  });

  it('names the tables it has to whoever asks for another', () => {
    const registry = files.loaded(table('a'));
    expect(registry.find('b')).toBeUndefined();
    expect(() => registry.get('b')).toThrow("expected a table of the registry (a), was 'b'");
  });
});

describe('several faults', () => {
  const files = registryFiles();

  it('are all told, of every file, each with its line', () => {
    const first = `${table('a', { key: '[nothing]', colour: 'red' })}${table('b', { columns: '{ a: text, c: decimal }' }).replace('tables:\n', '')}`;
    files.write('1.yaml', first);
    files.write('2.yaml', 'tables: {\n');
    files.write('3.yaml', timeSeries({ tags: '[sector]' }));
    const places = files.faults().map(({ file, line }) => [file, line]);
    expect(places).toEqual([
      [files.path('1.yaml'), lineOf(first, 'colour')],
      [files.path('1.yaml'), lineOf(first, 'decimal')],
      [files.path('2.yaml'), 2],
      [files.path('3.yaml'), lineOf(timeSeries({ tags: '[sector]' }), 'sector')],
    ]);
  });

  it('make one message, a line each: file, line and reason', () => {
    files.write('a.yaml', table('a', { key: '[nothing]' }));
    files.write('b.yaml', table('b', { owner: 'ME' }));
    expect(() => files.load()).toThrow(
      [
        `${files.path('a.yaml')}:7: tables.a.key.0: there is no column 'nothing'`,
        `${files.path('b.yaml')}:6: tables.b.owner: expected the name of a service, was 'ME'`,
      ].join('\n'),
    );
  });

  it('include a table that two files declare', () => {
    files.write('a.yaml', table('first').replace('tables:', 'tables:\n'));
    files.write('b.yaml', table('first').replace('tables:', 'tables:\n\n'));
    expect(files.faults()).toEqual([
      { file: files.path('b.yaml'), line: 4, reason: 'tables.first: was declared in a.yaml already' },
    ]);
  });
});

describe('a directory', () => {
  const files = registryFiles();

  it('without a registry file is refused', () => {
    files.write('notes.txt', 'nothing');
    expect(files.faults()).toEqual([{ file: files.directory, line: 1, reason: 'there is no .yaml file here' }]);
  });

  it('that is not there, or is a file, is refused', () => {
    const missing = files.path('nowhere');
    expect(() => loadRegistry(missing)).toThrow(`${missing}:1: cannot be read as a directory (ENOENT)`);
    files.write('a.yaml', table('a'));
    expect(() => loadRegistry(files.path('a.yaml'))).toThrow('cannot be read as a directory (ENOTDIR)');
  });
});
