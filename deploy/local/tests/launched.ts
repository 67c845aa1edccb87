import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { type RunFile, runFileSchema } from '@quotefleet/cli';

const REPOSITORY = resolve(import.meta.dirname, '../../..');

interface LaunchOptions {
  main: 'main.ts' | 'fleet-main.ts';
  dataDir: string;
  env?: Record<string, string>;
}

/** A fleet started as a person starts it: the real main in a process of its own. */
export class Launched {
  readonly dataDir: string;
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;
  stdout = '';
  stderr = '';

  constructor({ main, dataDir, env = {} }: LaunchOptions) {
    this.dataDir = dataDir;
    this.child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', join(REPOSITORY, 'deploy/local/src', main)],
      {
        cwd: REPOSITORY,
        env: {
          PATH: process.env.PATH,
          HOME: process.env.HOME,
          NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
          QF_PORT: '0',
          QF_DATA_DIR: dataDir,
          ...env,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    this.child.stdout?.on('data', (data) => {
      this.stdout += String(data);
    });
    this.child.stderr?.on('data', (data) => {
      this.stderr += String(data);
    });
    this.exited = new Promise((done) => this.child.once('close', (code) => done(code)));
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** The run file, once everything is ready. */
  async ready(timeoutMs = 60_000): Promise<RunFile> {
    const path = join(this.dataDir, 'run.json');
    await until(
      () => existsSync(path) && this.stdout.includes('Ctrl-C stops'),
      timeoutMs,
      () => {
        if (this.child.exitCode !== null) throw new Error(`it ended while starting: ${this.stderr}`);
        return `it was not ready: ${this.stdout}${this.stderr}`;
      },
    );
    return this.run();
  }

  run(): RunFile {
    return runFileSchema.parse(JSON.parse(readFileSync(join(this.dataDir, 'run.json'), 'utf8')));
  }

  apiKey(): string {
    return readFileSync(join(this.dataDir, 'api-key'), 'utf8').trim();
  }

  /** Calls the gateway with the data directory's key. */
  get(path: string): Promise<{ status: number; data: unknown }> {
    return this.#call(path, {});
  }

  post(path: string, body: unknown): Promise<{ status: number; data: unknown }> {
    return this.#call(path, { method: 'POST', body: JSON.stringify(body) });
  }

  async #call(path: string, request: RequestInit): Promise<{ status: number; data: unknown }> {
    const headers = { 'x-api-key': this.apiKey(), 'content-type': 'application/json' };
    const response = await fetch(`${this.run().gatewayUrl}${path}`, { ...request, headers });
    const { data } = (await response.json()) as { data: unknown };
    return { status: response.status, data };
  }

  /** Sends a signal and waits until it and everything under it is gone: the exit code, and how long that took. */
  async end(signal: NodeJS.Signals): Promise<{ code: number | null; tookMs: number }> {
    const family = this.family();
    const started = performance.now();
    this.child.kill(signal);
    const code = await this.exited;
    await until(
      () => alive(family).length === 0,
      10_000,
      () => `processes ${alive(family)} are left`,
    );
    return { code, tookMs: performance.now() - started };
  }

  /** It and everything under it, by pid. */
  family(): number[] {
    const rows = execFileSync('ps', ['-eo', 'pid=,ppid=']).toString().trim().split('\n');
    const parents = new Map(rows.map((row) => row.trim().split(/\s+/).map(Number) as [number, number]));
    const family = new Set([this.pid]);
    for (let size = 0; size !== family.size; ) {
      size = family.size;
      for (const [pid, parent] of parents) if (family.has(parent)) family.add(pid);
    }
    return [...family];
  }
}

export function alive(pids: readonly number[]): number[] {
  return pids.filter((pid) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  });
}

/**
 * Says that it stopped as it should: clean, and within 5 s. On a machine with twice as much to do as it can, it may have
 * cut off what took too long, and that may take a while to be gone; `end` has seen that nothing is left.
 */
export function expectPromptStop(
  { stderr }: Launched,
  { code, tookMs }: { code: number | null; tookMs: number },
): void {
  const isBusy = (loadavg()[0] ?? 0) > 2 * availableParallelism();
  expect(tookMs).toBeLessThan(isBusy ? 10_000 : 5000);
  if (code === 1 && isBusy) expect(stderr).toContain('did not stop within 4 s');
  else expect({ code, stderr }).toMatchObject({ code: 0 });
}

/** Waits until the claim holds; `why` is asked for what to say when it does not in time. */
export async function until(
  claim: () => boolean | Promise<boolean>,
  timeoutMs: number,
  why: () => string = () => 'it did not come true',
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await claim())) {
    const reason = why();
    if (Date.now() > deadline) throw new Error(`within ${timeoutMs / 1000} s: ${reason}`);
    await sleep(50);
  }
}
