import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';

const MAIN = resolve(import.meta.dirname, '../src/main.ts');
const { PATH = '', NODE_COMPILE_CACHE = '' } = process.env;

export interface CliRun {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the real command in a directory of its own. */
export function runCli(
  args: string[],
  {
    cwd,
    env = {},
    input,
    onSpawn,
  }: { cwd: string; env?: Record<string, string>; input?: string; onSpawn?: (child: ChildProcess) => void },
): Promise<CliRun> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [MAIN, ...args], { cwd, env: { PATH, NODE_COMPILE_CACHE, ...env } });
    onSpawn?.(child);
    child.stdin.end(input);
    const run: CliRun = { code: null, stdout: '', stderr: '' };
    child.stdout.on('data', (data) => {
      run.stdout += String(data);
    });
    child.stderr.on('data', (data) => {
      run.stderr += String(data);
    });
    child.on('close', (code) => done({ ...run, code }));
  });
}
