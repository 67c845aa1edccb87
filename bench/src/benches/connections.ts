import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { busPublisher, openRealtimeLoad, sourceAddresses, TickMaker, TickTraffic } from '@quotefleet/loadtest';
import { createKafkaBus } from '@quotefleet/messaging';
import { startKafka } from '@quotefleet/native-servers';
import { Closers } from '@quotefleet/service-kit';
import { type Bench, significant } from '../bench.ts';
import { connectionsWanted } from '../config.ts';
import { cpuSeconds } from '../http/process-cpu.ts';
import { findRoom } from '../push/machine-room.ts';
import { requireClean } from '../push/measure-push.ts';
import { benchSymbols, type PushServer, startPushServer } from '../push/push-server.ts';
import { residentKb } from '../push/resident.ts';

const SYMBOLS = 2000;
const ROOMS = 20;
/** A message to every connection about every tenth second, beside heartbeats. */
const TICKS_PER_SECOND = 10;
const FLUSH_MS = 50;
const RAMP_PER_SECOND = 1000;
const SETTLE_MS = 5000;
const SECONDS = 20;
const ALONE = 100;

/** Connections held by several realtime nodes of this machine that read one Kafka, while ticks flow to all of them. */
export const connections: Bench = async () => {
  const room = findRoom(connectionsWanted());
  const closers = new Closers();
  try {
    const home = mkdtempSync(join(tmpdir(), 'bench-connections-'));
    closers.add('home', async () => rmSync(home, { recursive: true, force: true }));
    const kafka = await startKafka({ dataDir: join(home, 'kafka') });
    closers.add('kafka', kafka.stop);
    const nodes = await startNodes(closers, room.nodes, kafka.brokers);
    await startTraffic(closers, kafka.brokers);
    const alone = await hold(nodes, ALONE);
    const all = await hold(nodes, room.connections);
    return {
      bench: 'connections',
      figure: all.held,
      unit: 'connections',
      yardstick: {
        name: `p99 publish to receipt of ${ALONE} connections alone, ms`,
        figure: alone.p99Ms,
        unit: 'ms',
      },
      ratio: significant(all.p99Ms / alone.p99Ms),
      target: '100000 held with messages flowing, p99 < 200 ms',
      details: { ...room, rooms: ROOMS, ticksPerSecond: TICKS_PER_SECOND, ...all },
    };
  } finally {
    await closers.close();
  }
};

async function startNodes(closers: Closers, count: number, kafkaBrokers: readonly string[]): Promise<PushServer[]> {
  const work = { symbols: SYMBOLS, ticksPerSecond: TICKS_PER_SECOND, flushMs: FLUSH_MS, kafkaBrokers };
  return Promise.all(
    Array.from({ length: count }, async () => {
      const node = await startPushServer('realtime', work);
      closers.add('node', node.stop);
      return node;
    }),
  );
}

/** A tick of each symbol at once, so that the nodes know it, then the pace. */
async function startTraffic(closers: Closers, brokers: readonly string[]): Promise<void> {
  const bus = createKafkaBus({ brokers: [...brokers], clientId: 'bench-connections' });
  closers.add('bus', () => bus.close());
  const maker = new TickMaker(benchSymbols(SYMBOLS), 'bench');
  const publish = busPublisher(bus);
  const next = (ts: number) => maker.next(ts);
  await publish(Array.from({ length: SYMBOLS }, () => next(Date.now())));
  await sleep(SETTLE_MS);
  const traffic = new TickTraffic({ next, publish, perSecond: TICKS_PER_SECOND });
  closers.add('traffic', async () => void (await traffic.stop()));
}

/** Opens so many connections to the nodes in turn, measures, audits and lets them go. */
async function hold(nodes: readonly PushServer[], count: number) {
  const used = () => nodes.reduce((sum, { pid }) => sum + cpuSeconds(pid), 0);
  const resident = () => nodes.reduce((sum, { pid }) => sum + residentKb(pid), 0);
  const [emptyKb, started] = [resident(), performance.now()];
  const load = await openRealtimeLoad({
    urls: nodes.map(({ url }) => url),
    apiKey: 'bench',
    encoding: 'json',
    client: 'raw',
    rooms: { names: benchSymbols(SYMBOLS).map((symbol) => `tick:${symbol}`), perConnection: ROOMS },
    addresses: sourceAddresses(nodes[0]?.url ?? '', count),
    connections: count,
    workers: nodes.length,
    rampPerSecond: RAMP_PER_SECOND,
  });
  try {
    const rampSeconds = (performance.now() - started) / 1000;
    await sleep(SETTLE_MS);
    const before = used();
    const window = await load.measure(SECONDS);
    const nodesCpu = (used() - before) / window.seconds;
    const { latency, generator, messages, seconds } = window;
    const audit = await load.audit();
    requireClean(audit);
    const { open, refused, failed, dropped } = load.counts();
    return {
      held: open,
      p50Ms: significant(latency.p50Ms),
      p99Ms: significant(latency.p99Ms),
      messagesPerSecond: significant(messages / seconds),
      rampSeconds: significant(rampSeconds),
      nodesCpu: significant(nodesCpu),
      generatorCpu: significant(generator.cpu.reduce((sum, cpu) => sum + cpu, 0)),
      kbPerConnection: significant((resident() - emptyKb) / count),
      audited: audit.messages,
      ...{ refused, failed, dropped },
    };
  } finally {
    await load.close();
  }
}
