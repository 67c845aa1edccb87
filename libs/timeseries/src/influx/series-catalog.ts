import type { ColumnDefinition, SeriesDefinition } from '../time-series-store.ts';
import type { InfluxClient } from './influx-client.ts';
import { quoteField, toTag } from './influx-names.ts';
import { fieldColumns } from './influx-series.ts';
import { Parameters } from './statements.ts';

/**
 * What the database was prepared for: one point of the measurement `_catalog` per series. The server itself knows a
 * field only once a row has it, and the places in `_set` must stay what they are when columns come and go.
 */
export interface CatalogEntry {
  key: readonly string[];
  partitionBy: SeriesDefinition['partitionBy'];
  columns: Readonly<Record<string, CatalogColumn>>;
}

interface CatalogColumn {
  /** `double`, or `double[]` of a list. */
  type: string;
  /** Absent for lists and keys. */
  bit?: number;
}

const POLICY = 'year';
const MEASUREMENT = '_catalog';

export async function readCatalog(client: InfluxClient, names: readonly string[]): Promise<Map<string, CatalogEntry>> {
  if (names.length === 0) return new Map();
  const parameters = new Parameters();
  const text = `SELECT "entry" FROM "${POLICY}"."${MEASUREMENT}" WHERE ${parameters.anyOf('series', names)} GROUP BY "series"`;
  const answer = await client.queryAll({ text, params: parameters.values });
  return new Map(
    answer.map(({ tags, values }) => [tags.series ?? '', JSON.parse(String(values[0]?.[1])) as CatalogEntry]),
  );
}

export function writeCatalog(client: InfluxClient, entries: ReadonlyMap<string, CatalogEntry>): Promise<void> {
  const lines = [...entries].map(
    ([name, entry]) => `${MEASUREMENT},series=${toTag(name)} entry=${quoteField(JSON.stringify(entry))} 0`,
  );
  return client.write(POLICY, lines.join('\n'));
}

/** The entry with what the definition adds to it, or the same entry when that is nothing. */
export function extended(entry: CatalogEntry | undefined, definition: SeriesDefinition): CatalogEntry {
  const { key, partitionBy } = definition;
  const known = entry ?? { key, partitionBy, columns: {} };
  const columns = { ...known.columns };
  let nextBit = Math.max(-1, ...Object.values(columns).map(({ bit = -1 }) => bit)) + 1;
  const missing = definition.columns.filter(({ name }) => columns[name] === undefined);
  if (entry && missing.length === 0) return entry;
  const masked = new Set(
    fieldColumns(definition).filter(({ name, length }) => length === undefined && !key.includes(name)),
  );
  for (const column of missing) {
    columns[column.name] = { type: typeName(column), ...(masked.has(column) && { bit: nextBit++ }) };
  }
  return { ...known, columns };
}

/** `double`, or `double[]` of a list. */
export function typeName({ type, length }: ColumnDefinition): string {
  return length === undefined ? type : `${type}[]`;
}

/** Places in `_set` by column. */
export function bitsOf({ columns }: CatalogEntry): Map<string, number> {
  return new Map(Object.entries(columns).flatMap(([name, { bit }]) => (bit === undefined ? [] : [[name, bit]])));
}
