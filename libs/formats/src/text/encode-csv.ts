import { isAbsent } from '../cell.ts';
import type { Field, Row, Table } from '../table.ts';
import { type CellWriter, plainWriter } from './plain-text.ts';

const LINE_END = '\r\n';
const NEEDS_QUOTES = /[",\r\n]/;

/** RFC 4180 with a header: absent cells are empty, an empty text is `""`. */
export async function* encodeCsv({ fields, batches }: Table): AsyncGenerator<Uint8Array> {
  const columns = fields.map((field, index) => ({ field, index, write: csvWriter(field) }));
  // A line of one empty cell would be an empty line, which readers skip.
  const absent = fields.length === 1 ? '""' : '';
  let header = `${fields.map(({ name }) => quoteWhereNeeded(name)).join(',')}${LINE_END}`;

  const toLines = (rows: readonly Row[]): string => {
    let lines = '';
    for (const row of rows) {
      for (const { field, index, write } of columns) {
        const cell = row[index];
        if (index > 0) lines += ',';
        lines += isAbsent(cell, field) ? absent : write(cell, field);
      }
      lines += LINE_END;
    }
    return lines;
  };

  for await (const rows of batches) {
    if (rows.length === 0) continue;
    yield Buffer.from(header + toLines(rows));
    header = '';
  }
  if (header !== '') yield Buffer.from(header);
}

function csvWriter(field: Field): CellWriter {
  const plain = plainWriter(field);
  const mayNeedQuotes = field.list || field.type === 'text' || field.type === 'json';
  return mayNeedQuotes ? (cell, of) => quoteWhereNeeded(plain(cell, of)) : plain;
}

function quoteWhereNeeded(text: string): string {
  return text === '' || NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
