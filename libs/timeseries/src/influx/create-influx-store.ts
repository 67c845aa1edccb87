import { extractByReads } from '../extract-by-reads.ts';
import type { SeriesDefinition, TimeSeriesStore } from '../time-series-store.ts';
import { downsample } from './downsample.ts';
import { InfluxClient } from './influx-client.ts';
import type { InfluxSeries } from './influx-series.ts';
import { findSpan, listSymbols } from './inventory.ts';
import { latestRows } from './latest-rows.ts';
import { planSeries } from './plan-series.ts';
import { prepareSeries } from './prepare-series.ts';
import { removeRows, retireRows } from './remove-rows.ts';
import { readRows } from './row-reader.ts';
import { RowWriter } from './row-writer.ts';
import type { TagsOf } from './symbol-tags.ts';

export interface InfluxStoreOptions {
  /** `http://user:password@host:port` of an InfluxDB 1.x; user and password where it asks for them. */
  url: string;
  /** Made when it does not exist, which needs an administrator's account. */
  database: string;
  /** Values of a definition's `tags` for a symbol. Those of a symbol's first row stay its tags. */
  tagsOf?: TagsOf;
  /** Longest wait for an answer to begin or go on, ms; 30 s where absent. */
  timeoutMs?: number;
  logger?: { warn(fields: object, message: string): void };
}

const TIMEOUT_MS = 30_000;

/**
 * A time-series store on InfluxDB 1.x by its v1 API: a measurement per series, tagged by symbol. Times are those of the
 * years 1678 to 2261. Every method rejects with StoreUnavailableError when connection or server fail, and with a plain
 * error when the data or the series do. `write` counts exactly as long as no other client writes the same rows.
 */
export function createInfluxStore(options: InfluxStoreOptions): TimeSeriesStore {
  const { url, database, tagsOf = () => undefined, timeoutMs = TIMEOUT_MS, logger } = options;
  const onConnectionError = (err: Error) => logger?.warn({ err }, 'connection to InfluxDB failed');
  const client = new InfluxClient({ url, database, timeoutMs, onConnectionError });
  const prepared = new Map<string, { series: InfluxSeries; writer: RowWriter }>();

  function known(name: string): { series: InfluxSeries; writer: RowWriter } {
    const found = prepared.get(name);
    if (!found) throw new Error(`expected a series that was prepared (${[...prepared.keys()]}), was '${name}'`);
    return found;
  }

  async function prepare(definitions: readonly SeriesDefinition[]): Promise<void> {
    for (const series of await prepareSeries(client, definitions)) {
      prepared.set(series.definition.name, { series, writer: new RowWriter(client, series, tagsOf) });
    }
  }

  return {
    plan: (definitions) => planSeries(client, definitions),
    prepare,
    write: async (name, rows) => known(name).writer.write(rows),
    append: async (name, rows) => known(name).writer.append(rows),
    read: async (name, query) => readRows(client, known(name).series, query),
    async *extract(name, query) {
      const { series } = known(name);
      yield* extractByReads(series.definition, (page) => readRows(client, series, page), query);
    },
    latest: async (name, symbols) => latestRows(client, known(name).series, symbols),
    downsample: async (name, query) => downsample(client, known(name).series, query),
    symbols: async (name) => listSymbols(client, known(name).series),
    span: async (name, symbol) => findSpan(client, known(name).series, symbol),
    remove: async (name, range) => removeRows(client, known(name).series, range),
    retire: (now) =>
      retireRows(
        client,
        [...prepared.values()].map(({ series }) => series),
        now,
      ),
    check: () => client.query({ text: 'SHOW DATABASES' }, () => undefined),
    close: () => client.close(),
  };
}
