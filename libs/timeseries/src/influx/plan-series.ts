import type { SeriesDefinition, TableChange } from '../time-series-store.ts';
import type { InfluxClient } from './influx-client.ts';
import { quoteName } from './influx-names.ts';
import { fieldColumns, fieldsOf, influxSeries } from './influx-series.ts';
import { hasDatabase } from './retention-policies.ts';
import { type CatalogEntry, readCatalog, typeName } from './series-catalog.ts';

const FIELD_TYPES = { text: 'string', bigint: 'integer', double: 'float', boolean: 'boolean' };

/** What sets the database apart from the definitions. */
export async function planSeries(client: InfluxClient, series: readonly SeriesDefinition[]): Promise<TableChange[]> {
  for (const definition of series) influxSeries(definition, new Map());
  const isThere = await hasDatabase(client);
  const catalog = isThere
    ? await readCatalog(
        client,
        series.map(({ name }) => name),
      )
    : new Map<string, CatalogEntry>();
  const stored = isThere ? await storedFields(client, series) : [];
  return series.flatMap((definition, i) => changesOf(definition, catalog.get(definition.name), stored[i] ?? new Map()));
}

function changesOf(
  definition: SeriesDefinition,
  entry: CatalogEntry | undefined,
  stored: ReadonlyMap<string, readonly string[]>,
): TableChange[] {
  const { name: series, key, partitionBy, columns } = definition;
  const change = (kind: TableChange['kind'], detail: string): TableChange => ({ series, kind, detail });
  const drift = new Map<string, TableChange>();
  const note = (what: string, expected: unknown, found: unknown) =>
    drift.set(what, change('drift', `${what}: expected ${expected}, found ${found}`));
  for (const column of fieldColumns(definition)) {
    for (const field of fieldsOf(column)) {
      const expected = field === `${column.name}_n` ? 'integer' : FIELD_TYPES[column.type];
      const found = stored.get(field) ?? [];
      if (found.some((type) => type !== expected)) note(column.name, `a field ${field} of ${expected}`, found);
    }
  }
  if (entry === undefined) {
    return drift.size > 0 ? [...drift.values()] : [change('create', `a measurement of ${columns.length} columns`)];
  }
  if (String(entry.key) !== String(key)) note('the key', key, entry.key);
  if (entry.partitionBy !== partitionBy) note('the partition', partitionBy, entry.partitionBy);
  const added: TableChange[] = [];
  for (const column of columns) {
    const known = entry.columns[column.name];
    if (known && known.type !== typeName(column)) note(column.name, typeName(column), known.type);
    if (known) continue;
    if (column.optional || stored.size === 0) added.push(change('add-column', `${column.name} ${typeName(column)}`));
    else note(column.name, 'rows with this required column', 'rows without it');
  }
  return [...drift.values(), ...added];
}

/** The types of each field that the rows of a series have. */
async function storedFields(client: InfluxClient, series: readonly SeriesDefinition[]) {
  const stored = series.map(() => new Map<string, string[]>());
  if (series.length === 0) return stored;
  const text = series
    .map(({ name, partitionBy }) => `SHOW FIELD KEYS FROM ${quoteName(partitionBy)}.${quoteName(name)}`)
    .join(';');
  await client.query({ text }, ({ statement, values }) => {
    for (const [field, type] of values) {
      const types = stored[statement]?.get(String(field)) ?? [];
      stored[statement]?.set(String(field), [...types, String(type)]);
    }
  });
  return stored;
}
