import { GrowingColumns } from '../extract-columns.ts';
import type { SeriesColumns } from '../time-series-store.ts';
import type { TableColumn } from './series-table.ts';
import { SymbolTable } from './symbol-table.ts';

/** The first four of the signature's bytes; a row begins with the count of its fields, which is never that large. */
const SIGNATURE = 0x5047434f;
/** Signature and flags; the length of the extension follows. */
const EXTENSION_LENGTH_AT = 15;
const FILE_HEADER_BYTES = 19;
const END_OF_ROWS = -1;
const SQL_NULL = -1;
const TWO_POW_32 = 0x1_0000_0000;

/**
 * Rows of the binary COPY format (PostgreSQL manual, COPY, "Binary Format"), of a symbol and numbers each, taken apart
 * into columns by symbol.
 */
export class ColumnDecoder {
  /** Rows so far. */
  rows = 0;
  readonly #columns: readonly TableColumn[];
  readonly #isBigint: readonly boolean[];
  readonly #symbols: readonly string[];
  readonly #table: SymbolTable;
  /** By the symbol's place. */
  readonly #parts: readonly GrowingColumns[];
  #view: DataView = new DataView(new ArrayBuffer(0));

  /**
   * @param columns of numbers, in the order in which they follow the symbol
   * @param rowsExpected of each symbol
   */
  constructor(symbols: readonly string[], columns: readonly TableColumn[], rowsExpected?: number) {
    this.#columns = columns;
    this.#isBigint = columns.map(({ type }) => type === 'bigint');
    this.#symbols = symbols;
    this.#table = new SymbolTable(symbols);
    this.#parts = symbols.map(() => new GrowingColumns(columns.length, rowsExpected));
  }

  /** Takes the data of one message. */
  decode(chunk: Buffer): void {
    const view = this.#viewOf(chunk);
    const end = chunk.byteOffset + chunk.length;
    let at = chunk.byteOffset;
    if (view.getInt32(at) === SIGNATURE) at += FILE_HEADER_BYTES + view.getInt32(at + EXTENSION_LENGTH_AT);
    if (at === end || view.getInt16(at) === END_OF_ROWS) return;
    at += 2;
    const symbolEnd = at + 4 + view.getInt32(at);
    const [symbolFrom, symbolTo] = [at + 4 - chunk.byteOffset, symbolEnd - chunk.byteOffset];
    const part = this.#parts[this.#table.find(chunk, symbolFrom, symbolTo)];
    if (!part)
      throw new Error(`expected symbols that were asked for, was '${chunk.toString('utf8', symbolFrom, symbolTo)}'`);
    this.#addRow(part, view, symbolEnd);
    this.rows++;
  }

  *chunks(): Generator<SeriesColumns> {
    for (const [place, symbol] of this.#symbols.entries()) {
      const part = this.#parts[place] as GrowingColumns;
      if (part.length > 0) yield part.finish(symbol, this.#columns);
    }
  }

  #addRow(part: GrowingColumns, view: DataView, start: number): void {
    const row = part.addRow();
    const { values } = part;
    let at = start;
    for (let c = 0; c < values.length; c++) {
      const column = values[c] as Float64Array;
      const length = view.getInt32(at);
      at += 4;
      if (length === SQL_NULL) {
        column[row] = Number.NaN;
        continue;
      }
      column[row] = this.#isBigint[c] ? view.getInt32(at) * TWO_POW_32 + view.getUint32(at + 4) : view.getFloat64(at);
      at += 8;
    }
  }

  /** Many messages share the memory that the socket read them into. */
  #viewOf(chunk: Buffer): DataView {
    if (this.#view.buffer !== chunk.buffer) this.#view = new DataView(chunk.buffer);
    return this.#view;
  }
}
