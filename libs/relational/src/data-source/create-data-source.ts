import pg from 'pg';
import { DataSource, type EntitySchema, type MigrationInterface } from 'typeorm';
import { poolConfig } from '../pg/create-pool.ts';
import { ManagedPool } from '../pg/managed-pool.ts';
import type { PoolOptions } from '../pg/pool-options.ts';

/** A migration class. Its name ends in the time it was written, 13 digits of ms: they are run in that order. */
export type MigrationClass = new () => MigrationInterface;

export interface CreateDataSourceOptions {
  /** `postgres://user:password@host:port/database`. */
  url: string;
  /** The service's own: entities, migrations and unqualified names in SQL are looked for in it. */
  schema: string;
  // EntitySchema is invariant in its entity, so a list of different ones has no narrower type.
  entities: readonly EntitySchema[];
  migrations: readonly MigrationClass[];
  /** Most connections at a time, short for that `pool.max` and no overflow. */
  poolMax?: number | undefined;
  pool?: PoolOptions | undefined;
}

const SCHEMA_NAME = /^[a-z][a-z0-9_]{0,62}$/;

/** A data source that is not connected yet: see `initialize`. bigint columns come back as numbers. */
export function createDataSource(options: CreateDataSourceOptions): DataSource {
  const { url, schema, entities, migrations, poolMax, pool } = options;
  if (!SCHEMA_NAME.test(schema)) throw new TypeError(`expected a lower-case schema name, was '${schema}'`);
  return new DataSource({
    type: 'postgres',
    // TypeORM makes its pool by this module's class of that name.
    driver: { ...pg, Pool: ManagedPool },
    url,
    schema,
    entities: [...entities],
    migrations: [...migrations],
    migrationsTableName: 'migrations',
    synchronize: false,
    installExtensions: false,
    // gen_random_uuid() is built in, uuid_generate_v4() is not.
    uuidExtension: 'pgcrypto',
    // The default prints failed migrations to stdout, between the lines of JSON.
    logger: 'debug',
    ...(pool?.onIdleError && { poolErrorHandler: pool.onIdleError }),
    extra: {
      ...poolConfig({ applicationName: `quotefleet-${schema}`, poolMax, ...pool }),
      options: `-c search_path=${schema},public`,
    },
  });
}
