import { chownSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import pg from 'pg';
import { findNative } from './find-native.ts';
import { assertPortFree, freePort } from './free-port.ts';
import { stopLeftover } from './leftover.ts';
import {
  clearPostmasterPid,
  LEFTOVER,
  launchWhenMemoryIsFree,
  type PostgresServer,
  SETTINGS,
  UNSAFE_BUT_FAST,
} from './postgres.ts';
import { copyCluster } from './postgres-replica-copy.ts';
import { type Account, postgresAccount } from './privileges.ts';

export interface PostgresReplicaOptions {
  /** A server of this machine that `startPostgres` started. */
  primary: Pick<PostgresServer, 'url'>;
  /** Holds the copy of the cluster. A replica that was killed goes on where it was when started on it again. */
  dataDir: string;
  port?: number;
  log?: (line: string) => void;
}

/** A standby needs no safety of its own (its data can be copied again), but must find its primary soon after a break. */
const STANDBY_SETTINGS = { hot_standby_feedback: 'on', wal_retrieve_retry_interval: '200ms' };

/**
 * Starts a streaming replica on loopback that answers read-only queries. The primary keeps, in a slot, the WAL that a
 * killed replica has not received; `stop` removes the replica's data and the slot.
 */
export async function startPostgresReplica(options: PostgresReplicaOptions): Promise<PostgresServer> {
  const found = findNative();
  if (!found.postgres) throw new Error(found.missing.postgres);
  const home = resolve(options.dataDir);
  const data = join(home, 'data');
  const ownerFile = join(home, 'owner.pid');
  const account = postgresAccount();
  const slot = `replica_${basename(home)}`.toLowerCase().replaceAll(/[^a-z0-9_]/g, '_');
  await stopLeftover(ownerFile, { ...LEFTOVER, mark: data });
  if (existsSync(data)) await clearPostmasterPid(data);
  else await buildStandby({ primaryUrl: options.primary.url, home, data, account, slot });
  writeConnection({ primaryUrl: options.primary.url, data, account, slot });
  const port = options.port ?? (await freePort());
  await assertPortFree(port, 'PostgreSQL');
  const settings = Object.entries({ ...SETTINGS, ...UNSAFE_BUT_FAST, ...STANDBY_SETTINGS });
  const server = await launchWhenMemoryIsFree({
    name: 'PostgreSQL replica',
    command: found.postgres.postgres,
    args: ['-D', data, '-p', String(port), ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    cwd: home,
    account,
    ownerFile,
    isReady: (line) => line.includes('database system is ready to accept read-only connections'),
    readyTimeoutMs: 120_000,
    stopSignal: LEFTOVER.signal,
    log: options.log,
  });
  const stop = async () => {
    await server.stop();
    rmSync(home, { recursive: true, force: true });
    await dropSlot(options.primary.url, slot);
  };
  const url = new URL(options.primary.url);
  url.port = String(port);
  return { ...server, stop, url: url.href, port };
}

interface Standby {
  primaryUrl: string;
  home: string;
  data: string;
  account: Account | undefined;
  slot: string;
}

async function buildStandby({ primaryUrl, home, data, account, slot }: Standby): Promise<void> {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  if (account) chownSync(home, account.uid, account.gid);
  await execute(
    primaryUrl,
    `SELECT pg_create_physical_replication_slot($1, true)
     WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = $1)`,
    [slot],
  );
  await copyCluster(primaryUrl, data, account);
}

/** In a file of the server's account: on the command line everybody could read the password. */
function writeConnection({ primaryUrl, data, account, slot }: Omit<Standby, 'home'>): void {
  const { hostname, port, username, password } = new URL(primaryUrl);
  const connection = `host=${hostname} port=${port} user=${username} password=${decodeURIComponent(password)}`;
  const file = join(data, 'postgresql.auto.conf');
  writeFileSync(file, `primary_conninfo = '${connection}'\nprimary_slot_name = '${slot}'\n`, { mode: 0o600 });
  if (account) chownSync(file, account.uid, account.gid);
}

/** A primary that is gone has taken its slots with it, or keeps this one for the next replica of that name. */
async function dropSlot(primaryUrl: string, slot: string): Promise<void> {
  try {
    // Its sender needs a moment to notice that the replica has ended.
    const slots = 'FROM pg_replication_slots WHERE slot_name = $1';
    await execute(primaryUrl, `SELECT pg_terminate_backend(active_pid, 5000) ${slots} AND active`, [slot]);
    await execute(primaryUrl, `SELECT pg_drop_replication_slot(slot_name) ${slots}`, [slot]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ECONNREFUSED') throw error;
  }
}

async function execute(url: string, text: string, values: unknown[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(text, values);
  } finally {
    await client.end();
  }
}
