import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { RotatingFile } from '../launch/rotating-file.ts';
import { ChildService } from './child-service.ts';

// Each starts processes: on a busy machine that takes a while.
jest.setTimeout(30_000);

let dir: string;
let main: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'qf-child-'));
  main = join(dir, 'main.mjs');
  writeFileSync(main, `console.log('up', process.pid); setInterval(() => {}, 1000);`);
});
afterEach(() => rmSync(dir, { recursive: true }));

function fail(error: Error): never {
  throw error;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function until(claim: () => boolean): Promise<void> {
  for (let waited = 0; !claim(); waited += 20) {
    if (waited > 10_000) throw new Error('expected it within 10 s');
    await sleep(20);
  }
}

describe('ChildService', () => {
  it('starts a killed process again under a new pid, says so, and stops it for good when told', async () => {
    const said: string[] = [];
    const pids: number[] = [];
    const log = new RotatingFile(join(dir, 'child.log'));
    const child: ChildService = new ChildService(
      { name: 'writer', main, url: 'http://127.0.0.1:1', env: { PATH: process.env.PATH } },
      { log, onStart: () => pids.push(child.pid), onFailedStart: fail, say: (line) => said.push(line) },
    );
    child.start();
    child.markStarted();
    const logged = () => readFileSync(join(dir, 'child.log'), 'utf8');
    await until(() => logged().includes(`up ${pids[0]}`));
    process.kill(pids[0] ?? 0, 'SIGKILL');
    await until(() => pids.length === 2 && logged().includes(`up ${pids[1]}`));
    expect(said).toEqual(['  writer ended (SIGKILL); it is started again in 0.25 s']);
    await child.stop();
    expect(pids.map(isAlive)).toEqual([false, false]);
    expect(said).toHaveLength(1);
  });

  it('tells why a service could not be started, and does not try again', async () => {
    writeFileSync(main, `console.error('QF_SOURCE: there is no file x'); process.exit(1);`);
    const failed = Promise.withResolvers<Error>();
    const log = new RotatingFile(join(dir, 'child.log'));
    const child = new ChildService(
      { name: 'market-data', main, url: 'http://127.0.0.1:1', env: { PATH: process.env.PATH } },
      { log, onStart: () => undefined, onFailedStart: failed.resolve, say: () => undefined },
    );
    child.start();
    expect((await failed.promise).message).toBe('market-data ended while starting (QF_SOURCE: there is no file x)');
    await child.stop();
  });

  it('leaves no service behind when its launcher is killed', async () => {
    const launcher = `
      import { ChildService } from ${JSON.stringify(resolve(import.meta.dirname, 'child-service.ts'))};
      const env = { PATH: process.env.PATH };
      const child = new ChildService({ name: 'a', main: ${JSON.stringify(main)}, url: '', env }, { log: process.stdout, onStart() {}, onFailedStart() {}, say() {} });
      child.start();`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', launcher], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(parent.stdout, 'data');
    const pid = Number(/^up (\d+)/.exec(String(line))?.[1]);
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await until(() => !isAlive(pid));
  });
});
