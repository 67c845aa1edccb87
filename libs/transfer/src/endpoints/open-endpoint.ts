import { openTimeSeries, seriesDefinition } from '@quotefleet/data';
import type { TableDefinition } from '@quotefleet/tables';
import { StoreUnavailableError, type TimeSeriesStore } from '@quotefleet/timeseries';
import type { SourceMapping } from '../mysql/mapping.ts';
import { openMysqlSource } from '../mysql/mysql-source.ts';
import type { RowSource } from '../row-source.ts';
import { TransferError } from '../transfer-error.ts';
import type { Endpoint } from './parse-endpoint.ts';

/**
 * Opens where rows come from; nothing is made there.
 * @throws TransferError where it has not the tables; StoreUnavailableError where it cannot be reached
 */
export async function openSource(
  endpoint: Endpoint,
  tables: readonly TableDefinition[],
  mapping: SourceMapping | undefined,
): Promise<RowSource> {
  if (endpoint.kind === 'mysql') return openMysqlSource({ url: endpoint.url, tables, mapping });
  const store = openStore(endpoint);
  try {
    const series = tables.map(seriesDefinition);
    const missing = (await store.plan(series)).find(({ kind }) => kind === 'create');
    if (missing) throw new TransferError(`${endpoint.label} has no table ${missing.series}`);
    await prepare(store, endpoint, tables);
    return store;
  } catch (error) {
    await store.close();
    throw asSentence(endpoint, error);
  }
}

/** Opens where rows go to, making the tables that are missing there. */
export async function openTarget(endpoint: Endpoint, tables: readonly TableDefinition[]): Promise<TimeSeriesStore> {
  if (endpoint.kind === 'mysql')
    throw new TransferError(
      `${endpoint.label} can only be moved from: expected tsdb, db, postgres, tdengine or influx`,
    );
  const store = openStore(endpoint);
  try {
    await prepare(store, endpoint, tables);
    return store;
  } catch (error) {
    await store.close();
    throw asSentence(endpoint, error);
  }
}

function openStore({ driver, url, name }: Extract<Endpoint, { kind: 'store' }>): TimeSeriesStore {
  return openTimeSeries({ driver, url }, name);
}

async function prepare(store: TimeSeriesStore, { label }: Endpoint, tables: readonly TableDefinition[]): Promise<void> {
  const series = tables.map(seriesDefinition);
  const drift = (await store.plan(series)).find(({ kind }) => kind === 'drift');
  if (drift) throw new TransferError(`${label}: ${drift.series} has another form there: ${drift.detail}`);
  await store.prepare(series);
}

/** What a server answers when it is asked for its tables is about the address, the account or the tables. */
function asSentence({ label }: Endpoint, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof TransferError || error instanceof StoreUnavailableError)
    return error;
  return new TransferError(`${label} cannot be used: ${error.message}`, { cause: error });
}
