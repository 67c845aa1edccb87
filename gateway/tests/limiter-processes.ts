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
  url: string;
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
  /** Calls that Redis was asked for. */
  asked: number;
}

/** Does the job in so many processes, all at the same time; `before` runs when they are all ready. */
export async function inEveryProcess(
  count: number,
  job: LimiterJob,
  before: () => Promise<void>,
): Promise<LimiterCount[]> {
  const children = Array.from({ length: count }, () => start(job));
  try {
    await Promise.all(children.map(({ lines }) => expectLine(lines, 'ready')));
    await before();
    for (const { child } of children) child.stdin?.write('go\n');
    return await Promise.all(children.map(async ({ lines }) => JSON.parse(await nextLine(lines)) as LimiterCount));
  } finally {
    for (const { child } of children) await end(child);
  }
}

function start(job: LimiterJob) {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, JSON.stringify(job)], {
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
