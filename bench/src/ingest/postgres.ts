import pg from 'pg';
import { significant } from '../bench.ts';
import { copyTicks } from './copy-ticks.ts';
import type { IngestDatabase } from './ingest-database.ts';

/** PostgreSQL as the time-series database; its own loader is COPY. */
export function postgresDatabase(): IngestDatabase {
  return {
    name: 'postgres',
    ticks: 400_000,
    env: () => ({}),
    count: countTicks,
    async yardstick(url, ticks) {
      const binary = await copyTicks(url, ticks, 'binary');
      const text = await copyTicks(url, ticks, 'text');
      const name = 'COPY of the same rows, binary, into an identical table';
      return { name, perSecond: binary, details: { textCopyPerSecond: significant(text) } };
    },
    close: () => Promise.resolve(),
  };
}

async function countTicks(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ found: boolean }>(
      "SELECT to_regclass('market.ticks') IS NOT NULL AS found",
    );
    if (!tables[0]?.found) return 0;
    const { rows } = await client.query<{ count: string }>('SELECT count(*) FROM market.ticks');
    return Number(rows[0]?.count);
  } finally {
    await client.end();
  }
}
