import type { TableRegistry } from '@quotefleet/tables';
import { type DataManager, type OpenDataOptions, openData } from '../src/index.ts';

/** A manager of one PostgreSQL, with few connections. */
export function openOwn(url: string, registry: TableRegistry, options: Partial<OpenDataOptions> = {}): DataManager {
  const timeSeries = { driver: 'postgres', url } as const;
  return openData({ registry, databaseUrl: url, timeSeries, schema: 'own', pool: { max: 3 }, ...options });
}
