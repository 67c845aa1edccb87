import { setTimeout as sleep } from 'node:timers/promises';
import { type Bench, median, significant } from '../bench.ts';
import { measurePush, openLoad, type PushFigures, type PushRun, requireAll } from '../push/measure-push.ts';
import { type PushServer, type PushWork, startPushServer } from '../push/push-server.ts';
import { installPythonSocketIo } from '../push/python-socketio.ts';
import { residentKb } from '../push/resident.ts';

const ROUNDS = 3;
const FLUSH_MS = 50;
const COMMON = { connections: 1000, seconds: 5, flushMs: FLUSH_MS };
/** Frames of two ticks: what a frame costs. */
const FRAMES: PushRun = { ...COMMON, symbols: 20, ticksPerSecond: 40 };
/** Frames of twenty ticks: what a tick costs. */
const BATCHED: PushRun = { ...COMMON, symbols: 20, ticksPerSecond: 400 };
/** Other rooms for each connection, so that hardly any frame serves two: twenties of a prime number never meet again. */
const DISTINCT: PushRun = { ...COMMON, symbols: 1999, ticksPerSecond: 2000 };
/** What servers with an emit for every tick can take. */
const SINGLE: PushRun = { ...COMMON, symbols: 20, ticksPerSecond: 20 };
const PYTHON: PushRun = { ...SINGLE, connections: 200 };

const BUSY = 0.7;
const BUSY_CONNECTIONS_MAX = 8000;
const MEMORY_BASE = 2000;
const MEMORY_MORE = 8000;
const MEMORY_SYMBOLS = 400;
const SETTLE_MS = 5000;

const node = (work: PushWork) => startPushServer('realtime', work);
const bareWs = (work: PushWork) => startPushServer('ws', work);
const socketIo = (work: PushWork) => startPushServer('socket-io', work);

/** Fan-out of one realtime node in a process of its own, against a bare `ws` broadcast of the same bytes. */
export const push: Bench = async () => {
  const runs: Record<string, PushFigures[]> = {};
  const add = async (name: string, start: (work: PushWork) => Promise<PushServer>, run: PushRun) => {
    runs[name] ??= [];
    runs[name].push(await measurePush(start, run));
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    await add('frames', node, FRAMES);
    await add('wsFrames', bareWs, FRAMES);
    await add('batched', node, BATCHED);
    await add('wsBatched', bareWs, BATCHED);
    await add('distinct', node, DISTINCT);
    await add('socketIo', socketIo, SINGLE);
  }
  const of = (name: string, pick: (figures: PushFigures) => number) => median((runs[name] ?? []).map(pick));
  const frames = (name: string) => of(name, ({ framesPerCore }) => framesPerCore);
  const ticks = (name: string) => of(name, ({ messagesPerCore }) => messagesPerCore);
  const share = of('frames', ({ serverCpu }) => serverCpu);
  const connections = Math.min(BUSY_CONNECTIONS_MAX, Math.round((COMMON.connections * BUSY) / share));
  return {
    bench: 'push',
    figure: significant(frames('frames')),
    unit: 'frames/s per core',
    yardstick: {
      name: 'bare ws: one send of the same bytes to each client',
      figure: significant(frames('wsFrames')),
      unit: 'frames/s per core',
    },
    ratio: significant(frames('frames') / frames('wsFrames')),
    target:
      '>= 0.8 of ws; >= 60000 frames/s and >= 1000000 ticks/s per core batched; p99 <= 100 ms at 70 % CPU; <= 26 KB resident per connection',
    details: {
      ticksPerCore: { batched: significant(ticks('batched')), wsBatched: significant(ticks('wsBatched')) },
      batchedRatio: significant(ticks('batched') / ticks('wsBatched')),
      distinct: { framesPerCore: significant(frames('distinct')), ticksPerCore: significant(ticks('distinct')) },
      socketIo: { ticksPerCore: significant(ticks('socketIo')) },
      pythonSocketIo: await python(),
      busy: rounded(await measurePush(node, { ...FRAMES, connections, workers: 2 })),
      busyConnections: connections,
      memory: await memory(),
      runs: Object.fromEntries(Object.entries(runs).map(([name, figures]) => [name, figures.map(rounded)])),
    },
  };
};

async function python(): Promise<unknown> {
  const installed = await installPythonSocketIo();
  if (typeof installed === 'string') return installed;
  try {
    return rounded(await measurePush((work) => installed.start(work), PYTHON));
  } finally {
    installed.remove();
  }
}

/** What a further connection takes, of a node that is warm. */
async function memory(): Promise<Record<string, number>> {
  const server = await node({ symbols: MEMORY_SYMBOLS, ticksPerSecond: 20, flushMs: FLUSH_MS });
  const base = await openLoad(server, MEMORY_BASE, MEMORY_SYMBOLS);
  const before = await settledKb(server);
  const more = await openLoad(server, MEMORY_MORE, MEMORY_SYMBOLS);
  try {
    requireAll(more, MEMORY_MORE);
    const after = await settledKb(server);
    return {
      kbPerConnection: significant((after - before) / MEMORY_MORE),
      connections: MEMORY_BASE + MEMORY_MORE,
      residentMb: Math.round(after / 1024),
    };
  } finally {
    await Promise.all([base.close(), more.close()]);
    await server.stop();
  }
}

async function settledKb(server: PushServer): Promise<number> {
  await sleep(SETTLE_MS);
  return residentKb(server.pid);
}

function rounded(figures: PushFigures): PushFigures {
  const { framesPerCore, messagesPerCore } = figures;
  return {
    ...figures,
    framesPerCore: significant(framesPerCore),
    messagesPerCore: significant(messagesPerCore),
  };
}
