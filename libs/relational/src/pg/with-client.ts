import type { Pool, PoolClient } from 'pg';
import { isUnavailable } from './unavailable.ts';

/** Runs `work` on one connection of the pool. */
export async function withClient<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let isBroken = false;
  // Without a listener a connection lost between two queries would end the process.
  const onError = () => {
    isBroken = true;
  };
  client.on('error', onError);
  try {
    return await work(client);
  } catch (error) {
    // Its state is unknown now: the pool closes it, and the server rolls back what it had open.
    isBroken ||= isUnavailable(error);
    throw error;
  } finally {
    client.release(isBroken);
    client.removeListener('error', onError);
  }
}

/** Runs `work` in one transaction: committed when it resolves, rolled back when it throws. */
export function withTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  return withClient(pool, async (client) => {
    await client.query('BEGIN');
    try {
      const result = await work(client);
      await client.query('COMMIT');
      return result;
    } catch (error) {
      if (!isUnavailable(error)) await client.query('ROLLBACK');
      throw error;
    }
  });
}

/**
 * Holds a lock of that name, for all sessions of this database, until the transaction ends. What its last holder made is
 * seen then.
 */
export async function lockForTransaction(client: PoolClient, name: string): Promise<void> {
  await client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [name]);
  await client.query(REFRESH_CATALOG);
}

/**
 * Reads nothing, but opens a relation, upon which a session learns what others made or dropped meanwhile. Waiting for an
 * advisory lock does not do that: a table found missing before would stay missing to to_regclass() and IF NOT EXISTS.
 */
export const REFRESH_CATALOG = 'SELECT FROM pg_class LIMIT 0';
