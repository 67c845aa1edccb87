import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const MAIN = join(import.meta.dirname, 'limiter-process-main.ts');

interface BucketOptions {
  key: string;
  capacity: number;
  refillPerSecond: number;
}

/** What each process does: takes from the buckets as fast as it can. */
export interface LimiterJob {
  /** A call takes from all of these. */
  buckets: BucketOptions[];
  cost: number;
  durationMs: number;
  /** Calls under way at a time. */
  lanes: number;
  /** Whether it remembers what was refused. */
  spare: boolean;
}

export interface LimiterCount {
  admitted: number;
  refused: number;
  /** Calls that were refused though the first bucket held what they cost. */
  heldBack: number;
  /** Calls that Redis was asked for. */
  asked: number;
}

export interface LimiterProcesses {
  /** Does the job in every process, in all at the same time. */
  run(job: LimiterJob): Promise<LimiterCount[]>;
  close(): Promise<void>;
}

/** Processes with a rate limiter each, at one Redis. */
export async function startLimiterProcesses(count: number, url: string): Promise<LimiterProcesses> {
  const processes = Array.from({ length: count }, () => start(url));
  await Promise.all(processes.map(({ lines }) => expectLine(lines, 'ready')));
  return {
    run(job) {
      for (const { child } of processes) child.stdin.write(`${JSON.stringify(job)}\n`);
      return Promise.all(processes.map(async ({ lines }) => JSON.parse(await nextLine(lines)) as LimiterCount));
    },
    close: async () => void (await Promise.all(processes.map(({ child }) => end(child)))),
  };
}

function start(url: string) {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, url], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  return { child, lines: createInterface(child.stdout)[Symbol.asyncIterator]() };
}

async function nextLine(lines: AsyncIterator<string>): Promise<string> {
  const { value, done } = await lines.next();
  if (done) throw new Error('expected a line of the limiter process, found its end');
  return value;
}

async function expectLine(lines: AsyncIterator<string>, expected: string): Promise<void> {
  const line = await nextLine(lines);
  if (line !== expected) throw new Error(`expected '${expected}' of the limiter process, was '${line}'`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
