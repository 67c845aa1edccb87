import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import mysql from 'mysql2/promise';
import { type MariadbServer, startMariadb } from '../src/mariadb.ts';
import { describeNative } from './describe-native.ts';

const START_TIMEOUT_MS = 60_000;

describeNative('mariadb', 'a MariaDB of our own', () => {
  let dir = '';
  let server: MariadbServer | undefined;
  // The directory is closed to every other account, as a checkout in /root would be.
  beforeAll(() => {
    dir = join(mkdtempSync(join(tmpdir(), 'quotefleet-mariadb-')), 'mariadb');
  });
  afterEach(async () => {
    await server?.stop();
    server = undefined;
  }, START_TIMEOUT_MS);
  afterAll(() => rmSync(join(dir, '..'), { recursive: true, force: true }));

  async function query(url: string, sql: string): Promise<unknown> {
    const connection = await mysql.createConnection(url);
    try {
      const [rows] = await connection.query(sql);
      return rows;
    } finally {
      await connection.end();
    }
  }

  it(
    'lets in its owner only, and speaks UTF-8 and UTC',
    async () => {
      server = await startMariadb({ dir });
      expect(
        await query(server.url, 'SELECT @@character_set_server AS charset, @@time_zone AS zone, CURRENT_USER() AS me'),
      ).toEqual([{ charset: 'utf8mb4', zone: '+00:00', me: 'root@127.0.0.1' }]);
      expect(statSync(join(dir, 'password')).mode & 0o777).toBe(0o600);
      const stranger = query(`mysql://root@127.0.0.1:${server.port}/`, 'SELECT 1');
      await expect(stranger).rejects.toThrow('Access denied');
    },
    START_TIMEOUT_MS,
  );

  it(
    'keeps what it had acknowledged and its password over kill -9',
    async () => {
      server = await startMariadb({ dir });
      await query(server.url, 'CREATE DATABASE market');
      await query(server.url, 'CREATE TABLE market.kept AS SELECT 1 AS one');
      const { url, port } = server;
      await server.kill();
      server = await startMariadb({ dir, port });
      expect(server.url).toBe(url);
      expect(await query(url, 'SELECT one FROM market.kept')).toEqual([{ one: 1 }]);
      await expect(startMariadb({ dir })).rejects.toThrow('the MariaDB data directory is in use by another instance');
    },
    START_TIMEOUT_MS,
  );
});
