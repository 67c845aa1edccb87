import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type PostgresServer, startPostgres, startPostgresReplica } from '@quotefleet/native-servers';
import { waitUntil } from '@quotefleet/testing';
import type { DataManager } from '../src/index.ts';
import { openOwn } from './open-own.ts';
import { ownRegistry } from './own-registry.ts';
import { onDatabase, tablesIn } from './tables-in.ts';
import { logOf } from './test-log.ts';

jest.setTimeout(60_000);

const START_TIMEOUT_MS = 120_000;
const registry = ownRegistry(`
  notes:
    class: meta
    description: Notes
    target: relational
    owner: market-data
    key: [name]
    columns: { name: text, no: bigint }
  prices:
    class: market
    description: Prices
    target: relational
    owner: market-data
    key: [symbol, ts]
    partition: year
    columns: { symbol: text, ts: timestamp, close: double }
`);

describe('a data manager with a streaming replica', () => {
  const directory = mkdtempSync(join(tmpdir(), 'quotefleet-replica-'));
  const log = logOf();
  let primary: PostgresServer;
  let replica: PostgresServer;
  let writer: DataManager;
  let reader: DataManager;

  const open = () => openOwn(primary.url, registry, { replicaUrls: [replica.url], logger: log });
  const load = async (data: DataManager, name: string) => data.load('notes', { where: { name }, limit: 5 });
  const isHealthy = (data: DataManager) => async () => data.poolStats().replicas[0]?.healthy === true;

  async function pauseReplay(): Promise<void> {
    await onDatabase(replica.url, 'SELECT pg_wal_replay_pause()');
    await waitUntil(async () => {
      const { rows } = await onDatabase(replica.url, 'SELECT pg_get_wal_replay_pause_state() AS state');
      return rows[0]?.state === 'paused';
    });
  }

  beforeAll(async () => {
    primary = await startPostgres({ dataDir: join(directory, 'primary'), persistent: false, database: 'quotefleet' });
    replica = await startPostgresReplica({ primary, dataDir: join(directory, 'replica') });
    const data = open();
    await data.prepare();
    await data.close();
    await waitUntil(async () => (await tablesIn(replica.url, 'own')).length >= 2);
  }, START_TIMEOUT_MS);
  beforeEach(async () => {
    log.clear();
    writer = open();
    reader = open();
    await Promise.all([waitUntil(isHealthy(writer)), waitUntil(isHealthy(reader))]);
  });
  afterEach(async () => {
    await onDatabase(replica.url, 'SELECT pg_wal_replay_resume()');
    await Promise.all([writer.close(), reader.close()]);
  });
  afterAll(async () => {
    await replica?.stop();
    await primary?.stop();
    rmSync(directory, { recursive: true, force: true });
  }, START_TIMEOUT_MS);

  it('loads from the replica and saves to the primary', async () => {
    await writer.save('notes', [{ name: 'a', no: 1 }]);
    await waitUntil(async () => (await load(reader, 'a')).length === 1);
    const { primary: onPrimary, replicas } = reader.poolStats();
    expect(onPrimary).toMatchObject({ reads: 0, writes: 0 });
    expect(replicas[0]?.reads).toBeGreaterThan(0);
    expect(writer.poolStats().primary.writes).toBe(1);
    expect(log.lines).toContainEqual({
      level: 'info',
      message: 'replica is read',
      fields: { replica: `127.0.0.1:${replica.port}`, state: 'healthy', reason: undefined },
    });
  });

  it('loads what it saved or removed itself, though the replica has not heard of it', async () => {
    await writer.save('notes', [{ name: 'kept', no: 1 }]);
    await waitUntil(async () => (await load(reader, 'kept')).length === 1);
    await pauseReplay();
    await writer.save('notes', [{ name: 'new', no: 2 }]);
    expect(await load(writer, 'new')).toEqual([{ name: 'new', no: 2 }]);
    expect(await load(reader, 'new')).toEqual([]);
    expect(await writer.remove('notes', { name: 'kept' })).toBe(1);
    expect(await load(writer, 'kept')).toEqual([]);
    expect(await load(reader, 'kept')).toHaveLength(1);
    expect(writer.poolStats().fallbacks).toMatchObject({ session: 2 });
  });

  it('reads series from the replica too, and what it wrote itself though the replica has not heard of it', async () => {
    await writer.prepare();
    await reader.prepare();
    const price = { symbol: '600519.SH', ts: Date.UTC(2026, 0, 5), close: 1 };
    const closes = async (data: DataManager) =>
      (await data.series.read('prices', { symbol: price.symbol, limit: 5 })).map(({ close }) => close);
    await writer.save('prices', [price]);
    const replicaReads = () => reader.poolStats().replicas[0]?.reads ?? 0;
    await waitUntil(async () => {
      const before = replicaReads();
      return (await closes(reader)).join() === '1' && replicaReads() > before;
    });
    await pauseReplay();
    await writer.series.append('prices', [{ ...price, close: 2 }]);
    expect(await closes(writer)).toEqual([2]);
    expect(await closes(reader)).toEqual([1]);
  });

  it('loads what it saved right after every save', async () => {
    for (let no = 0; no < 50; no++) {
      await writer.save('notes', [{ name: 'often', no }]);
      expect(await load(writer, 'often')).toEqual([{ name: 'often', no }]);
    }
  });

  it('warns when the replica lags by more than a second, and tells when it has caught up', async () => {
    await pauseReplay();
    await writer.save('notes', [{ name: 'late', no: 1 }]);
    const told = (text: string) => log.lines.find(({ message }) => message === text);
    await waitUntil(async () => told('replica lags') !== undefined);
    expect(told('replica lags')).toMatchObject({ level: 'warn', fields: { lagSeconds: expect.any(Number) } });
    await waitUntil(async () => (reader.poolStats().replicas[0]?.lagSeconds ?? 0) > 1);
    await onDatabase(replica.url, 'SELECT pg_wal_replay_resume()');
    await waitUntil(async () => told('replica has caught up') !== undefined);
  });

  it('loads from the primary while the replica is down, and from the replica once it is back', async () => {
    await replica.kill();
    await writer.save('notes', [{ name: 'alone', no: 1 }]);
    for (let i = 0; i < 20; i++) expect(await load(writer, 'alone')).toHaveLength(1);
    await waitUntil(async () => reader.poolStats().replicas[0]?.state === 'down');
    expect(await load(reader, 'alone')).toHaveLength(1);
    expect(log.lines).toContainEqual(expect.objectContaining({ level: 'warn', message: 'replica is not read' }));

    replica = await startPostgresReplica({ primary, dataDir: join(directory, 'replica'), port: replica.port });
    await Promise.all([waitUntil(isHealthy(writer)), waitUntil(isHealthy(reader))]);
    const before = reader.poolStats().replicas[0]?.reads ?? 0;
    expect(await load(reader, 'alone')).toHaveLength(1);
    expect(reader.poolStats().replicas[0]?.reads).toBe(before + 1);
  });
});
