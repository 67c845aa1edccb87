import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startPostgres } from '@quotefleet/native-servers';
import { type Bench, median, significant } from '../bench.ts';
import { startFleet } from '../fleet.ts';

const RUNS = 5;
/** How long after it is ready the fleet has run when its memory is read. */
const SETTLE_MS = 10_000;

/** Local mode from nothing: `npm start`'s command on an empty data directory until every service is ready. */
export const start: Bench = async () => {
  const seconds: number[] = [];
  const megabytes: number[] = [];
  const floor: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    floor.push(await postgresAlone());
    const { readySeconds, memoryMegabytes } = await coldStart();
    seconds.push(readySeconds);
    megabytes.push(memoryMegabytes);
  }
  const figure = median(seconds);
  return {
    bench: 'start',
    figure: significant(figure),
    unit: 's',
    yardstick: {
      name: 'embedded PostgreSQL alone, from an empty directory',
      figure: significant(median(floor)),
      unit: 's',
    },
    ratio: significant(figure / median(floor)),
    target: '< 10 s to ready and < 600 MB resident',
    details: {
      runs: seconds.map((value) => significant(value)),
      residentMegabytes: Math.round(median(megabytes)),
      residentRuns: megabytes.map(Math.round),
      memory: `sum of proportional set sizes of the process and all its descendants, ${SETTLE_MS / 1000} s after ready`,
    },
  };
};

async function postgresAlone(): Promise<number> {
  const dataDir = mkdtempSync(join(tmpdir(), 'bench-postgres-'));
  const started = performance.now();
  const server = await startPostgres({ dataDir, persistent: true });
  const elapsed = performance.now() - started;
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
  return elapsed / 1000;
}

async function coldStart(): Promise<{ readySeconds: number; memoryMegabytes: number }> {
  const started = performance.now();
  const fleet = await startFleet();
  try {
    const readySeconds = (performance.now() - started) / 1000;
    await sleep(SETTLE_MS);
    return { readySeconds, memoryMegabytes: treeMegabytes(fleet.pid) };
  } finally {
    await fleet.stop();
  }
}

/** Memory of a process and its descendants, shared pages counted once. */
function treeMegabytes(root: number): number {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (/^\d+$/.test(name)) parents.set(Number(name), parentOf(Number(name)));
  }
  let kilobytes = 0;
  for (const pid of parents.keys()) {
    if (descendsFrom(pid, root, parents)) kilobytes += proportionalKilobytes(pid);
  }
  return kilobytes / 1024;
}

function descendsFrom(pid: number, root: number, parents: ReadonlyMap<number, number>): boolean {
  for (let at: number | undefined = pid; at !== undefined && at > 0; at = parents.get(at)) {
    if (at === root) return true;
  }
  return false;
}

function parentOf(pid: number): number {
  return Number(/\) \S (\d+)/.exec(readProc(pid, 'stat'))?.[1] ?? 0);
}

function proportionalKilobytes(pid: number): number {
  return Number(/^Pss:\s+(\d+)/m.exec(readProc(pid, 'smaps_rollup'))?.[1] ?? 0);
}

/** Empty for a process that has just ended. */
function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
