import type { DataSource } from 'typeorm';
import { ManagedPool } from '../pg/managed-pool.ts';

/**
 * The pool of an initialized data source made by `createDataSource`: for its statistics, and for SQL that TypeORM has
 * no words for.
 */
export function dataSourcePool(dataSource: DataSource): ManagedPool {
  const { master } = dataSource.driver as { master?: unknown };
  if (master instanceof ManagedPool) return master;
  throw new TypeError('expected an initialized data source of createDataSource');
}
