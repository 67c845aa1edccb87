import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { pause } from '../pause.ts';

export interface Call {
  /** What its latencies are told under. */
  kind: string;
  url: string;
}

export interface Answer {
  kind: string;
  /** 0 where there was none. */
  status: number;
  ms: number;
}

export interface CrowdOptions {
  clients: number;
  /** Before the others: what is asked then is not counted. */
  warmUpSeconds?: number;
  seconds: number;
  /** Mean pause of a client between an answer and its next call; drawn evenly from nothing to twice as long. */
  pauseMs: number;
  headers: Readonly<Record<string, string>>;
  /** The call that the n-th of all calls is. */
  call: (index: number) => Call;
  /** Told of each answer as it comes. */
  onAnswer?: (answer: Answer) => void;
  /** Ends it early. */
  signal?: AbortSignal | undefined;
  /** Answers are waited for so much longer than calls are made; 30 s where absent. */
  drainMs?: number | undefined;
}

export const DRAIN_MS = 30_000;
/** A server that is gone is not called as fast as it refuses. */
const GONE_PAUSE_MS = 100;

export interface CrowdResult {
  /** In ms, by kind of call. */
  latencies: Map<string, number[]>;
  /** Answers by status; 0 where there was none. */
  statuses: Record<string, number>;
  seconds: number;
}

/** Clients with a connection each that ask, wait for the answer, pause, and ask again. */
export async function clientCrowd(options: CrowdOptions): Promise<CrowdResult> {
  const { clients, warmUpSeconds = 0, seconds, pauseMs, headers, call, onAnswer, signal, drainMs = DRAIN_MS } = options;
  const latencies = new Map<string, number[]>();
  const statuses: Record<string, number> = {};
  let asked = 0;
  const started = performance.now() + warmUpSeconds * 1000;
  const until = started + seconds * 1000;
  const note = (answer: Answer) => {
    const { kind, status, ms } = answer;
    statuses[status] = (statuses[status] ?? 0) + 1;
    const times = latencies.get(kind);
    if (times) times.push(ms);
    else latencies.set(kind, [ms]);
    onAnswer?.(answer);
  };
  const agents: Agent[] = [];
  const client = async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    agents.push(agent);
    await sleep(Math.random() * pauseMs * 2);
    while (performance.now() < until && !signal?.aborted) {
      const { kind, url } = call(asked++);
      const at = performance.now();
      const status = await ask(url, agent, headers);
      if (at >= started) note({ kind, status, ms: performance.now() - at });
      await pause(status === 0 ? GONE_PAUSE_MS : Math.random() * pauseMs * 2, signal);
    }
    agent.destroy();
  };
  const done = new AbortController();
  const cutOff = async () => {
    await pause(until - performance.now(), signal);
    await pause(drainMs, done.signal);
    for (const agent of agents) agent.destroy();
  };
  const cut = cutOff();
  await Promise.all(Array.from({ length: clients }, client));
  done.abort();
  await cut;
  return { latencies, statuses, seconds: (performance.now() - started) / 1000 };
}

/** @returns the status, once the whole answer is here; 0 where there is none */
function ask(url: string, agent: Agent, headers: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((resolve) => {
    request(url, { agent, headers }, (response) => {
      response
        .once('end', () => resolve(response.statusCode ?? 0))
        .once('error', () => resolve(0))
        .resume();
    })
      .once('error', () => resolve(0))
      .end();
  });
}
