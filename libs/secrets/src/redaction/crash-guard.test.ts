import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { describeCrash } from './crash-guard.ts';

const GUARD = new URL('./crash-guard.ts', import.meta.url).href;

async function crash(source: string) {
  const script = `import { guardCrashes } from '${GUARD}'; guardCrashes(); setInterval(() => {}, 1000); ${source}`;
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script]);
  const [stderr, stdout, [code]] = await Promise.all([text(child.stderr), text(child.stdout), once(child, 'exit')]);
  return { output: stderr + stdout, code };
}

const HUSH = `Object.assign(new Error('postgres://u:HUSH@db'), { config: { password: 'HUSH' }, cause: new Error('token=HUSH-HUSH') })`;

describe('the last words of a process', () => {
  it.each([
    ['what nobody caught', `setTimeout(() => { throw ${HUSH}; });`],
    ['a promise nobody waited for', `Promise.reject(${HUSH});`],
    ['an error event nobody heard', `process.emit('uncaughtException', ${HUSH}, 'uncaughtException');`],
    ['several at once', `Promise.reject(new AggregateError([${HUSH}, ${HUSH}], 'both'));`],
  ])('on %s hold the stack and no secret', async (_what, source) => {
    const { output, code } = await crash(source);
    expect(code).toBe(1);
    expect(output).toMatch(/^(uncaughtException|unhandledRejection): (Aggregate)?Error: .*\n\s+at /);
    expect(output).toContain('caused by Error: token=[redacted]');
    expect(output).not.toContain('HUSH');
  });

  it('are brief where no error was thrown', async () => {
    expect(describeCrash({ password: 'HUSH' })).toBe('a object was thrown');
    expect(describeCrash('password=HUSH')).toBe('password=[redacted]');
  });

  it('end at a cause that is its own', () => {
    const error = new Error('loop');
    error.cause = error;
    expect(describeCrash(error).match(/caused by/g)).toHaveLength(5);
  });
});
