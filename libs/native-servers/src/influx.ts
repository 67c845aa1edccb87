import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { findNative } from './find-native.ts';
import { assertPortFree, freePort } from './free-port.ts';
import { influxConfig } from './influx-config.ts';
import { stopLeftover } from './leftover.ts';
import { launch, type ServerProcess } from './server-process.ts';

export interface InfluxOptions {
  /** Keeps data and settings here; without it `stop` deletes everything. */
  dir?: string;
  port?: number;
  /** The administrator's account, without which nobody gets in; with none anybody on this machine does. */
  auth?: { user: string; password: string };
  log?: (line: string) => void;
}

export interface InfluxServer extends ServerProcess {
  /** With user and password where there are any. */
  url: string;
  port: number;
}

/** Starts the machine's influxd (1.x) on loopback. A write is on disk when it is acknowledged. */
export async function startInflux(options: InfluxOptions = {}): Promise<InfluxServer> {
  const found = findNative();
  if (!found.influx) throw new Error(found.missing.influx);
  const dir = options.dir === undefined ? mkdtempSync(join(tmpdir(), 'quotefleet-influx-')) : resolve(options.dir);
  const config = join(dir, 'influxdb.conf');
  const ownerFile = join(dir, 'owner.pid');
  const isNew = !existsSync(join(dir, 'meta'));
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  await stopLeftover(ownerFile, { name: 'InfluxDB', mark: config, signal: 'SIGTERM' });
  const port = options.port ?? (await freePort());
  await assertPortFree(port, 'InfluxDB');
  writeFileSync(config, influxConfig({ dir, port, rpcPort: await freePort(), auth: options.auth !== undefined }));
  const server = await launch({
    name: 'InfluxDB',
    command: found.influx,
    args: ['run', '-config', config],
    cwd: dir,
    ownerFile,
    isReady: (line) => line.includes('Listening for signals'),
    readyTimeoutMs: 60_000,
    stopSignal: 'SIGTERM',
    log: options.log,
  });
  const stop = async () => {
    await server.stop();
    if (options.dir === undefined) rmSync(dir, { recursive: true, force: true });
  };
  const url = new URL(`http://127.0.0.1:${port}`);
  if (options.auth) {
    if (isNew) await createAdministrator(url, options.auth).catch((error) => stop().then(() => Promise.reject(error)));
    url.username = encodeURIComponent(options.auth.user);
    url.password = encodeURIComponent(options.auth.password);
  }
  return { ...server, stop, url: url.href, port };
}

/** InfluxDB lets this one statement in unauthenticated while it has no administrator. */
async function createAdministrator(url: URL, { user, password }: { user: string; password: string }): Promise<void> {
  const name = `"${user.replaceAll(/["\\]/g, '\\$&')}"`;
  const secret = `'${password.replaceAll(/['\\]/g, '\\$&')}'`;
  const q = `CREATE USER ${name} WITH PASSWORD ${secret} WITH ALL PRIVILEGES`;
  const response = await fetch(new URL('/query', url), { method: 'POST', body: new URLSearchParams({ q }) });
  const answer = await response.text();
  if (!response.ok || answer.includes('"error"')) {
    throw new Error(`InfluxDB could not make its administrator ${user}: ${answer.trim()}`);
  }
}
