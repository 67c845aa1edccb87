import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeOwner } from './leftover.ts';
import { type Account, commandAs } from './privileges.ts';

export interface LaunchSpec {
  name: string;
  command: string;
  args: string[];
  cwd: string;
  /** Run as this account (we are root). */
  account?: Account | undefined;
  /** Names the server and us while it runs, so that the next start can end what a killed run left over. */
  ownerFile?: string | undefined;
  isReady: (line: string) => boolean;
  readyTimeoutMs: number;
  /** The signal of an orderly stop. */
  stopSignal: NodeJS.Signals;
  log?: ((line: string) => void) | undefined;
}

/** A server that runs as a child of this process. */
export interface ServerProcess {
  pid: number;
  /** Settles when the process has ended, for whatever reason. */
  exited: Promise<void>;
  /** Sends the signal (SIGKILL unless another is named) and waits for the end. The data directory stays. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Orderly stop; SIGKILL after 10 s. Stopping twice is harmless. */
  stop(): Promise<void>;
}

const STOP_TIMEOUT_MS = 10_000;
const TAIL_LINES = 12;
const running = new Map<ChildProcess, NodeJS.Signals>();

process.once('exit', () => {
  for (const [child, signal] of running) signalGroup(child, signal);
});

/** Starts a server and waits for the line that says it is ready; fails with its last lines when it ends before. */
export async function launch(spec: LaunchSpec): Promise<ServerProcess> {
  const { command, args } = commandAs(spec.command, spec.args, spec.account, spec.stopSignal);
  // Its own process group: Ctrl-C in a terminal reaches us alone, and we stop the servers after their clients.
  const child = spawn(command, args, { cwd: spec.cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = endWithUs(child, spec.stopSignal);
  if (spec.ownerFile !== undefined && child.pid !== undefined) writeOwner(spec.ownerFile, child.pid);
  try {
    await untilReady(child, spec);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  const kill = async (signal: NodeJS.Signals = 'SIGKILL') => {
    child.kill(signal);
    await exited;
  };
  const stop = async () => {
    child.kill(spec.stopSignal);
    const done = new AbortController();
    const late = sleep(STOP_TIMEOUT_MS, undefined, { signal: done.signal, ref: false }).then(
      () => kill('SIGKILL'),
      () => undefined,
    );
    await Promise.race([exited, late]);
    done.abort();
    if (spec.ownerFile !== undefined) rmSync(spec.ownerFile, { force: true });
  };
  return { pid: child.pid ?? 0, exited, kill, stop };
}

/** Runs a program to its end, without output; fails with what it said on stderr. It and what it started end with us. */
export async function runToEnd(command: string, args: string[], account?: Account): Promise<void> {
  const run = commandAs(command, args, account, 'SIGKILL');
  const child = spawn(run.command, run.args, { cwd: '/', detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
  const said: string[] = [];
  createInterface(child.stderr).on('line', (line) => said.push(line));
  let failure: string | undefined;
  child.once('error', (error) => {
    failure = error.message;
  });
  await endWithUs(child, 'SIGKILL');
  if (child.exitCode === 0) return;
  throw new Error(failure ?? (said.join('; ') || `it ended with ${child.signalCode ?? `exit code ${child.exitCode}`}`));
}

/** Resolves when the child has ended; until then the end of our process sends it the signal. */
function endWithUs(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  running.set(child, signal);
  return new Promise((resolve) => {
    child.once('close', () => {
      running.delete(child);
      resolve();
    });
  });
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    // It ended a moment ago.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function untilReady(child: ChildProcess, spec: LaunchSpec): Promise<void> {
  const tail: string[] = [];
  return new Promise((resolve, reject) => {
    const fail = (what: string) => reject(new Error([`${spec.name} ${what}`, ...tail].join('\n  ')));
    const timer = setTimeout(() => fail(`was not ready within ${spec.readyTimeoutMs / 1000} s:`), spec.readyTimeoutMs);
    const onLine = (line: string) => {
      spec.log?.(line);
      tail.push(line);
      if (tail.length > TAIL_LINES) tail.shift();
      if (!spec.isReady(line)) return;
      clearTimeout(timer);
      resolve();
    };
    for (const stream of [child.stdout, child.stderr]) if (stream) createInterface(stream).on('line', onLine);
    child.once('error', (error) => fail(`cannot be started: ${error.message}`));
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      fail(`ended while starting (${signal ?? `exit code ${code}`}):`);
    });
  });
}
