import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';

const MAIN = join(import.meta.dirname, 'drop-while-ending-main.ts');

it('lets a process end that dropped connections which were just being ended', async () => {
  const args = ['--disable-warning=ExperimentalWarning', MAIN];
  const ended = promisify(execFile)(process.execPath, args, { timeout: 15_000, killSignal: 'SIGKILL' });
  expect(await ended).toEqual({ stdout: '', stderr: '' });
}, 30_000);
