import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { AccessToken, LiveBook } from '@quotefleet/client';
import { authRevokedEvent, createEvent, TOPICS } from '@quotefleet/contracts';
import { waitUntil } from '@quotefleet/testing';
import { ClientFleet, tickOf } from './client-fleet.ts';

// Nodes are restarted, and tokens expire.
jest.setTimeout(60_000);

/** The book as a tick has it. */
function bookOf(symbol: string, seq: number) {
  const { bidPrices, bidVolumes, askPrices, askVolumes } = tickOf(symbol, seq);
  return {
    bids: bidPrices.map((price, level) => ({ price, volume: bidVolumes[level] })),
    asks: askPrices.map((price, level) => ({ price, volume: askVolumes[level] })),
  };
}

describe('rooms of a client', () => {
  let fleet: ClientFleet;
  beforeAll(async () => {
    fleet = await ClientFleet.start();
  });
  afterAll(() => fleet.stop());

  it.each(['raw', 'merge'] as const)(
    'keep a book that is right at every change, also over connections, in mode %s',
    async (mode) => {
      const symbol = mode === 'raw' ? '600519.SH' : '600520.SH';
      const client = fleet.client();
      await client.realtime.connect();
      await fleet.tick(symbol, 1);
      const faults: number[] = [];
      const onChange = ({ seq = 0, bids, asks, isLive }: LiveBook) => {
        if (isLive && JSON.stringify({ bids, asks }) !== JSON.stringify(bookOf(symbol, seq))) faults.push(seq);
      };
      const book = await client.realtime.book(symbol, { mode, onChange });
      await waitUntil(() => book.isLive);
      await fleet.tick(symbol, 2, 100);
      await waitUntil(() => book.seq === 100);
      fleet.proxy.cut();
      await waitUntil(() => !book.isLive);
      await fleet.tick(symbol, 101, 150);
      fleet.proxy.mend();
      await waitUntil(() => book.isLive && book.seq === 150);
      await fleet.tick(symbol, 151, 160);
      // The bus itself has a hole: the next book is a whole one.
      await fleet.tick(symbol, 165, 170);
      await waitUntil(() => book.isLive && book.seq === 170);
      expect([faults, { bids: book.bids, asks: book.asks }]).toEqual([[], bookOf(symbol, 170)]);
      await book.close();
      expect(client.realtime.rooms).toEqual([]);
      client.close();
    },
  );

  it('read from what is stored what a node that is new does not know', async () => {
    const client = fleet.client();
    await client.realtime.connect();
    const ticks: string[] = [];
    const bars: string[] = [];
    const gaps: object[] = [];
    await client.realtime.subscribe({
      room: 'tick:600530.SH',
      onMessage: ({ origin, seq }) => ticks.push(`${origin} ${seq}`),
      onGap: ({ payload }) => gaps.push(payload),
    });
    await client.realtime.subscribe({
      room: 'bar:600530.SH:1m',
      onMessage: ({ origin, payload }) => payload.final && bars.push(`${origin} ${payload.close}`),
      onGap: ({ payload }) => gaps.push(payload),
    });
    await fleet.tick('600530.SH', 1, 2);
    await fleet.bars('600530.SH', 1, 2);
    await waitUntil(() => ticks.length === 2 && bars.length === 2);
    const states: string[] = [];
    client.realtime.onState((state) => states.push(state.status === 'closed' ? state.code : state.status));
    const [old] = fleet.nodes;
    await old?.stop();
    await fleet.tick('600530.SH', 3, 6);
    await fleet.bars('600530.SH', 3, 4);
    await fleet.startNode();
    fleet.node = fleet.nodes.length - 1;
    await waitUntil(() => client.realtime.state.status === 'open');
    await fleet.tick('600530.SH', 7, 8);
    await fleet.bars('600530.SH', 5, 5);
    await waitUntil(() => ticks.length === 8 && bars.length === 5);
    expect(ticks.map((tick) => tick.split(' ')[1])).toEqual(['1', '2', '3', '4', '5', '6', '7', '8']);
    expect(ticks.filter((tick) => tick.startsWith('repaired')).length).toBeGreaterThan(0);
    expect(bars.slice(0, 4)).toEqual(['live 1', 'live 2', 'repaired 3', 'repaired 4']);
    expect(bars.map((bar) => bar.split(' ')[1])).toEqual(['1', '2', '3', '4', '5']);
    expect(gaps).toEqual([]);
    expect(states[0]).toBe('SERVER_STOPPING');
    client.close();
  });

  it('are a whole market by one wildcard, each with a chain of its own', async () => {
    const client = fleet.client({ apiKey: 'service' });
    await client.realtime.connect();
    const seqs = new Map<string, number[]>();
    const symbols = Array.from({ length: 20 }, (_, index) => `6006${10 + index}.SH`);
    for (const symbol of symbols) await fleet.tick(symbol, 1);
    await client.realtime.subscribe({
      room: 'tick:*',
      onMessage: ({ room, seq }) => seqs.set(room, [...(seqs.get(room) ?? []), seq]),
    });
    const all = (last: number) =>
      symbols.every(
        (symbol) =>
          (seqs.get(`tick:${symbol}`) ?? []).join() === Array.from({ length: last }, (_, index) => index + 1).join(),
      );
    for (const symbol of symbols) await fleet.tick(symbol, 2, 3);
    await waitUntil(() => all(3));
    fleet.proxy.cut();
    await waitUntil(() => client.realtime.state.status !== 'open');
    for (const symbol of symbols) await fleet.tick(symbol, 4, 6);
    fleet.proxy.mend();
    await waitUntil(() => client.realtime.state.status === 'open');
    for (const symbol of symbols) await fleet.tick(symbol, 7, 8);
    await waitUntil(() => all(8));
    client.close();
  });

  it('are accepted or refused one by one, many in one call', async () => {
    const client = fleet.client();
    await client.realtime.connect();
    const rooms = Array.from({ length: 600 }, (_, index) => ({ room: `tick:${600_000 + index}.SH` }));
    const results = await client.realtime.subscribeAll([...rooms, { room: 'colour:red' }, { room: 'tick:*' }]);
    expect(results.filter(({ accepted }) => accepted).length).toBeGreaterThan(0);
    expect(results.slice(-2)).toMatchObject([
      { accepted: false, error: { code: 'INVALID_ROOM' } },
      { accepted: false, error: { code: 'FORBIDDEN' } },
    ]);
    client.close();
    await expect(client.realtime.subscribe({ room: 'system' })).rejects.toMatchObject({ code: 'OFFLINE' });
  });

  it('are joined as soon as there is a connection, where calls may wait for it', async () => {
    const client = fleet.client({ realtime: { bufferWhileOffline: true } });
    const joining = client.realtime.subscribe({ room: 'tick:sh600519' });
    await client.realtime.connect();
    expect((await joining).terms).toEqual({ room: 'tick:600519.SH', mode: 'raw', maxHz: undefined, delaySeconds: 0 });
    client.close();
  });
});

