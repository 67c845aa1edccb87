import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AuditTotals,
  isClean,
  openRealtimeLoad,
  type RealtimeLoad,
  type RealtimeWindow,
  sourceAddresses,
} from '@quotefleet/loadtest';
import { significant } from '../bench.ts';
import { cpuSeconds } from '../http/process-cpu.ts';
import { benchSymbols, type PushServer, type PushWork } from './push-server.ts';

const RAMP_PER_SECOND = 2000;
const WARM_MS = 1500;
const ROOMS = 20;
const ATTEMPTS_MAX = 3;

type StartServer = (work: PushWork) => Promise<PushServer>;

/** A work, and who is to be served by it. */
export interface PushRun extends PushWork {
  connections: number;
  seconds: number;
  /** Processes that receive; one where absent. */
  workers?: number;
}

/** What a server did in a run, by second of its own processor time. */
export interface PushFigures {
  framesPerCore: number;
  messagesPerCore: number;
  messagesPerFrame: number;
  /** Share of a core. */
  serverCpu: number;
  /** Of the busiest process. */
  generatorCpu: number;
  p50Ms: number;
  p99Ms: number;
  audited: number;
}

/** Connections with twenty rooms each, of the work's symbols in turn. */
export function openLoad(server: PushServer, connections: number, symbols: number, workers = 1): Promise<RealtimeLoad> {
  return openRealtimeLoad({
    urls: [server.url],
    apiKey: 'bench',
    encoding: 'json',
    client: 'raw',
    rooms: { names: spreadRooms(symbols), perConnection: ROOMS },
    addresses: sourceAddresses(server.url, connections),
    connections,
    workers,
    rampPerSecond: RAMP_PER_SECOND,
  });
}

/** Neighbours in the list tick at different times: they are what one connection gets. */
function spreadRooms(count: number): string[] {
  const symbols = benchSymbols(count);
  const stride = Math.max(1, Math.floor(count / ROOMS));
  const order = symbols.map((symbol, index): [number, string] => [index % stride, symbol]);
  return order.toSorted(([a], [b]) => a - b).map(([, symbol]) => `tick:${symbol}`);
}

/** Serves a run by a server of its own. @throws Error where connections were dropped again and again, or the audit found a fault */
export async function measurePush(start: StartServer, run: PushRun): Promise<PushFigures> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await measureOnce(start, run);
    } catch (error) {
      if (!(error instanceof DroppedError) || attempt === ATTEMPTS_MAX) throw error;
      process.stderr.write(`a run is repeated: ${error.message}\n`);
    }
  }
}

async function measureOnce(start: StartServer, run: PushRun): Promise<PushFigures> {
  const server = await start(run);
  try {
    const load = await openLoad(server, run.connections, run.symbols, run.workers);
    try {
      requireAll(load, run.connections);
      await sleep(WARM_MS);
      const before = cpuSeconds(server.pid);
      const window = await load.measure(run.seconds);
      const used = cpuSeconds(server.pid) - before;
      const audit = await load.audit();
      requireAll(load, run.connections);
      requireClean(audit);
      return toFigures(window, used, audit.messages);
    } finally {
      await load.close();
    }
  } finally {
    await server.stop();
  }
}

/** Something else kept the machine so busy that connections were cut: the run says nothing. */
class DroppedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DroppedError';
  }
}

/** @throws DroppedError where a connection lacks */
export function requireAll(load: RealtimeLoad, connections: number): void {
  const counts = load.counts();
  if (counts.open !== connections || counts.ready !== connections)
    throw new DroppedError(`expected ${connections} connections, found ${JSON.stringify(counts)}`);
}

/** @throws Error where something was lost, doubled or out of order */
export function requireClean(audit: AuditTotals): void {
  if (!isClean(audit)) throw new Error(`the audit found ${JSON.stringify(audit)}`);
}

function toFigures({ frames, messages, seconds, latency, generator }: RealtimeWindow, used: number, audited: number) {
  return {
    framesPerCore: frames / used,
    messagesPerCore: messages / used,
    messagesPerFrame: significant(messages / frames),
    serverCpu: significant(used / seconds),
    generatorCpu: significant(Math.max(...generator.cpu)),
    p50Ms: significant(latency.p50Ms),
    p99Ms: significant(latency.p99Ms),
    audited,
  };
}
