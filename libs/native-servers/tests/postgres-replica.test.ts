import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { type PostgresServer, startPostgres } from '../src/postgres.ts';
import { startPostgresReplica } from '../src/postgres-replica.ts';

const START_TIMEOUT_MS = 60_000;

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

describe('a replica of our PostgreSQL', () => {
  let directory = '';
  let primary: PostgresServer;
  let replica: PostgresServer;

  const startReplica = (port?: number) =>
    startPostgresReplica({ primary, dataDir: join(directory, 'replica'), ...(port ? { port } : {}) });
  const untilReplicaSees = async (count: number) => {
    for (let tries = 0; tries < 200; tries++) {
      const [row] = await query(replica.url, 'SELECT count(*)::int AS count FROM ticks');
      if (row?.count === count) return;
      await sleep(50);
    }
    throw new Error(`expected ${count} rows on the replica within 10 s`);
  };

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'quotefleet-replica-'));
    primary = await startPostgres({ dataDir: join(directory, 'primary'), persistent: false, database: 'quotefleet' });
    await query(primary.url, 'CREATE TABLE ticks AS SELECT generate_series(1, 50000) AS id');
    replica = await startReplica();
  }, START_TIMEOUT_MS);
  afterAll(async () => {
    await replica?.stop();
    await primary?.stop();
    rmSync(directory, { recursive: true, force: true });
  }, START_TIMEOUT_MS);

  it('has what was there, receives what comes, and refuses writes', async () => {
    await query(primary.url, 'INSERT INTO ticks VALUES (50001)');
    await untilReplicaSees(50_001);
    await expect(query(replica.url, 'INSERT INTO ticks VALUES (0)')).rejects.toThrow('read-only transaction');
    expect(await query(primary.url, 'SELECT state FROM pg_stat_replication')).toEqual([{ state: 'streaming' }]);
  });

  it(
    'catches up with what happened while it was dead',
    async () => {
      await replica.kill();
      await query(primary.url, 'INSERT INTO ticks SELECT generate_series(1, 10000)');
      replica = await startReplica(replica.port);
      await untilReplicaSees(60_001);
    },
    START_TIMEOUT_MS,
  );

  it('leaves neither data nor a slot that would hold the WAL of the primary', async () => {
    await replica.stop();
    expect(existsSync(join(directory, 'replica'))).toBe(false);
    expect(await query(primary.url, 'SELECT slot_name FROM pg_replication_slots')).toEqual([]);
  });
});
