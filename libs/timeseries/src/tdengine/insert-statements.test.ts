import { describe, expect, it } from '@jest/globals';
import { newRow, newSeries, SYMBOL } from '../contract/contract-series.ts';
import { checkRows } from './check-rows.ts';
import { rowsBySymbol } from './group-rows.ts';
import { insertStatements } from './insert-statements.ts';
import { rowDecoder } from './row-decoder.ts';
import { seriesTable } from './series-table.ts';

const table = seriesTable('md', newSeries({ name: 'ticks', tags: ['exchange', 'board'] }));

describe('inserts', () => {
  it('go to many subtables at once, and make them with their tags', () => {
    const rows = [
      newRow({ ts: 1, bidPrices: [1.5, 2], bidVolumes: [], isFinal: true, note: "it's" }),
      newRow({ ts: 2, seq: 7, volume: 100 }),
      newRow({ symbol: '000001.SZ', ts: 1 }),
    ];
    expect(statements(rows)).toEqual([
      `INSERT INTO \`md\`.\`ticks\` (tbname,\`symbol\`,\`exchange\`,\`board\`,${table.fieldList}) VALUES ` +
        "('ticks@600519_SH','600519.SH','SH',NULL,1,0,1700.01,NULL,false,1.5,2,NULL,2,NULL,NULL,NULL,0,true,true,'it\\'s',true)" +
        "('ticks@600519_SH','600519.SH','SH',NULL,2,7,1700.01,100,true,NULL,NULL,NULL,-1,NULL,NULL,NULL,-1,NULL,false,NULL,false)" +
        "('ticks@000001_SZ','000001.SZ','SZ',NULL,1,0,1700.01,NULL,false,NULL,NULL,NULL,-1,NULL,NULL,NULL,-1,NULL,false,NULL,false)",
    ]);
    expect(statements([])).toEqual([]);
  });

  it('are shorter than the server takes, and lose no row at the seams', () => {
    const rows = Array.from({ length: 3_000 }, (_, seq) =>
      newRow({ seq, symbol: `${seq % 7}`, note: '平'.repeat(seq % 1_300) }),
    );
    const made = statements(rows);
    expect(made.length).toBeGreaterThan(5);
    expect(Math.max(...made.map((statement) => Buffer.byteLength(statement)))).toBeLessThanOrEqual(900_000);
    const seqs = made.flatMap((statement) => [...statement.matchAll(/,\d{13},(\d+),/g)].map(([, seq]) => Number(seq)));
    expect(seqs.sort((a, b) => a - b)).toEqual(rows.map((row) => row.seq));
  });

  it('hold the last of rows with one key, in the order of the keys', () => {
    const rows = [newRow({ seq: 2 }), newRow({ seq: 1, volume: 1 }), newRow({ seq: 2, volume: 9 }), newRow({ seq: 1 })];
    expect(rowsBySymbol(table, rows)).toEqual(new Map([[SYMBOL, [newRow({ seq: 1 }), newRow({ seq: 2, volume: 9 })]]]));
  });
});

describe('rows out of an answer', () => {
  it('have what is not NULL, and lists as long as they were', () => {
    const lists = [1, 2, null, 2, null, null, null, 0];
    const decode = rowDecoder(table, 1);
    expect(decode(SYMBOL, ['more', 5, 1, 1.5, null, false, ...lists, false, true, '', true])).toEqual({
      ...{ symbol: SYMBOL, ts: 5, seq: 1, lastPrice: 1.5 },
      ...{ bidPrices: [1, 2], bidVolumes: [], isFinal: false, note: '' },
    });
  });

  it('have nothing where 0 was made of NULL, and what others wrote', () => {
    const decode = rowDecoder(table);
    const absent = [0, 0, 0, -1];
    expect(decode(SYMBOL, [5, 1, 1.5, 0, false, ...absent, ...absent, false, false, '', false])).toEqual({
      ...{ symbol: SYMBOL, ts: 5, seq: 1, lastPrice: 1.5 },
    });
    const open = [null, null, null, null];
    expect(decode(SYMBOL, [5, 1, 1.5, 7, null, ...open, ...open, true, null, null, null])).toEqual({
      ...{ symbol: SYMBOL, ts: 5, seq: 1, lastPrice: 1.5, volume: 7, isFinal: true },
    });
  });
});

describe('rows that do not fit', () => {
  it.each([
    [{ note: 'x'.repeat(4_097) }, 'note: expected text of at most 4096 bytes, was 4097 bytes'],
    [{ note: '平'.repeat(1_366) }, 'note: expected text of at most 4096 bytes, was 4098 bytes'],
    [{ symbol: '平'.repeat(43) }, 'symbol: expected text of at most 128 bytes, was 129 bytes'],
    [{ ts: Date.UTC(2970, 0, 1) }, 'ts: expected a time before the year 2970, was 31556995200000'],
    [{ lastPrice: Number.NaN }, 'lastPrice: expected a finite number, was NaN'],
  ])('are refused: %j', (values, message) => {
    expect(() => checkRows(table, [newRow(), newRow(values)])).toThrow(new TypeError(`ticks row 1, ${message}`));
  });

  it('are not those of the longest texts', () => {
    expect(() => checkRows(table, [newRow({ note: 'x'.repeat(4_096), symbol: 's'.repeat(128) })])).not.toThrow();
  });
});

function statements(rows: ReturnType<typeof newRow>[]): string[] {
  const tagsOf = (symbol: string) => ({ exchange: symbol.slice(-2) });
  return [...insertStatements(table, rowsBySymbol(table, rows), tagsOf)].map(String);
}
