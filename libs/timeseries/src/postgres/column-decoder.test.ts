import { describe, expect, it } from '@jest/globals';
import { newSeries } from '../contract/contract-series.ts';
import { ColumnDecoder } from './column-decoder.ts';
import { CopyEncoder } from './copy-encoder.ts';
import { type SeriesTable, seriesTable } from './series-table.ts';

const MESSAGE_HEADER_BYTES = 5;
const FILE_HEADER_BYTES = 19;
const TABLE = seriesTable(
  'schema',
  newSeries({
    key: ['symbol', 'ts'],
    columns: [
      { name: 'symbol', type: 'text' },
      { name: 'ts', type: 'bigint' },
      { name: 'price', type: 'double', optional: true },
    ],
  }),
);
const NUMBERS = TABLE.columns.slice(1);
const END = Buffer.from([0xff, 0xff]);

describe('the decoder of columns', () => {
  it('takes rows of several symbols apart, beyond the room that it began with', () => {
    const decoder = new ColumnDecoder(['b', 'a', '茅台', 'none'], NUMBERS);
    const symbols = ['a', 'b', '茅台'];
    const times = Array.from({ length: 1_000 }, (_, i) => i - 500);
    for (const ts of times) for (const symbol of symbols) decoder.decode(rowOf(TABLE, { symbol, ts, price: ts / 7 }));
    decoder.decode(END);

    expect(decoder.rows).toBe(3_000);
    const columns = { ts: Float64Array.from(times), price: Float64Array.from(times, (ts) => ts / 7) };
    expect([...decoder.chunks()]).toEqual(['b', 'a', '茅台'].map((symbol) => ({ symbol, length: 1_000, columns })));
  });

  it('takes a file header before the first row, before the end, and alone', () => {
    const decoder = new ColumnDecoder(['a'], NUMBERS);
    const header = headerOf(TABLE);
    decoder.decode(Buffer.concat([header, rowOf(TABLE, { symbol: 'a', ts: 1 })]));
    decoder.decode(END);
    decoder.decode(Buffer.concat([header, END]));
    decoder.decode(header);
    decoder.decode(rowOf(TABLE, { symbol: 'a', ts: 2, price: 3 }));
    const columns = { ts: Float64Array.of(1, 2), price: Float64Array.of(Number.NaN, 3) };
    expect([...decoder.chunks()]).toEqual([{ symbol: 'a', length: 2, columns }]);
  });

  it('refuses a row of a symbol that it was not told of, and one that is cut short', () => {
    const decoder = new ColumnDecoder(['a'], NUMBERS);
    expect(() => decoder.decode(rowOf(TABLE, { symbol: 'b', ts: 1 }))).toThrow("was 'b'");
    const row = rowOf(TABLE, { symbol: 'a', ts: 1 });
    expect(() => decoder.decode(Buffer.from(new Uint8Array(row.subarray(0, 12)).buffer))).toThrow(RangeError);
  });
});

/** As the server sends it: without the headers. */
function rowOf(table: SeriesTable, row: { symbol: string; ts: number; price?: number }): Buffer {
  const encoder = new CopyEncoder(table);
  encoder.append({ ...row }, 0);
  const message = encoder.finish()[0] as Buffer;
  return message.subarray(MESSAGE_HEADER_BYTES + FILE_HEADER_BYTES, message.length - END.length);
}

function headerOf(table: SeriesTable): Buffer {
  const message = new CopyEncoder(table).finish()[0] as Buffer;
  return message.subarray(MESSAGE_HEADER_BYTES, MESSAGE_HEADER_BYTES + FILE_HEADER_BYTES);
}
