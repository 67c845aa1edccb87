import type { SeriesDefinition } from '../time-series-store.ts';
import type { InfluxClient } from './influx-client.ts';
import { type InfluxSeries, influxSeries } from './influx-series.ts';
import { planSeries } from './plan-series.ts';
import { prepareDatabase } from './retention-policies.ts';
import { bitsOf, type CatalogEntry, extended, readCatalog, writeCatalog } from './series-catalog.ts';

const MAX_TRIES = 5;

/**
 * Brings the database in line with the definitions.
 *
 * @throws Error naming series and column where one has drifted
 */
export async function prepareSeries(
  client: InfluxClient,
  series: readonly SeriesDefinition[],
): Promise<InfluxSeries[]> {
  const drifted = (await planSeries(client, series)).filter(({ kind }) => kind === 'drift');
  if (drifted.length > 0)
    throw new Error(drifted.map(({ series, detail }) => `series ${series}: ${detail}`).join('; '));
  await prepareDatabase(client);
  const catalog = await extendCatalog(client, series);
  return series.map((definition) => {
    const entry = extended(catalog.get(definition.name), definition);
    return influxSeries(definition, bitsOf(entry));
  });
}

/** What was written is read again: of two clients that add columns at once, one finds that its own are missing. */
async function extendCatalog(
  client: InfluxClient,
  series: readonly SeriesDefinition[],
): Promise<Map<string, CatalogEntry>> {
  for (let triesLeft = MAX_TRIES; triesLeft > 0; triesLeft--) {
    const catalog = await readCatalog(
      client,
      series.map(({ name }) => name),
    );
    const changed = new Map<string, CatalogEntry>();
    for (const definition of series) {
      const entry = changed.get(definition.name) ?? catalog.get(definition.name);
      const longer = extended(entry, definition);
      if (longer !== entry) changed.set(definition.name, longer);
    }
    if (changed.size === 0) return catalog;
    await writeCatalog(client, changed);
  }
  throw new Error('expected to be the only one who adds columns, others did so at the same time');
}
