import { encodeArrow } from './arrow/encode-arrow.ts';
import type { Format } from './format.ts';
import { encodeParquet } from './parquet/encode-parquet.ts';
import { checkFields, type Table } from './table.ts';
import { encodeCsv } from './text/encode-csv.ts';
import { encodeNdjson } from './text/encode-ndjson.ts';

/**
 * The bytes of a table, piece by piece. The next batch is asked for only when the reader asks for the next piece: a reader
 * that pauses pauses the producer, one that leaves ends it. No byte comes before the first batch has, so that a
 * producer that fails at once can still be answered with an error.
 * @throws {TypeError} `<field>: expected ..., was ...` where a cell does not fit its field; what was read before stays valid.
 */
export function encode(table: Table, format: Exclude<Format, 'json'>): AsyncGenerator<Uint8Array> {
  checkFields(table.fields);
  switch (format) {
    case 'ndjson':
      return encodeNdjson(table);
    case 'csv':
      return encodeCsv(table);
    case 'arrow':
      return encodeArrow(table);
    case 'parquet':
      return encodeParquet(table);
  }
}
