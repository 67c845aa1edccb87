import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@quotefleet/native-servers';
import { ended } from './child.ts';

const READY_TIMEOUT_MS = 60_000;
const ROOT = join(import.meta.dirname, '../..');

/** Local mode on an empty directory, ready. */
export interface Fleet {
  pid: number;
  url: string;
  apiKey: string;
  stop(): Promise<void>;
}

/** Starts local mode with further settings, and waits until every service is ready. */
export async function startFleet(env: Readonly<Record<string, string>> = {}): Promise<Fleet> {
  const dataDir = mkdtempSync(join(tmpdir(), 'bench-fleet-'));
  const port = await freePort();
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const path = `${join(ROOT, 'node_modules/.bin')}:${process.env.PATH}`;
  // The command of `npm start`, without npm around it.
  const child = spawn(scripts.start, {
    shell: true,
    cwd: ROOT,
    env: { ...process.env, PATH: path, ...env, QF_PORT: String(port), QF_DATA_DIR: dataDir },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const stop = async () => {
    await ended(child);
    rmSync(dataDir, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${port}`;
  try {
    await untilReady(child, `${url}/health/fleet`);
    const apiKey = readFileSync(join(dataDir, 'api-key'), 'utf8').trim();
    return { pid: child.pid ?? 0, url, apiKey, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function untilReady(child: ChildProcess, url: string): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`the fleet ended with code ${child.exitCode} before it was ready`);
    if (await isReady(url)) return;
    await sleep(50);
  }
  throw new Error(`the fleet was not ready within ${READY_TIMEOUT_MS} ms`);
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2000) })).status === 200;
  } catch {
    return false;
  }
}
