import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PostgresServer, startPostgres, startPostgresReplica } from '@quotefleet/native-servers';
import { waitUntil } from '@quotefleet/testing';
import pg from 'pg';
import { createRoutedPool, type RoutedPool, type RoutedPoolOptions } from '../src/pg/index.ts';

/** A primary with a table `notes (id int, text text)`, and one streaming replica of it. */
export interface Replication {
  primary: PostgresServer;
  replica: PostgresServer;
  /** Ends it as a power cut would. */
  killReplica(): Promise<void>;
  /** Starts it again, on its data and port. */
  healReplica(): Promise<void>;
  onReplica(text: string): Promise<unknown>;
  /** From then on the replica receives WAL without replaying it. */
  pauseReplay(): Promise<void>;
  resumeReplay(): Promise<void>;
  /** A pool of the two that measures often; closed by `stop`. */
  open(options?: Partial<RoutedPoolOptions>): RoutedPool;
  closePools(): Promise<void>;
  stop(): Promise<void>;
}

export async function startReplication(): Promise<Replication> {
  const directory = mkdtempSync(join(tmpdir(), 'quotefleet-routing-'));
  const primary = await startPostgres({
    dataDir: join(directory, 'primary'),
    persistent: false,
    database: 'quotefleet',
  });
  await execute(primary.url, 'CREATE TABLE notes (id int PRIMARY KEY, text text)');
  const start = (port?: number) =>
    startPostgresReplica({ primary, dataDir: join(directory, 'replica'), ...(port ? { port } : {}) });
  let replica = await start();
  const pools: RoutedPool[] = [];
  const closePools = async () => void (await Promise.all(pools.splice(0).map((pool) => pool.close())));
  return {
    primary,
    get replica() {
      return replica;
    },
    killReplica: () => replica.kill(),
    async healReplica() {
      replica = await start(replica.port);
    },
    onReplica: (text) => execute(replica.url, text),
    async pauseReplay() {
      await execute(replica.url, 'SELECT pg_wal_replay_pause()');
      await waitUntil(async () => {
        const { rows } = await execute(replica.url, 'SELECT pg_get_wal_replay_pause_state() AS state');
        return rows[0]?.state === 'paused';
      });
    },
    async resumeReplay() {
      await execute(replica.url, 'SELECT pg_wal_replay_resume()');
    },
    open(options) {
      const pool = createRoutedPool({
        primaryUrl: primary.url,
        replicaUrls: [replica.url],
        applicationName: 'routing-test',
        max: 4,
        overflow: 4,
        pollIntervalMs: 50,
        // A busy machine is not a replica that is down.
        probeTimeoutMs: 5000,
        ...options,
      });
      pools.push(pool);
      return pool;
    },
    closePools,
    async stop() {
      await closePools();
      await replica.stop();
      await primary.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function execute(url: string, text: string): Promise<pg.QueryResult<Record<string, unknown>>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query(text);
  } finally {
    await client.end();
  }
}

/** A network between us and a server that can swallow every packet. */
export async function startNetwork(serverUrl: string) {
  const sockets = new Set<Socket>();
  let isSilent = false;
  const url = new URL(serverUrl);
  const { hostname, port } = url;
  const carry = (from: Socket, to: Socket) => {
    sockets.add(from);
    from.on('data', (data) => {
      if (!isSilent) to.write(data);
    });
    from.on('error', () => to.destroy());
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
  };
  const listener = createServer((socket) => {
    const server = connect(Number(port), hostname);
    carry(socket, server);
    carry(server, socket);
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('expected a TCP address');
  url.port = String(address.port);
  return {
    url: url.href,
    fallSilent() {
      isSilent = true;
    },
    close() {
      for (const socket of sockets) socket.destroy();
      listener.close();
    },
  };
}
