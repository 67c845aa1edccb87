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
  for (const [child, signal] of running) child.kill(signal);
});

/** Starts a server and waits for the line that says it is ready; fails with its last lines when it ends before. */
export async function launch(spec: LaunchSpec): Promise<ServerProcess> {
  const { command, args } = commandAs(spec.command, spec.args, spec.account, spec.stopSignal);
  // Its own process group: Ctrl-C in a terminal reaches us alone, and we stop the servers after their clients.
  const child = spawn(command, args, { cwd: spec.cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = new Promise<void>((resolve) => {
    child.once('close', () => {
      running.delete(child);
      resolve();
    });
  });
  running.set(child, spec.stopSignal);
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
