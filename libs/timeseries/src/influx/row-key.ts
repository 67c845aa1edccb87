import type { ColumnValue, SeriesDefinition, SeriesRow } from '../time-series-store.ts';

/** A text that two rows of a series share when their keys are the same. */
export function keyText({ key }: SeriesDefinition, row: SeriesRow): string {
  // The symbol last: it is the one that may hold a space.
  return key.length === 3 && typeof row[key[2] as string] === 'number'
    ? `${row.ts} ${row[key[2] as string]} ${row.symbol}`
    : JSON.stringify(key.map((name) => row[name]));
}

/** Sorts the rows of one symbol by the rest of their key. */
export function compareKeys({ key }: SeriesDefinition, a: SeriesRow, b: SeriesRow): number {
  for (let i = 1; i < key.length; i++) {
    const name = key[i] as string;
    if (a[name] !== b[name]) return isLess(a[name], b[name]) ? -1 : 1;
  }
  return 0;
}

/** Compares a row with a place to go on from. */
export function compareToPlace({ key }: SeriesDefinition, row: SeriesRow, place: readonly (string | number)[]): number {
  for (let i = 1; i < key.length; i++) {
    const [value, other] = [row[key[i] as string], place[i - 1]];
    if (value !== other) return isLess(value, other) ? -1 : 1;
  }
  return 0;
}

/** @throws TypeError when it is not the values of the key columns that follow `symbol` */
export function checkPlace(definition: SeriesDefinition, place: readonly (string | number)[]): void {
  const names = definition.key.slice(1);
  const fits = names.every((name, i) => {
    const isText = definition.columns.find((column) => column.name === name)?.type === 'text';
    return typeof place[i] === (isText ? 'string' : 'number');
  });
  if (fits && place.length === names.length) return;
  throw new TypeError(`${definition.name}: expected after to be [${names.join(', ')}], was [${place}]`);
}

/** Of a key's values, which are texts or numbers. */
function isLess(a: ColumnValue, b: ColumnValue): boolean {
  return (a as string | number) < (b as string | number);
}
