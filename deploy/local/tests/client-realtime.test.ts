import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { AnyMessage, QuotefleetClient } from '@quotefleet/client';
import { waitUntil } from '@quotefleet/testing';
import { ClientFleet, tickOf } from './client-fleet.ts';

// Connections are dropped for up to 30 s.
jest.setTimeout(90_000);

/** What a room gave, as it was given. */
class Record {
  readonly faults: string[] = [];
  readonly origins = new Set<string>();
  readonly gaps: object[] = [];
  seq: number | undefined;
  received = 0;

  take(message: AnyMessage): void {
    const before = this.seq;
    if (message.type === 'gap') {
      this.gaps.push(message.payload);
      const { from, to } = message.payload;
      if (before !== undefined && from !== before + 1) this.faults.push(`a gap from ${from} after ${before}`);
      this.seq = to ?? before;
      return;
    }
    if (before !== undefined && message.seq !== before + 1) this.faults.push(`${message.seq} after ${before}`);
    this.seq = message.seq;
    this.received += 1;
    this.origins.add(message.origin);
  }
}

async function watch(client: QuotefleetClient, room: string): Promise<Record> {
  const record = new Record();
  const onGap = (gap: AnyMessage) => record.take(gap);
  await client.realtime.subscribe({ room, mode: 'raw', onMessage: (message) => record.take(message), onGap });
  return record;
}

