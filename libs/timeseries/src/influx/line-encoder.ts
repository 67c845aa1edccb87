import type { ColumnValue, SeriesRow } from '../time-series-store.ts';
import { escapeTag, quoteField, toTag } from './influx-names.ts';
import { type FieldColumn, type InfluxSeries, maskField } from './influx-series.ts';
import { placeOf, toNanoseconds } from './point-time.ts';
import { masksOf } from './row-mask.ts';

/** The length of a list that is absent. */
export const NO_LIST = -1;

/** Rows of one series as line protocol. For the rows of one call: what the symbols have in common is kept. */
export class LineEncoder {
  readonly #series: InfluxSeries;
  readonly #tagsOf: (symbol: string) => Readonly<Record<string, string>>;
  readonly #heads = new Map<string, string>();

  /** @param tagsOf the tags of a symbol beside the symbol itself */
  constructor(series: InfluxSeries, tagsOf: (symbol: string) => Readonly<Record<string, string>>) {
    this.#series = series;
    this.#tagsOf = tagsOf;
  }

  /** The line of a row that was checked, without a line break. */
  encode(row: SeriesRow): string {
    const { sequence, columns, maskCount } = this.#series;
    const { sub, k } = sequence === undefined ? { sub: 0, k: 0 } : placeOf(row[sequence] as number);
    const masks = masksOf(columns, maskCount, (name) => row[name] !== undefined);
    let line = `${this.#head(row, k)} ${masks.map((value, mask) => `${maskField(mask)}=${value}i`).join(',')}`;
    for (const column of columns) line += fieldsOfValue(column, row[column.name]);
    return `${line} ${toNanoseconds(row.ts, sub)}`;
  }

  /** Measurement and tags. */
  #head(row: SeriesRow, k: number): string {
    const { keyTags } = this.#series;
    const key =
      keyTags.length === 0 ? `${k} ${row.symbol}` : JSON.stringify([k, row.symbol, ...keyTags.map((tag) => row[tag])]);
    const known = this.#heads.get(key);
    if (known !== undefined) return known;
    const head = this.#makeHead(row, k);
    this.#heads.set(key, head);
    return head;
  }

  #makeHead(row: SeriesRow, k: number): string {
    const { definition, sequence, keyTags } = this.#series;
    const tags: [string, string][] = [
      ...Object.entries(this.#tagsOf(row.symbol)),
      ['symbol', row.symbol],
      ...keyTags.map((name): [string, string] => [name, row[name] as string]),
      ...(sequence === undefined ? [] : [['_k', String(k)] satisfies [string, string]]),
    ];
    // The server is spared sorting them.
    tags.sort(([a], [b]) => (a < b ? -1 : 1));
    return definition.name + tags.map(([name, value]) => `,${name}=${escapeTag(toTag(value))}`).join('');
  }
}

function fieldsOfValue({ name, type, length }: FieldColumn, value: ColumnValue): string {
  if (length === undefined) return value === undefined ? '' : `,${name}=${scalar(type, value)}`;
  if (value === undefined) return `,${name}_n=${NO_LIST}i`;
  const list = value as readonly number[];
  let fields = `,${name}_n=${list.length}i`;
  for (let i = 0; i < list.length; i++) fields += `,${name}_${i}=${scalar(type, list[i])}`;
  return fields;
}

function scalar(type: FieldColumn['type'], value: ColumnValue): string {
  switch (type) {
    case 'double':
      return Object.is(value, -0) ? '-0' : String(value);
    case 'bigint':
      return `${value}i`;
    case 'boolean':
      return value === true ? 't' : 'f';
    case 'text':
      return quoteField(value as string);
  }
}
