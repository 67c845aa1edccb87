import { Agent, type ClientRequest, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, DRAIN_MS } from './client-crowd.ts';

export interface OpenLoopOptions {
  /** What to ask, one call after the other in turn. */
  calls: readonly { kind?: string; url: string; headers: Readonly<Record<string, string>> }[];
  perSecond: number;
  seconds: number;
  connections: number;
  /** Told of each answer as it comes. */
  onAnswer?: (answer: Answer) => void;
  /** Ends it early. */
  signal?: AbortSignal | undefined;
  /** Answers are waited for so much longer than calls are made; 30 s where absent. */
  drainMs?: number | undefined;
}

export interface OpenLoopResult {
  /** Of each call, in ms, from when it was due, so that waiting for a late generator or connection counts. */
  latencies: Float64Array;
  /** Answers by status; 0 where there was none. */
  statuses: Record<string, number>;
  seconds: number;
}

/** Asks at a fixed pace, whether answers come or not. */
export async function openLoop(options: OpenLoopOptions): Promise<OpenLoopResult> {
  const { calls, perSecond, seconds, connections, onAnswer, signal, drainMs = DRAIN_MS } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: connections, scheduling: 'fifo' });
  const total = Math.floor(perSecond * seconds);
  const latencies = new Float64Array(total);
  const statuses: Record<string, number> = {};
  const waiting = new Set<ClientRequest>();
  const started = performance.now();
  const send = (index: number) => {
    const call = calls[index % calls.length];
    if (!call) return;
    const due = started + (index * 1000) / perSecond;
    const settle = (status: number) => {
      if (!waiting.delete(asked)) return;
      const ms = performance.now() - due;
      latencies[index] = ms;
      onAnswer?.({ kind: call.kind ?? '', status, ms });
      statuses[status] = (statuses[status] ?? 0) + 1;
    };
    const asked = request(call.url, { agent, headers: call.headers }, (response) => {
      response
        .once('end', () => settle(response.statusCode ?? 0))
        .once('error', () => settle(0))
        .resume();
    });
    waiting.add(asked);
    asked.once('error', () => settle(0)).end();
  };
  let sent = 0;
  while (sent < total && !signal?.aborted) {
    const dueNow = Math.min(total, Math.floor(((performance.now() - started) * perSecond) / 1000) + 1);
    while (sent < dueNow) send(sent++);
    await sleep(1);
  }
  const elapsed = (performance.now() - started) / 1000;
  const deadline = performance.now() + drainMs;
  while (waiting.size > 0 && performance.now() < deadline) await sleep(5);
  // Those that wait for a connection still, too.
  for (const asked of waiting) asked.destroy();
  while (waiting.size > 0) await sleep(5);
  agent.destroy();
  return { latencies: latencies.subarray(0, sent), statuses, seconds: elapsed };
}

/** The value below which this share of the values lies. */
export function quantile(values: Float64Array, share: number): number {
  const sorted = values.toSorted();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
