import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { waitUntil } from '@quotefleet/testing';
import { type Fixture, publishBars, publishTicks, startFixture, type TestClient } from './fixture.ts';
import { barOf, tickOf } from './payloads.ts';

describe('snapshots', () => {
  let fixture: Fixture;
  beforeEach(async () => {
    fixture = await startFixture();
  });
  afterEach(() => fixture.stop());

  it('come from what the node heard, and the first update follows on them', async () => {
    await publishTicks(fixture.bus, tickOf('600519.SH', 1), tickOf('600519.SH', 2));
    await publishBars(fixture.bus, barOf('600519.SH', 2));
    const client = await fixture.connect();
    await heard(client, 'tick:600519.SH', 2);
    await heard(client, 'bar:600519.SH:1m', 2);
    const { results } = await client.subscribe('tick:600519.SH', 'depth:600519.SH', 'bar:600519.SH:1m');
    expect(results.map(({ snapshot }) => snapshot?.type)).toEqual(['tick', 'depth', 'bar']);
    expect(results[0]?.snapshot).toMatchObject({ epoch: 'e1', payload: { last: 10.02, bidPrices: [9.99] } });
    await publishTicks(fixture.bus, tickOf('600519.SH', 3));
    await publishBars(fixture.bus, barOf('600519.SH', 3));
    await waitUntil(() => client.messages.length === 3);
    expect(client.messages.map(({ prevSeq, seq }) => [prevSeq, seq])).toEqual(Array(3).fill([2, 3]));
    expect(fixture.marketData.calls).toEqual({ info: 0, quote: 0, bars: 0 });
  });

  it('come from market-data for what the node has not heard, asked once for all that want them', async () => {
    const { symbol, seq, epoch, last, open, high, low, preClose, volume, amount } = tickOf('600519.SH', 8);
    fixture.marketData.quotes.set('600519.SH', {
      ...{ symbol, seq, epoch, last, open, high, low, preClose, volume, amount },
      ...{ time: '2025-11-21T10:00:00.000+08:00', change: 0, changePercent: 0 },
      bids: [{ price: 9.99, volume: 100 }],
      asks: [{ price: 10.01, volume: 200 }],
    });
    fixture.marketData.bars.set('600519.SH:1d', [{ time: '2025-11-20T00:00:00.000+08:00', close: 9.8 }]);
    const clients = await Promise.all([fixture.connect(), fixture.connect(), fixture.connect()]);
    const replies = await Promise.all(clients.map((client) => client.subscribe('tick:600519.SH', 'bar:600519.SH:1d')));
    for (const { results } of replies) {
      expect(results[0]?.snapshot).toMatchObject({
        ...{ type: 'tick', seq: 8, epoch: 'e1' },
        payload: { ts: Date.parse('2025-11-21T10:00:00+08:00'), bidPrices: [9.99], askVolumes: [200] },
      });
      expect(results[1]?.snapshot).toMatchObject({ type: 'bar', seq: 0, payload: { close: 9.8, final: true } });
    }
    expect(fixture.marketData.calls).toEqual({ info: 1, quote: 1, bars: 1 });
    await publishTicks(fixture.bus, tickOf('600519.SH', 8), tickOf('600519.SH', 9));
    await waitUntil(() => clients.every(({ messages }) => messages.length > 0));
    for (const { messages } of clients) expect(messages).toMatchObject([{ seq: 9, prevSeq: 8 }]);
  });

  it('are followed by a gap where the node did not receive what came after them', async () => {
    await publishTicks(fixture.bus, tickOf('600519.SH', 5));
    const client = await fixture.connect();
    await heard(client, 'tick:600519.SH', 5);
    await client.subscribe('tick:600519.SH', 'depth:600519.SH');
    await publishTicks(fixture.bus, tickOf('600519.SH', 9), tickOf('600519.SH', 10));
    await waitUntil(() => client.messages.length === 6);
    for (const room of ['tick:600519.SH', 'depth:600519.SH']) {
      expect(client.messages.filter((message) => message.room === room)).toMatchObject([
        { type: 'gap', prevSeq: 5, seq: 8, payload: { from: 6, to: 8, reason: 'not-received' } },
        { prevSeq: 8, seq: 9 },
        { prevSeq: 9, seq: 10 },
      ]);
    }
  });

  it('are missing, and the subscription stands, while market-data knows nothing', async () => {
    const client = await fixture.connect();
    const { results } = await client.subscribe('tick:600519.SH', 'bar:600519.SH:1m');
    expect(results).toMatchObject([{ accepted: true }, { accepted: true }]);
    expect(results.every(({ snapshot }) => snapshot === undefined)).toBe(true);
  });

  it('of a book that somebody got later are followed by the whole book for who was there before', async () => {
    const [early, late] = [await fixture.connect(), await fixture.connect()];
    expect((await early.subscribe('depth:510300.SH')).results[0]).toMatchObject({ accepted: true });
    const { symbol, seq, epoch, last, open, high, low, preClose, volume, amount } = tickOf('510300.SH', 8);
    fixture.marketData.quotes.set('510300.SH', {
      ...{ symbol, seq, epoch, last, open, high, low, preClose, volume, amount },
      ...{ time: '2025-11-21T10:00:00.000+08:00', change: 0, changePercent: 0, bids: [], asks: [] },
    });
    const room = 'tick:510300.SH';
    await waitUntil(async () => (await late.subscribe(room)).results[0]?.snapshot?.seq === 8);
    await publishTicks(fixture.bus, tickOf('510300.SH', 9), tickOf('510300.SH', 10));
    await waitUntil(() => early.messages.length === 2);
    expect(early.messages.map(({ type, seq, prevSeq }) => [type, seq, prevSeq])).toEqual([
      ['depth', 9, 8],
      ['delta', 10, 9],
    ]);
  });

  it('do not hold up a symbol the bus has brought while market-data is down, and others are refused for now', async () => {
    fixture.marketData.isDown = true;
    await publishTicks(fixture.bus, tickOf('600519.SH', 1));
    const client = await fixture.connect();
    await heard(client, 'tick:600519.SH', 1);
    const { results } = await client.subscribe('tick:600519.SH', 'tick:000001.SZ');
    expect(results[0]?.accepted).toBe(true);
    expect(results[1]).toMatchObject({ accepted: false, reason: expect.stringContaining('try again') });
    fixture.marketData.isDown = false;
    expect((await client.subscribe('tick:000001.SZ')).results[0]?.accepted).toBe(true);
  });

  it('always come before what follows on them, under load', async () => {
    let seq = 0;
    let isOver = false;
    const load = (async () => {
      while (!isOver) {
        await publishTicks(fixture.bus, tickOf('600519.SH', ++seq), tickOf('600519.SH', ++seq));
        await new Promise(setImmediate);
      }
    })();
    const client = await fixture.connect();
    await waitUntil(() => seq > 10);
    for (let round = 0; round < 20; round++) {
      const seen = client.messages.length;
      const { results } = await client.subscribe('tick:600519.SH');
      expect(client.messages).toHaveLength(seen);
      const from = results[0]?.snapshot?.seq ?? 0;
      await waitUntil(() => client.messages.length > seen + 3, { intervalMs: 1 });
      await client.unsubscribe('tick:600519.SH');
      const chain = client.messages.slice(seen).map((message) => [message.prevSeq, message.seq]);
      expect(chain).toEqual(chain.map((_, index) => [from + index, from + index + 1]));
    }
    isOver = true;
    await load;
  });
});

/** Waits until the node has heard of a message of a room. */
async function heard(client: TestClient, room: string, seq: number): Promise<void> {
  await waitUntil(async () => (await client.subscribe(room)).results[0]?.snapshot?.seq === seq);
  await client.unsubscribe(room);
}
