import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from './client-crowd.ts';

export interface OpenLoopOptions {
  /** What to ask, one call after the other in turn. */
  calls: readonly { kind?: string; url: string; headers: Readonly<Record<string, string>> }[];
  perSecond: number;
  seconds: number;
  connections: number;
  /** Told of each answer as it comes. */
  onAnswer?: (answer: Answer) => void;
}

export interface OpenLoopResult {
  /** Of each call, in ms, from when it was due, so that waiting for a late generator or connection counts. */
  latencies: Float64Array;
  /** Answers by status; 0 where there was none. */
  statuses: Record<string, number>;
  seconds: number;
}

const DRAIN_MS = 30_000;

/** Asks at a fixed pace, whether answers come or not. */
export async function openLoop(options: OpenLoopOptions): Promise<OpenLoopResult> {
  const { calls, perSecond, seconds, connections, onAnswer } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: connections, scheduling: 'fifo' });
  const total = Math.floor(perSecond * seconds);
  const latencies = new Float64Array(total);
  const statuses: Record<string, number> = {};
  let done = 0;
  const started = performance.now();
  const send = (index: number) => {
    const call = calls[index % calls.length];
    if (!call) return;
    const due = started + (index * 1000) / perSecond;
    const settle = (status: number) => {
      const ms = performance.now() - due;
      latencies[index] = ms;
      onAnswer?.({ kind: call.kind ?? '', status, ms });
      statuses[status] = (statuses[status] ?? 0) + 1;
      done += 1;
    };
    request(call.url, { agent, headers: call.headers }, (response) => {
      response
        .once('end', () => settle(response.statusCode ?? 0))
        .once('error', () => settle(0))
        .resume();
    })
      .once('error', () => settle(0))
      .end();
  };
  for (let sent = 0; sent < total; ) {
    const dueNow = Math.min(total, Math.floor(((performance.now() - started) * perSecond) / 1000) + 1);
    while (sent < dueNow) send(sent++);
    await sleep(1);
  }
  const elapsed = (performance.now() - started) / 1000;
  const deadline = performance.now() + DRAIN_MS;
  while (done < total && performance.now() < deadline) await sleep(5);
  agent.destroy();
  if (done < total) throw new Error(`${total - done} of ${total} calls were not answered within ${DRAIN_MS} ms`);
  return { latencies, statuses, seconds: elapsed };
}

/** The value below which this share of the values lies. */
export function quantile(values: Float64Array, share: number): number {
  const sorted = values.toSorted();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
