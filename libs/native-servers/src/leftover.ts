import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

interface RunningProcess {
  parent: number;
  command: string;
}

/** Parent and command line of a live process. */
export function inspectProcess(pid: number): RunningProcess | undefined {
  try {
    if (process.platform === 'linux') {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      if (/^State:\s+Z/m.test(status)) return undefined;
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      return { parent: Number(/^PPid:\s+(\d+)/m.exec(status)?.[1] ?? 0), command };
    }
    const line = execFileSync('ps', ['-o', 'ppid=,command=', '-p', String(pid)], { stdio: 'pipe' })
      .toString()
      .trim();
    const [, parent = '0', command = ''] = /^(\d+)\s+(.*)$/.exec(line) ?? [];
    return { parent: Number(parent), command };
  } catch {
    return undefined;
  }
}

/** Who started which server on a directory: kept beside the data, read by the next start. */
export function writeOwner(file: string, server: number): void {
  writeFileSync(file, `${server} ${process.pid}\n`, { mode: 0o600 });
}

/** How to recognise and end a server: `mark` is a text its command line must hold, so that a reused pid is never signalled. */
interface Leftover {
  name: string;
  mark: string;
  signal: NodeJS.Signals;
}

/**
 * Ends the server that a killed run left on a directory. A server whose owner still lives is another instance's:
 * then this fails.
 */
export async function stopLeftover(ownerFile: string, leftover: Leftover): Promise<void> {
  if (!existsSync(ownerFile)) return;
  const [server = 0, owner = 0] = readFileSync(ownerFile, 'utf8').trim().split(' ').map(Number);
  const found = inspectProcess(server);
  if (found?.command.includes(leftover.mark) && found.parent === owner) {
    throw new Error(`the ${leftover.name} data directory is in use by another instance (process ${owner})`);
  }
  await endProcess(server, leftover);
  rmSync(ownerFile, { force: true });
}

/** Ends the process when it is such a server: first by its stop signal, after 5 s by SIGKILL. */
export async function endProcess(pid: number, { name, mark, signal }: Leftover): Promise<void> {
  const lives = () => inspectProcess(pid)?.command.includes(mark) ?? false;
  for (const attempt of [signal, 'SIGKILL'] as const) {
    if (!lives()) return;
    sendSignal(pid, attempt);
    for (let waitedMs = 0; waitedMs < 5_000 && lives(); waitedMs += 50) await sleep(50);
  }
  if (lives()) throw new Error(`the ${name} of an earlier run (process ${pid}) does not stop`);
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It ended between the check and the signal.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
