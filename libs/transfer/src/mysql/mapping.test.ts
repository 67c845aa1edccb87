import { describe, expect, it } from '@jest/globals';
import { tableRegistry } from '@quotefleet/tables';
import { parseMapping } from './mapping.ts';

const read = (text: string) => parseMapping('m.yaml', text, tableRegistry());

describe('parseMapping', () => {
  it('reads tables, columns, units and values', () => {
    const text = `tables:
  bars_1m:
    table: minutes
    columns: { ts: time, volume: { column: lots, factor: 100 }, source: { value: x } }
  ticks: { columns: { bidPrices: [b1, b2], bidVolumes: { columns: [v1, v2], factor: 100 } } }`;
    expect(read(text)).toEqual({
      bars_1m: {
        table: 'minutes',
        columns: { ts: 'time', volume: { column: 'lots', factor: 100 }, source: { value: 'x' } },
      },
      ticks: { columns: { bidPrices: ['b1', 'b2'], bidVolumes: { columns: ['v1', 'v2'], factor: 100 } } },
    });
  });

  it('tells what is wrong, and where', () => {
    expect(() => read('tables: { bars: {} }')).toThrow("m.yaml: tables: expected a table of the registry, was 'bars'");
    expect(() => read('tables: { bars_1m: { columns: { vol: x } } }')).toThrow(
      /^m\.yaml: tables\.bars_1m: expected columns out of symbol, ts, .*, was 'vol'$/,
    );
    expect(() => read('tables: { bars_1m: { columns: { volume: { column: x, factor: -1 } } } }')).toThrow(
      /^m\.yaml: tables\.bars_1m\.columns\.volume\.factor: Too small/,
    );
    expect(() => read('tables: { bars_1m: { columns: { volume: 7 } } }')).toThrow(
      'm.yaml: tables.bars_1m.columns.volume: expected a column, a list of columns, {column, factor, as}, {columns, factor} or {value}',
    );
    expect(() => read('tables: [')).toThrow(/^m\.yaml: .* at line 1/);
    expect(() => read('')).toThrow(/^m\.yaml: /);
  });
});
