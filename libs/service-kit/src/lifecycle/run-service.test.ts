import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';

const KIT = new URL('../index.ts', import.meta.url).href;

/** Runs a service in a process of its own; `signal` is sent once it says that it is up. */
async function run(start: string, signal?: NodeJS.Signals) {
  const source = `import { ConfigError, runService } from '${KIT}'; await runService(async () => { ${start} }); console.log('up');`;
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', source]);
  if (signal) child.stdout.once('data', () => child.kill(signal));
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  return { stderr, code };
}

const serve = (stop: string) =>
  `setInterval(() => {}, 1000); return { name: 'test', url: '', stop: async () => { ${stop} } };`;

describe('running a service', () => {
  it('says in one sentence what is wrong with the configuration', async () => {
    expect(await run(`throw new ConfigError('QF_PORT: expected a port')`)).toEqual({
      stderr: 'QF_PORT: expected a port\n',
      code: 1,
    });
  });

  it('says in one sentence that a server is missing', async () => {
    const start = `throw Object.assign(new Error('PostgreSQL is not available'), { name: 'DatabaseUnavailableError' })`;
    expect(await run(start)).toEqual({ stderr: 'PostgreSQL is not available\n', code: 1 });
  });

  it('tells where a fault of its own is', async () => {
    const { stderr, code } = await run('undefined.x');
    expect(stderr).toMatch(/TypeError: .*\n\s+at /);
    expect(code).toBe(1);
  });

  it.each([
    `throw new ConfigError('cannot open postgres://u:HUSH@db')`,
    `throw Object.assign(new Error('postgres://u:HUSH@db'), { password: 'HUSH' })`,
    `setTimeout(() => Promise.reject(Object.assign(new Error('token=HUSH'), { token: 'HUSH' }))); ${serve('')}`,
  ])('dies of %s without a secret on its lips', async (start) => {
    const { stderr, code } = await run(start);
    expect(code).toBe(1);
    expect(stderr).toContain('[redacted]');
    expect(stderr).not.toContain('HUSH');
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('stops on %s', async (signal) => {
    expect(await run(serve(''), signal)).toEqual({ stderr: '', code: 0 });
  });

  it('does not hide that it could not stop cleanly', async () => {
    const { stderr, code } = await run(serve(`throw new Error('stuck')`), 'SIGTERM');
    expect(stderr).toBe('test did not stop cleanly: Error: stuck\n');
    expect(code).toBe(1);
  });
});
