import { checkRow } from '../row-check.ts';
import type { SeriesRow } from '../time-series-store.ts';
import { LONGEST_TAG_BYTES, LONGEST_TEXT_BYTES, type SeriesTable } from './series-table.ts';

/** The server takes times of the thousand years since the epoch. */
const LATEST_MS = Date.UTC(2970, 0, 1);
/** A character of UTF-16 is at most 3 bytes of UTF-8. */
const SURELY_SHORT = Math.floor(LONGEST_TAG_BYTES / 3);

/** @throws TypeError naming series, row and column where a row does not fit: nothing was sent then. */
export function checkRows({ definition }: SeriesTable, rows: readonly SeriesRow[]): void {
  const texts = definition.columns.filter((column) => column.type === 'text').map((column) => column.name);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as SeriesRow;
    checkRow(definition, row, i);
    if (row.ts >= LATEST_MS) throw refusal(`${definition.name} row ${i}, ts`, 'a time before the year 2970', row.ts);
    for (const name of texts)
      checkLength(row[name] as string | undefined, `${definition.name} row ${i}, ${name}`, name);
  }
}

function checkLength(text: string | undefined, where: string, name: string): void {
  if (text === undefined || text.length <= SURELY_SHORT) return;
  const longest = name === 'symbol' ? LONGEST_TAG_BYTES : LONGEST_TEXT_BYTES;
  const bytes = Buffer.byteLength(text);
  if (bytes > longest) throw refusal(where, `text of at most ${longest} bytes`, `${bytes} bytes`);
}

function refusal(where: string, expected: string, found: string | number): TypeError {
  return new TypeError(`${where}: expected ${expected}, was ${found}`);
}