describe('the credentials of a client', () => {
  let fleet: ClientFleet;
  beforeAll(async () => {
    fleet = await ClientFleet.start();
  });
  afterAll(() => fleet.stop());

  it('are renewed before they end, on the connection that there is', async () => {
    let asked = 0;
    const token = async (): Promise<AccessToken> => {
      asked += 1;
      // Each of another name, so that it lives from when it is first shown.
      return { token: asked < 3 ? `user ${3 + asked / 100}` : 'user 3600' };
    };
    const client = fleet.client({ apiKey: undefined, token });
    await client.realtime.connect();
    await waitUntil(() => asked === 3);
    await sleep(4000);
    expect([client.realtime.counts.connections, client.realtime.state.status, asked]).toEqual([1, 'open', 3]);
    client.close();
  });

  it('are asked for again where they have ended, and the client comes back with them', async () => {
    const reasons: string[] = [];
    const ticket = async () => {
      reasons.push('ticket');
      return reasons.length < 3 ? `user 2.${reasons.length}` : 'user';
    };
    const client = fleet.client({ apiKey: undefined, ticket });
    await client.realtime.connect();
    const codes: string[] = [];
    client.realtime.onState((state) => state.status === 'closed' && codes.push(state.code));
    await waitUntil(() => client.realtime.counts.connections === 3);
    expect([codes, reasons.length]).toEqual([['TOKEN_EXPIRED', 'TOKEN_EXPIRED'], 3]);
    client.close();
  });

  it('end the connection for good where there are no others', async () => {
    const client = fleet.client({ apiKey: undefined, token: 'user 2' });
    await client.realtime.connect();
    const ends: string[] = [];
    await client.realtime.subscribe({
      room: 'system',
      onMessage: () => undefined,
      onEnd: ({ code }) => ends.push(code),
    });
    await waitUntil(() => client.realtime.state.status === 'closed');
    await sleep(1000);
    expect(client.realtime.state).toMatchObject({ status: 'closed', code: 'TOKEN_EXPIRED', returns: false });
    expect(ends).toEqual(['UNAUTHENTICATED']);
  });

  it('are refused once and for all where they are not good', async () => {
    const client = fleet.client({ apiKey: 'nobody' });
    await expect(client.realtime.connect()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(client.realtime.state).toMatchObject({ status: 'closed', returns: false });
  });

  it('end the connection for good where they are revoked', async () => {
    const client = fleet.client();
    await client.realtime.connect();
    const payload = { kind: 'user', id: 'user-1' } as const;
    await fleet.bus.publish(TOPICS.authRevoked, [
      { key: payload.id, value: authRevokedEvent.parse(createEvent('auth.revoked', payload)) },
    ]);
    await waitUntil(() => client.realtime.state.status === 'closed');
    expect(client.realtime.state).toMatchObject({ code: 'REVOKED', returns: false });
  });
});
