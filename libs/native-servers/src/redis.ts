import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { findNative } from './find-native.ts';
import { assertPortFree, freePort } from './free-port.ts';
import { stopLeftover } from './leftover.ts';
import { launch, type ServerProcess } from './server-process.ts';

export interface RedisOptions {
  /** Keeps the data here (append-only file, synced every second); without it nothing is written to disk. */
  dir?: string;
  port?: number;
  log?: (line: string) => void;
}

export interface RedisServer extends ServerProcess {
  url: string;
  port: number;
}

/** Starts the machine's redis-server (7 or later) on loopback. */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const found = findNative();
  if (!found.redis) throw new Error(found.missing.redis);
  const dir = options.dir === undefined ? undefined : resolve(options.dir);
  const ownerFile = dir === undefined ? undefined : join(dir, 'owner.pid');
  if (dir !== undefined) mkdirSync(dir, { recursive: true, mode: 0o700 });
  if (ownerFile !== undefined) {
    await stopLeftover(ownerFile, { name: 'Redis', mark: 'redis-server', signal: 'SIGTERM' });
  }
  const port = options.port ?? (await freePort());
  await assertPortFree(port, 'Redis');
  const storage = dir === undefined ? ['--appendonly', 'no'] : ['--dir', dir, '--appendonly', 'yes'];
  const server = await launch({
    name: 'Redis',
    command: found.redis,
    args: ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--daemonize', 'no', ...storage],
    cwd: dir ?? tmpdir(),
    ownerFile,
    isReady: (line) => line.includes('Ready to accept connections'),
    readyTimeoutMs: 20_000,
    stopSignal: 'SIGTERM',
    log: options.log,
  });
  return { ...server, url: `redis://127.0.0.1:${port}`, port };
}
