import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { describe, expect, it, jest } from '@jest/globals';

// Each starts processes: on a busy machine that takes a while.
jest.setTimeout(30_000);

const MODULE = resolve(import.meta.dirname, 'launch.ts');

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
  tookMs: number;
}

/** Runs a start in a process of its own and signals it each time it prints "signal". */
function runStart(body: string): Promise<Ended> {
  const code = `
    import { setTimeout as sleep } from 'node:timers/promises';
    import { ConfigError } from '@quotefleet/service-kit';
    const { runUntilStopped } = await import(${JSON.stringify(MODULE)});
    setInterval(() => {}, 1000);
    await runUntilStopped(async (launch) => { ${body} });`;
  return new Promise((done) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], { cwd: import.meta.dirname });
    let signalledMs = performance.now();
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (data) => {
      stdout += String(data);
      if (!String(data).includes('signal')) return;
      signalledMs = performance.now();
      child.kill('SIGINT');
      setTimeout(() => child.kill('SIGINT'), 50);
    });
    child.stderr.on('data', (data) => {
      stderr += String(data);
    });
    child.on('close', (exit) => done({ code: exit, stdout, stderr, tookMs: performance.now() - signalledMs }));
  });
}

const OPEN = `launch.closers.add('database', async () => { await sleep(200); process.stdout.write('database closed'); });`;

describe('runUntilStopped', () => {
  it('closes what was opened when stopped, once, also when told twice', async () => {
    const run = await runStart(`${OPEN} launch.say('signal');`);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.stdout.match(/database closed/g)).toHaveLength(1);
  });

  it('closes what was opened when stopped half-way through the start', async () => {
    const run = await runStart(
      `${OPEN} launch.say('signal'); await sleep(300); launch.checkpoint(); process.stdout.write('went on');`,
    );
    expect(run.code).toBe(0);
    expect(run.stdout).toContain('database closed');
    expect(run.stdout).not.toContain('went on');
  });

  it('cuts off what does not close, within five seconds', async () => {
    const run = await runStart(
      `launch.closers.add('hanging', () => new Promise(() => undefined)); launch.say('signal');`,
    );
    expect(run.code).toBe(1);
    expect(run.tookMs).toBeLessThan(5000);
    expect(run.stderr).toBe('hanging did not stop within 4 s and was cut off\n');
  });

  it('says why a start failed in one sentence, closes what was opened and ends with code 1', async () => {
    const run = await runStart(`${OPEN} throw new ConfigError('port 8080 is taken');`);
    expect(run).toMatchObject({ code: 1, stderr: 'port 8080 is taken\n', stdout: 'database closed' });
  });
});
