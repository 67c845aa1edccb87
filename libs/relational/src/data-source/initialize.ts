import { Client, escapeIdentifier } from 'pg';
import type { DataSource } from 'typeorm';
import { translateDatabaseErrors } from '../errors/database-unavailable-error.ts';
import { CONNECTION_TIMEOUT_MS } from '../pg/pool-options.ts';

/**
 * Connects a data source made by `createDataSource`, after its schema was made and its migrations were run. Of several
 * processes that start at once one does that, the others wait for it.
 *
 * @throws DatabaseUnavailableError when there is no server that would answer
 */
export function initialize(dataSource: DataSource): Promise<DataSource> {
  return translateDatabaseErrors(() =>
    underSchemaLock(dataSource, async () => {
      await dataSource.initialize();
      try {
        await dataSource.runMigrations({ transaction: 'each' });
      } catch (error) {
        await dataSource.destroy();
        throw error;
      }
      return dataSource;
    }),
  );
}

async function underSchemaLock<T>(dataSource: DataSource, work: () => Promise<T>): Promise<T> {
  const { url, schema } = dataSource.options as { url?: string; schema?: string };
  if (url === undefined || schema === undefined) throw new TypeError('expected a data source of createDataSource');
  const client = new Client({
    connectionString: url,
    application_name: 'quotefleet-migrations',
    connectionTimeoutMillis: CONNECTION_TIMEOUT_MS,
    keepAlive: true,
  });
  // Without a listener its loss would end the process. Migrations that run go on: each is a transaction of its own.
  client.on('error', () => undefined);
  await client.connect();
  try {
    // Held by the session: it ends with it, also when this process is killed.
    await client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [`migrations:${schema}`]);
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${escapeIdentifier(schema)}`);
    return await work();
  } finally {
    await client.end();
  }
}
