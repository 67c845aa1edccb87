import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { inspectProcess } from '../src/leftover.ts';
import { type PostgresServer, startPostgres } from '../src/postgres.ts';

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

describe('a PostgreSQL of our own', () => {
  let dataDir = '';
  let server: PostgresServer | undefined;
  // The directory is closed to every other account, as a checkout in /root would be. One cluster serves all tests.
  beforeAll(() => {
    dataDir = join(mkdtempSync(join(tmpdir(), 'quotefleet-pg-')), 'postgres');
  });
  afterEach(async () => {
    await server?.stop();
    server = undefined;
  }, START_TIMEOUT_MS);
  afterAll(() => rmSync(join(dataDir, '..'), { recursive: true, force: true }));

  const start = async (port?: number) => {
    server = await startPostgres({ dataDir, persistent: true, database: 'quotefleet', ...(port ? { port } : {}) });
    return server;
  };

  it(
    'is UTF-8 in locale C, safe on disk, and keeps its password to its owner',
    async () => {
      const { url, port } = await start();
      const [settings] = await query(
        url,
        `SELECT current_database() AS database, current_setting('server_encoding') AS encoding, current_setting('fsync') AS fsync,
                current_setting('max_connections') AS connections, current_setting('listen_addresses') AS listens, datcollate AS locale
         FROM pg_database WHERE datname = current_database()`,
      );
      expect(settings).toEqual({
        database: 'quotefleet',
        encoding: 'UTF8',
        fsync: 'on',
        connections: '200',
        listens: '127.0.0.1',
        locale: 'C',
      });
      expect(statSync(join(dataDir, 'password')).mode & 0o777).toBe(0o600);
      const wrong = query(`postgres://postgres:wrong@127.0.0.1:${port}/quotefleet`, 'SELECT 1');
      await expect(wrong).rejects.toThrow('password authentication failed');
    },
    START_TIMEOUT_MS,
  );

  it(
    'keeps its data and password over an orderly stop and over kill -9',
    async () => {
      const first = await start();
      await query(first.url, 'CREATE TABLE kept AS SELECT 1 AS one');
      await first.stop();
      const second = await start(first.port);
      expect(second.url).toBe(first.url);
      await query(second.url, 'INSERT INTO kept VALUES (2)');
      await second.kill();
      const third = await start();
      expect(await query(third.url, 'SELECT one FROM kept ORDER BY one')).toEqual([{ one: 1 }, { one: 2 }]);
    },
    START_TIMEOUT_MS,
  );

  it(
    'removes the data of a run that asked for none to stay',
    async () => {
      const passing = join(dataDir, '..', 'passing');
      server = await startPostgres({ dataDir: passing, persistent: false });
      expect(await query(server.url, 'SHOW fsync')).toEqual([{ fsync: 'off' }]);
      await server.stop();
      expect(existsSync(passing)).toBe(false);
    },
    START_TIMEOUT_MS,
  );

  it(
    'refuses a directory that a living instance uses, and leaves that instance alone',
    async () => {
      const { url } = await start();
      const second = startPostgres({ dataDir, persistent: true });
      await expect(second).rejects.toThrow(`in use by another instance (process ${process.pid})`);
      expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    },
    START_TIMEOUT_MS,
  );

  it(
    'stops the server that a killed run left over',
    async () => {
      const { pid } = await start();
      // As after a SIGKILL of the owner: the server runs, its owner is no more.
      writeFileSync(join(dataDir, 'owner.pid'), `${pid} 999999999\n`);
      const next = await start();
      expect(inspectProcess(pid)).toBeUndefined();
      expect(await query(next.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    },
    START_TIMEOUT_MS,
  );

  it(
    'starts over a stale pid file whose number is now another program',
    async () => {
      await (await start()).stop();
      const stranger = spawn('sleep', ['60']);
      const pidFile = join(dataDir, 'data', 'postmaster.pid');
      writeFileSync(pidFile, `${stranger.pid}\n${join(dataDir, 'data')}\n`);
      const strangerLives = start().then(() => inspectProcess(stranger.pid ?? 0)?.command === 'sleep 60');
      expect(await strangerLives.finally(() => stranger.kill())).toBe(true);
      expect(readFileSync(pidFile, 'utf8')).toMatch(new RegExp(`^${server?.pid}\n`));
    },
    START_TIMEOUT_MS,
  );

  it('refuses a busy port in one sentence', async () => {
    const listener = createServer().listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const address = listener.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    const refusal = `PostgreSQL cannot listen on port ${port}: it is already in use`;
    await expect(start(port).finally(() => listener.close())).rejects.toThrow(refusal);
  });

  it('refuses a directory that holds other files', async () => {
    const documents = join(dataDir, '..', 'documents');
    mkdirSync(documents);
    writeFileSync(join(documents, 'thesis.doc'), '');
    await expect(startPostgres({ dataDir: documents, persistent: true })).rejects.toThrow('found thesis.doc in it');
  });
});
