import { afterAll, beforeAll } from '@jest/globals';
import pg from 'pg';
import { uniqueName } from './unique-name.ts';

/** A database that one test or one test file has to itself. */
export interface TestDatabase {
  url: string;
  /** Ends its connections and removes it. */
  drop(): Promise<void>;
}

export interface PostgresHandle {
  /** A superuser's URL of the server's own database: make your own with `createDatabase`. */
  readonly url: string;
  /** A new empty database (UTF-8, locale C where the server is ours). */
  createDatabase(name?: string): Promise<TestDatabase>;
}

export function postgresHandle(url: () => string): PostgresHandle {
  return {
    get url() {
      return url();
    },
    async createDatabase(name = uniqueName('test')) {
      const quoted = pg.escapeIdentifier(name);
      await execute(url(), `CREATE DATABASE ${quoted}`);
      const own = new URL(url());
      own.pathname = `/${encodeURIComponent(name)}`;
      return { url: own.href, drop: () => execute(url(), `DROP DATABASE IF EXISTS ${quoted} WITH (FORCE)`) };
    },
  };
}

/**
 * Called in the body of a `describeWith('postgres', ...)` block: a database made before its tests and dropped after
 * them. `url` has its value inside hooks and tests.
 */
export function isolatedDatabase(servers: { postgres: PostgresHandle }): { readonly url: string } {
  let database: TestDatabase | undefined;
  beforeAll(async () => {
    database = await servers.postgres.createDatabase();
  });
  afterAll(() => database?.drop());
  return {
    get url() {
      if (database) return database.url;
      throw new Error('the URL of an isolated database is known inside hooks and tests only');
    },
  };
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