describe('a client of a realtime node', () => {
  let fleet: ClientFleet;
  beforeAll(async () => {
    fleet = await ClientFleet.start();
  });
  afterAll(() => fleet.stop());

  /** Ticks twenty times a second until it is told to stop; gives the last sequence then. */
  function run(symbol: string, first = 1): () => Promise<number> {
    let seq = first - 1;
    let isRunning = true;
    const running = (async () => {
      while (isRunning) {
        seq += 1;
        await fleet.tick(symbol, seq);
        await sleep(50);
      }
      return seq;
    })();
    return () => {
      isRunning = false;
      return running;
    };
  }

  it.each(['json', 'msgpack'] as const)(
    'gives every tick in order by %s, to callbacks and to loops',
    async (encoding) => {
      const client = fleet.client({ realtime: { encoding } });
      await client.realtime.connect();
      const symbol = encoding === 'json' ? '600000.SH' : '600001.SH';
      const record = await watch(client, `tick:${symbol}`);
      const subscription = await client.realtime.subscribe({ room: `tick:${symbol}` });
      await fleet.tick(symbol, 1, 200);
      const seqs: number[] = [];
      for await (const message of subscription) {
        seqs.push(message.seq);
        if (message.type === 'tick') expect(message.payload).toEqual(tickOf(symbol, message.seq));
        if (message.seq === 200) break;
      }
      expect(seqs).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
      expect(record).toMatchObject({ received: 200, faults: [], gaps: [] });
      client.close();
    },
  );

  it.each([1, 10, 30])('misses nothing over %d s without a network', async (seconds) => {
    const symbol = `60010${seconds % 7}.SH`;
    const client = fleet.client();
    await client.realtime.connect();
    const record = await watch(client, `tick:${symbol}`);
    const stop = run(symbol);
    await waitUntil(() => record.received > 5);
    fleet.proxy.cut();
    await sleep(seconds * 1000);
    fleet.proxy.mend();
    await waitUntil(() => client.realtime.counts.connections === 2);
    await sleep(500);
    const last = await stop();
    await waitUntil(() => record.seq === last);
    expect(record).toMatchObject({ received: last, faults: [], gaps: [] });
    expect(record.origins).toContain('resumed');
    client.close();
  });

  it('gives up a connection that nothing comes by, and misses nothing', async () => {
    const client = fleet.client({ realtime: { silenceMs: 1000 } });
    await client.realtime.connect();
    const record = await watch(client, 'tick:600200.SH');
    const stop = run('600200.SH');
    await waitUntil(() => record.received > 5);
    const states: string[] = [];
    client.realtime.onState((state) => states.push(state.status === 'closed' ? state.code : state.status));
    fleet.proxy.pause();
    await waitUntil(() => states.includes('SILENT'));
    fleet.proxy.cut();
    fleet.proxy.mend();
    await waitUntil(() => client.realtime.state.status === 'open');
    await sleep(300);
    const last = await stop();
    await waitUntil(() => record.seq === last);
    expect(record).toMatchObject({ received: last, faults: [], gaps: [] });
    expect(states.slice(0, 2)).toEqual(['SILENT', 'reconnecting']);
    client.close();
  });

  it('goes on at another node', async () => {
    await fleet.startNode();
    const client = fleet.client();
    await client.realtime.connect();
    const record = await watch(client, 'tick:600300.SH');
    const stop = run('600300.SH');
    await waitUntil(() => record.received > 5);
    for (const node of [1, 0, 1, 0]) {
      fleet.node = node;
      const { connections } = client.realtime.counts;
      fleet.proxy.dropConnections();
      await waitUntil(() => client.realtime.counts.connections > connections);
      await sleep(200);
    }
    const last = await stop();
    await waitUntil(() => record.seq === last);
    expect(record).toMatchObject({ received: last, faults: [], gaps: [] });
    client.close();
  });

  it('reads by REST what the bus never brought, before anything that follows', async () => {
    const client = fleet.client();
    await client.realtime.connect();
    const record = await watch(client, 'tick:600400.SH');
    await fleet.tick('600400.SH', 1, 3);
    await fleet.tick('600400.SH', 4, 8, { isTold: false });
    await fleet.tick('600400.SH', 9, 10);
    await waitUntil(() => record.seq === 10);
    expect(record).toMatchObject({ received: 10, faults: [], gaps: [] });
    expect([...record.origins]).toEqual(['live', 'repaired']);
    client.close();
  });

  it('tells what is nowhere to be had', async () => {
    const client = fleet.client({ realtime: { holdMs: 1500 } });
    await client.realtime.connect();
    const record = await watch(client, 'tick:600500.SH');
    await fleet.tick('600500.SH', 1, 3);
    await fleet.tick('600500.SH', 6, 6, { isTold: false });
    await fleet.tick('600500.SH', 8, 10);
    await waitUntil(() => record.seq === 10);
    expect(record).toMatchObject({ received: 7, faults: [] });
    expect(record.gaps).toEqual([
      { from: 4, to: 5, reason: 'not-received' },
      { from: 7, to: 7, reason: 'not-received' },
    ]);
    client.close();
  });

  it('gets all that a slow link does not carry in time', async () => {
    const LAST = 50_010;
    const client = fleet.client({ realtime: { holdMs: 60_000 } });
    await client.realtime.connect();
    const record = await watch(client, 'tick:600600.SH');
    const codes: string[] = [];
    client.realtime.onState((state) => state.status === 'closed' && codes.push(state.code));
    await fleet.tick('600600.SH', 1, 10);
    await waitUntil(() => record.seq === 10);
    fleet.proxy.setBandwidth(10_000);
    // 35 MB: more than the sockets on the way take, so that the queue of the connection overflows, and it is closed.
    for (let from = 11; from < LAST; from += 1000) {
      await fleet.tick('600600.SH', from, from + 999);
      await sleep(20);
    }
    // The node takes the client for too slow after 5 s; what is on its way still comes, slowly.
    await sleep(8000);
    fleet.proxy.setBandwidth(undefined);
    await waitUntil(() => record.seq === LAST, { timeoutMs: 60_000 });
    expect(record).toMatchObject({ faults: [], gaps: [], received: LAST });
    expect(codes.length).toBeGreaterThan(0);
    expect(client.realtime.counts.repaired).toBeGreaterThan(0);
    client.close();
  });

  it('tells a loop that is too slow what it lost, and nobody else', async () => {
    const client = fleet.client({ realtime: { queueMax: 100 } });
    await client.realtime.connect();
    const record = await watch(client, 'tick:600700.SH');
    const subscription = await client.realtime.subscribe({ room: 'tick:600700.SH' });
    await fleet.tick('600700.SH', 1, 1000);
    await waitUntil(() => record.seq === 1000);
    const slow = new Record();
    for await (const message of subscription) {
      slow.take(message);
      if (slow.seq === 1000) break;
    }
    expect([slow.faults, record.received]).toEqual([[], 1000]);
    expect(slow.gaps).toEqual([{ from: 1, to: 1000 - slow.received, reason: 'overflow' }]);
    client.close();
  });

  it('misses and doubles nothing while the network does what it likes', async () => {
    while (fleet.nodes.length < 2) await fleet.startNode();
    const clients = (['json', 'msgpack'] as const).map((encoding) => fleet.client({ realtime: { encoding } }));
    const symbols = ['600801.SH', '600802.SH', '600803.SH'];
    const records: Record[] = [];
    for (const client of clients) {
      await client.realtime.connect();
      for (const symbol of symbols) records.push(await watch(client, `tick:${symbol}`));
    }
    const stops = symbols.map((symbol) => run(symbol));
    await waitUntil(() => records.every(({ received }) => received > 0));
    const faults = [
      () => fleet.proxy.dropConnections(),
      () => fleet.proxy.pause(),
      () => fleet.proxy.cut(),
      () => fleet.proxy.setLatency(150),
      () => fleet.proxy.setBandwidth(20_000),
    ];
    for (let round = 0; round < 25; round++) {
      fleet.node = round % 2;
      faults[Math.floor(Math.random() * faults.length)]?.();
      await sleep(Math.random() * 800);
      fleet.proxy.mend();
      await sleep(Math.random() * 400);
    }
    const lasts = await Promise.all(stops.map((stop) => stop()));
    const all = () => records.every(({ seq }, index) => seq === lasts[index % symbols.length]);
    await waitUntil(all, { timeoutMs: 20_000 });
    for (const [index, record] of records.entries())
      expect(record).toMatchObject({ received: lasts[index % symbols.length], faults: [], gaps: [] });
    expect(clients[0]?.realtime.counts.connections).toBeGreaterThan(3);
    for (const client of clients) client.close();
  });
});
