import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { findNative } from './find-native.ts';
import { assertPortFree, freePort } from './free-port.ts';
import { endProcess, inspectProcess, stopLeftover } from './leftover.ts';
import { prepareCluster } from './postgres-cluster.ts';
import { postgresAccount } from './privileges.ts';
import { launch, type ServerProcess } from './server-process.ts';

export interface PostgresOptions {
  /** Holds the cluster (`data/`) and the generated password; made when it does not exist. */
  dataDir: string;
  port?: number;
  /** Created when it does not exist; `postgres` unless named. */
  database?: string;
  /** `true` keeps the data and syncs it to disk; `false` is for tests: no syncing, and `stop` deletes the data. */
  persistent: boolean;
  log?: (line: string) => void;
}

export interface PostgresServer extends ServerProcess {
  /** With user, password and database. */
  url: string;
  port: number;
}

export const LEFTOVER = { name: 'PostgreSQL', signal: 'SIGINT' } as const;
export const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '128MB',
  timezone: 'UTC',
  log_timezone: 'UTC',
};
export const UNSAFE_BUT_FAST = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/** Starts a PostgreSQL of its own on loopback, on a new data directory or on that of an earlier start. */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const found = findNative();
  if (!found.postgres) throw new Error(found.missing.postgres);
  const home = resolve(options.dataDir);
  const data = join(home, 'data');
  const ownerFile = join(home, 'owner.pid');
  const account = postgresAccount();
  await stopLeftover(ownerFile, { ...LEFTOVER, mark: data });
  await clearPostmasterPid(data);
  const password = await prepareCluster({
    home,
    data,
    account,
    sync: options.persistent,
    initdb: found.postgres.initdb,
  });
  const port = options.port ?? (await freePort());
  await assertPortFree(port, 'PostgreSQL');
  const settings = Object.entries({ ...SETTINGS, ...(options.persistent ? {} : UNSAFE_BUT_FAST) });
  const server = await launchWhenMemoryIsFree({
    name: 'PostgreSQL',
    command: found.postgres.postgres,
    args: ['-D', data, '-p', String(port), ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    cwd: home,
    account,
    ownerFile,
    isReady: (line) => line.includes('database system is ready to accept connections'),
    readyTimeoutMs: 120_000,
    stopSignal: LEFTOVER.signal,
    log: options.log,
  });
  const url = (database: string) => `postgres://postgres:${password}@127.0.0.1:${port}/${database}`;
  const database = options.database ?? 'postgres';
  try {
    await ensureDatabase(url('postgres'), database);
  } catch (error) {
    await server.stop();
    throw error;
  }
  const stop = async () => {
    await server.stop();
    if (!options.persistent) rmSync(home, { recursive: true, force: true });
  };
  return { ...server, stop, url: url(database), port };
}

/**
 * A postmaster started by other means on this directory is stopped. A pid file whose number now belongs to another
 * program would stop the start, so it goes; that of a dead process stays, for PostgreSQL itself checks by it that no
 * backend of the dead one still writes.
 */
export async function clearPostmasterPid(data: string): Promise<void> {
  const file = join(data, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
  await endProcess(pid, { ...LEFTOVER, mark: data });
  if (inspectProcess(pid)) rmSync(file, { force: true });
}

/** After a kill -9 the backends need a moment to notice; until then PostgreSQL refuses the directory. */
export async function launchWhenMemoryIsFree(spec: Parameters<typeof launch>[0]): Promise<ServerProcess> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await launch(spec);
    } catch (error) {
      const busy = error instanceof Error && error.message.includes('shared memory block');
      if (!busy || attempt === 40) throw error;
      await sleep(250);
    }
  }
}

async function ensureDatabase(url: string, database: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const known = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
    if (known.rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(database)}`);
  } finally {
    await client.end();
  }
}
