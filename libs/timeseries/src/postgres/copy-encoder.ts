import { badValue, isBigint, isDouble, isText } from '../row-check.ts';
import type { ColumnValue, SeriesRow } from '../time-series-store.ts';
import type { SeriesTable, TableColumn } from './series-table.ts';

/** Bytes of one CopyData message: large enough that messages cost nothing, small enough to be sent while more are made. */
const CHUNK_BYTES = 256 * 1024;
/** 'd' and the length of the message. */
const MESSAGE_HEADER_BYTES = 5;
const COPY_DATA = 0x64;
/** 11 bytes of signature, then flags and the length of the extension, both 0. */
const FILE_HEADER = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const END_OF_ROWS = -1;
const SQL_NULL = -1;
const INT8_OID = 20;
const FLOAT8_OID = 701;
const TWO_POW_32 = 0x1_0000_0000;
const NUMBER_BYTES = 4 + 8;
/** Length, dimensions, has-nulls, element type, then size and lower bound of the one dimension. */
const LIST_HEADER_BYTES = 6 * 4;
/** Of one UTF-16 unit in UTF-8. */
const MAX_UTF8_BYTES = 3;

/**
 * Rows as CopyData messages of the binary COPY format (PostgreSQL manual, COPY, "Binary Format").
 * Binary, because neither side then prints and parses decimal numbers, which is most of the cost of a text COPY.
 */
export class CopyEncoder {
  readonly messages: Buffer[] = [];
  readonly #table: SeriesTable;
  /** Most bytes of a row without its texts. */
  readonly #fixedBytes: number;
  readonly #texts: readonly string[];
  #buffer: Buffer;
  #view: DataView;
  #at = MESSAGE_HEADER_BYTES;

  constructor(table: SeriesTable) {
    this.#table = table;
    this.#fixedBytes = table.columns.reduce((sum, column) => sum + fixedBytes(column), 2);
    this.#texts = table.columns.filter((column) => column.type === 'text').map((column) => column.name);
    this.#buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    this.#view = viewOf(this.#buffer);
    this.#at += FILE_HEADER.copy(this.#buffer, this.#at);
  }

  /**
   * @param index of the row in the write, for the message of an error
   * @throws TypeError when a value is not what its column holds
   */
  append(row: SeriesRow, index: number): void {
    this.#reserve(this.#mostBytesOf(row));
    const { columns } = this.#table;
    this.#view.setInt16(this.#at, columns.length);
    this.#at += 2;
    for (let c = 0; c < columns.length; c++) {
      const column = columns[c] as TableColumn;
      const value = row[column.name];
      if (value === undefined && column.optional) this.#int32(SQL_NULL);
      else if (!this.#value(column, value)) throw badValue(this.#table.definition, column, value, index);
    }
  }

  finish(): Buffer[] {
    this.#reserve(2);
    this.#view.setInt16(this.#at, END_OF_ROWS);
    this.#at += 2;
    this.#closeChunk();
    return this.messages;
  }

  #value(column: TableColumn, value: ColumnValue): boolean {
    if (column.length !== undefined) return this.#list(column, column.length, value);
    switch (column.type) {
      case 'double':
        if (!isDouble(value)) return false;
        this.#int32(8);
        this.#double(value);
        return true;
      case 'bigint':
        if (!isBigint(value)) return false;
        this.#int32(8);
        this.#bigint(value);
        return true;
      case 'text':
        return this.#text(value);
      case 'boolean':
        if (typeof value !== 'boolean') return false;
        this.#int32(1);
        this.#buffer[this.#at++] = value ? 1 : 0;
        return true;
    }
  }

  #list({ type }: TableColumn, maxLength: number, value: ColumnValue): boolean {
    if (!Array.isArray(value) || value.length > maxLength) return false;
    const dimensions = value.length === 0 ? 0 : 1;
    this.#int32(3 * 4 + dimensions * 2 * 4 + value.length * NUMBER_BYTES);
    this.#int32(dimensions);
    this.#int32(0);
    this.#int32(type === 'double' ? FLOAT8_OID : INT8_OID);
    if (dimensions === 0) return true;
    this.#int32(value.length);
    this.#int32(1);
    for (let i = 0; i < value.length; i++) {
      const element: unknown = value[i];
      this.#int32(8);
      if (type === 'double') {
        if (!isDouble(element)) return false;
        this.#double(element);
      } else {
        if (!isBigint(element)) return false;
        this.#bigint(element);
      }
    }
    return true;
  }

  #text(value: ColumnValue): boolean {
    if (typeof value !== 'string') return false;
    const start = this.#at + 4;
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      if (code === 0) return false;
      if (code > 0x7f) return this.#unicode(value);
      this.#buffer[start + i] = code;
    }
    this.#int32(value.length);
    this.#at = start + value.length;
    return true;
  }

  #unicode(value: string): boolean {
    if (!isText(value)) return false;
    const bytes = this.#buffer.write(value, this.#at + 4, 'utf8');
    this.#int32(bytes);
    this.#at += bytes;
    return true;
  }

  #int32(value: number): void {
    this.#view.setInt32(this.#at, value);
    this.#at += 4;
  }

  #double(value: number): void {
    this.#view.setFloat64(this.#at, value);
    this.#at += 8;
  }

  /** A safe integer as two words: no BigInt is made. */
  #bigint(value: number): void {
    this.#view.setInt32(this.#at, Math.floor(value / TWO_POW_32));
    this.#view.setInt32(this.#at + 4, value | 0);
    this.#at += 8;
  }

  #mostBytesOf(row: SeriesRow): number {
    let bytes = this.#fixedBytes;
    for (const name of this.#texts) {
      const text = row[name];
      if (typeof text === 'string') bytes += text.length * MAX_UTF8_BYTES;
    }
    return bytes;
  }

  /** Makes room for that many bytes in one message. */
  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.length) return;
    this.#closeChunk();
    this.#buffer = Buffer.allocUnsafe(Math.max(CHUNK_BYTES, MESSAGE_HEADER_BYTES + bytes));
    this.#view = viewOf(this.#buffer);
    this.#at = MESSAGE_HEADER_BYTES;
  }

  #closeChunk(): void {
    this.#buffer[0] = COPY_DATA;
    this.#view.setInt32(1, this.#at - 1);
    this.messages.push(this.#buffer.subarray(0, this.#at));
  }
}

function viewOf(buffer: Buffer): DataView {
  return new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}

function fixedBytes({ type, length }: TableColumn): number {
  if (length !== undefined) return LIST_HEADER_BYTES + length * NUMBER_BYTES;
  return type === 'text' ? 4 : NUMBER_BYTES;
}
