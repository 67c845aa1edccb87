import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from '@jest/globals';
import { type InfluxServer, startInflux } from '../src/influx.ts';
import { describeNative } from './describe-native.ts';

const START_TIMEOUT_MS = 60_000;

describeNative('influx', 'an InfluxDB of our own', () => {
  let server: InfluxServer | undefined;
  let dir: string | undefined;
  afterEach(async () => {
    await server?.stop();
    if (dir !== undefined) rmSync(dir, { recursive: true, force: true });
    dir = undefined;
  }, START_TIMEOUT_MS);

  /** Asks as the user of the URL, which fetch itself refuses. */
  async function ask(url: string, q: string): Promise<{ status: number; text: string }> {
    const target = new URL('/query', url);
    const authorization = `Basic ${btoa(`${decodeURIComponent(target.username)}:${decodeURIComponent(target.password)}`)}`;
    const headers: Record<string, string> = target.username === '' ? {} : { authorization };
    target.username = '';
    target.password = '';
    const response = await fetch(target, { method: 'POST', body: new URLSearchParams({ q }), headers });
    return { status: response.status, text: await response.text() };
  }

  it(
    'leaves nothing behind without a directory',
    async () => {
      const ours = () => readdirSync(tmpdir()).filter((name) => name.startsWith('quotefleet-influx-'));
      const before = ours();
      server = await startInflux();
      expect(await ask(server.url, 'CREATE DATABASE market')).toMatchObject({ status: 200 });
      const [made] = ours().filter((name) => !before.includes(name));
      await server.stop();
      expect(existsSync(join(tmpdir(), made ?? 'none was made'))).toBe(false);
    },
    START_TIMEOUT_MS,
  );

  it(
    'asks for its password, and keeps it and what it had acknowledged over kill -9',
    async () => {
      dir = mkdtempSync(join(tmpdir(), 'quotefleet-influx-test-'));
      const auth = { user: 'quote "fleet"', password: "pass'w/o:rd@" };
      server = await startInflux({ dir, auth });
      await ask(server.url, 'CREATE DATABASE market');
      await server.kill();
      server = await startInflux({ dir, auth, port: server.port });
      expect((await ask(server.url, 'SHOW DATABASES')).text).toContain('[["market"]]');
      expect(await ask(`http://127.0.0.1:${server.port}`, 'SHOW DATABASES')).toMatchObject({ status: 401 });
      await expect(startInflux({ dir })).rejects.toThrow('the InfluxDB data directory is in use by another instance');
    },
    START_TIMEOUT_MS,
  );
});
