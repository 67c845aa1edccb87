import { isAbsent } from '../cell.ts';
import type { Field, Row, Table } from '../table.ts';
import { type CellWriter, plainWriter } from './plain-text.ts';

/** One JSON object per line; absent cells are left out. */
export async function* encodeNdjson({ fields, batches }: Table): AsyncGenerator<Uint8Array> {
  const columns = fields.map((field, index) => {
    return { field, index, key: `${JSON.stringify(field.name)}:`, write: jsonWriter(field) };
  });

  const toLines = (rows: readonly Row[]): string => {
    let lines = '';
    for (const row of rows) {
      let separator = '{';
      for (const { field, index, key, write } of columns) {
        const cell = row[index];
        if (isAbsent(cell, field)) continue;
        lines += `${separator}${key}${write(cell, field)}`;
        separator = ',';
      }
      lines += separator === '{' ? '{}\n' : '}\n';
    }
    return lines;
  };

  for await (const rows of batches) if (rows.length > 0) yield Buffer.from(toLines(rows));
}

function jsonWriter(field: Field): CellWriter {
  const plain = plainWriter(field);
  if (field.type === 'text') return (cell, of) => JSON.stringify(plain(cell, of));
  if (field.type === 'date' || field.type === 'timestamp') return (cell, of) => `"${plain(cell, of)}"`;
  return plain;
}
