import { createPool, type PoolOptions, withClient } from '@quotefleet/relational/pg';
import type { Pool, PoolClient } from 'pg';

/** Where a store writes, and where it reads what it wrote. */
export interface PostgresConnections {
  primary: Pool;
  /** Runs work that only reads, and may be repeated, where all is that was written through these connections. */
  read<T>(work: (client: PoolClient) => Promise<T>): Promise<T>;
  /** To be told after each write. */
  wrote(): Promise<void>;
}

interface OwnConnectionsOptions extends PoolOptions {
  url: string;
  schema: string;
  poolMax?: number | undefined;
}

/** A pool of one server. */
export function ownConnections({ schema, poolMax, ...options }: OwnConnectionsOptions): PostgresConnections {
  const primary = createPool({ ...options, applicationName: `quotefleet-${schema}`, ...(poolMax && { poolMax }) });
  return { primary, read: (work) => withClient(primary, work), wrote: () => Promise.resolve() };
}
