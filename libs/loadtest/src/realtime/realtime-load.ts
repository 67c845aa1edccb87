import { setTimeout as sleep } from 'node:timers/promises';
import { type AuditTotals, addTotals, emptyTotals } from '../audit/audit-tally.ts';
import { Heads } from '../audit/heads.ts';
import { LoadError } from '../load-error.ts';
import { pause } from '../pause.ts';
import type { ConnectionCounts, LoadPlan } from '../worker/worker-messages.ts';
import { mergeCounts } from './merge-counts.ts';
import { type RealtimeWindow, toWindow } from './realtime-window.ts';
import { WorkerProcess } from './worker-process.ts';

/** A node takes 5 s to find a client too slow and 5 s more to cut it off; until then it is late, not lost. */
const GRACE_MS = 30_000;
const POLL_MS = 100;
/** Beyond what the ramp takes: refusals that ask to come back later, slow sign-ins. */
const SETTLE_SLACK_MS = 120_000;

export interface RealtimeLoadOptions extends LoadPlan {
  connections: number;
  /** Processes that hold them. */
  workers: number;
  /** Connections that are opened a second, of all workers together. */
  rampPerSecond: number;
  /** Told while connections are opened. */
  onProgress?: (counts: ConnectionCounts) => void;
  /** Ends the opening in vain, and the measuring early. */
  signal?: AbortSignal;
}

/** Connections that are open, subscribed and audited, until they are closed. */
export interface RealtimeLoad {
  /** Of the generator. */
  readonly pids: readonly number[];
  counts(): ConnectionCounts;
  /** What is received from now on for so long, or until the signal. */
  measure(seconds: number): Promise<RealtimeWindow>;
  /**
   * The audit of everything since the connections opened. It waits up to 30 s for connections that have not been given
   * yet what others had at the time of the call; what they still lack then is lost.
   */
  audit(): Promise<AuditTotals>;
  close(): Promise<void>;
}

/**
 * Opens connections in processes of their own, subscribes them to rooms, and resolves once each is ready or was given
 * up: see `counts`.
 * @throws LoadError where a generator process fails, connections stay undecided, or the signal comes before
 */
export async function openRealtimeLoad(options: RealtimeLoadOptions): Promise<RealtimeLoad> {
  const { connections, workers: workerCount, rampPerSecond, onProgress, signal, ...plan } = options;
  const shares = sharesOf(connections, workerCount);
  const workers = shares.map(() => new WorkerProcess());
  const counts = () => mergeCounts(workers.flatMap((worker) => worker.counts ?? []));
  const close = async () => {
    await Promise.all(workers.map((worker) => worker.end()));
  };
  try {
    for (const [index, worker] of workers.entries()) {
      const { first = 0, count = 0 } = shares[index] ?? {};
      const perSecond = (rampPerSecond * count) / connections;
      worker.tell({ kind: 'open', plan: { ...plan, first, count, perSecond } });
    }
    const patienceMs = (connections / rampPerSecond) * 1000 + SETTLE_SLACK_MS;
    const tell = () => {
      if (signal?.aborted)
        throw new LoadError(`stopped while connections were opened: ${counts().ready} of ${connections} were ready`);
      onProgress?.(counts());
    };
    await Promise.race([untilSettled(workers, patienceMs, tell), untilFault(workers)]);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    pids: workers.map(({ pid }) => pid),
    counts,
    measure: async (seconds) => {
      await lap(workers);
      for (const worker of workers) worker.samples = [];
      await Promise.race([pause(seconds * 1000, signal), untilFault(workers)]);
      await lap(workers);
      return toWindow(workers.map(({ samples }) => samples));
    },
    audit: () => audit(workers, GRACE_MS + 1000 / (plan.rooms.maxHz ?? 1)),
    close,
  };
}

function sharesOf(connections: number, workers: number): { first: number; count: number }[] {
  const used = Math.min(workers, connections);
  return Array.from({ length: used }, (_, index) => {
    const first = Math.floor((connections * index) / used);
    return { first, count: Math.floor((connections * (index + 1)) / used) - first };
  });
}

async function untilSettled(workers: readonly WorkerProcess[], patienceMs: number, tell: () => void): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (workers.some(({ isSettled }) => !isSettled)) {
    if (performance.now() > deadline) throw new LoadError(`connections were not decided within ${patienceMs} ms`);
    await sleep(POLL_MS);
    tell();
  }
}

/** Never resolves: no worker sends this in answer to nothing. */
async function untilFault(workers: readonly WorkerProcess[]): Promise<void> {
  await Promise.race(workers.map((worker) => worker.next('marked', () => false)));
}

async function lap(workers: readonly WorkerProcess[]): Promise<void> {
  const answers = workers.map((worker) => worker.next('sample', ({ isLap }) => isLap));
  for (const worker of workers) worker.tell({ kind: 'lap' });
  await Promise.all(answers);
}

async function audit(workers: readonly WorkerProcess[], graceMs: number): Promise<AuditTotals> {
  const marks = workers.map((worker) => worker.next('marked'));
  for (const worker of workers) worker.tell({ kind: 'mark' });
  const heads = new Heads((await Promise.all(marks)).flatMap((mark) => mark.heads));
  const answers = workers.map((worker) => worker.next('audited'));
  for (const worker of workers) worker.tell({ kind: 'audit', heads: [...heads.entries()], graceMs });
  const totals = emptyTotals();
  for (const answer of await Promise.all(answers)) addTotals(totals, answer.totals);
  return totals;
}
