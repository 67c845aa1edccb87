import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitUntil } from '@quotefleet/testing';
import { type Fixture, GOOD_KEY, publishBars, publishTicks, startFixture, type TestClient } from './fixture.ts';
import { barOf, tickOf } from './payloads.ts';

const seqs = (messages: { seq: number }[] | undefined) => messages?.map(({ seq }) => seq);

describe('resuming', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await startFixture({ env: { QF_REALTIME_REPLAY_EVENTS: '50' } });
  });
  afterAll(() => fixture.stop());

  /** Publishes ticks of a symbol and waits until the node has them. */
  async function publish(symbol: string, from: number, to: number, changes = {}): Promise<void> {
    const ticks = Array.from({ length: to - from + 1 }, (_, index) => tickOf(symbol, from + index, changes));
    await publishTicks(fixture.bus, ...ticks);
    await using client = await watching(`tick:${symbol}`);
    await waitUntil(async () => (await client.subscribe(`tick:${symbol}`)).results[0]?.snapshot?.seq === to);
  }
  async function watching(...rooms: string[]): Promise<TestClient & AsyncDisposable> {
    const client = await fixture.connect();
    await client.subscribe(...rooms);
    return { ...client, [Symbol.asyncDispose]: async () => void client.socket.close() };
  }

  it('gives what was missed, in order, and goes on from there', async () => {
    await publish('600519.SH', 1, 9);
    const client = await fixture.connect();
    const resume = { epoch: 'e1', seq: 4 };
    const { results } = await client.subscribe({ room: 'tick:600519.SH', resume });
    expect(results[0]).toMatchObject({ accepted: true, recovered: true });
    expect(results[0]?.snapshot).toBeUndefined();
    expect(results[0]?.missed?.map(({ seq, prevSeq }) => [seq, prevSeq])).toEqual([
      [5, 4],
      [6, 5],
      [7, 6],
      [8, 7],
      [9, 8],
    ]);
    await publishTicks(fixture.bus, tickOf('600519.SH', 10));
    await waitUntil(() => client.messages.length === 1);
    expect(client.messages[0]).toMatchObject({ seq: 10, prevSeq: 9 });
  });

  it('gives it to who takes MessagePack, too, before what follows', async () => {
    await publish('600519.SH', 10, 10);
    const auth = { apiKey: GOOD_KEY, encoding: 'msgpack' };
    for (const transport of ['websocket', 'polling']) {
      const client = await fixture.connect({ auth, transports: [transport] });
      const resume = { epoch: 'e1', seq: 8 };
      const { results } = await client.subscribe({ room: 'tick:600519.SH', resume });
      expect([client.messages, seqs(results[0]?.missed)]).toEqual([[], [9, 10]]);
      client.socket.close();
    }
    const client = await fixture.connect({ auth });
    await client.subscribe({ room: 'tick:600519.SH', resume: { epoch: 'e1', seq: 10 } });
    await publishTicks(fixture.bus, tickOf('600519.SH', 11));
    await waitUntil(() => client.messages.length === 1);
    expect(client.messages[0]).toMatchObject({ seq: 11, prevSeq: 10 });
  });

  it('gives nothing where nothing was missed, and whole books where the room sends changes', async () => {
    await publish('000001.SZ', 1, 3);
    const client = await fixture.connect();
    const { results } = await client.subscribe(
      { room: 'tick:000001.SZ', resume: { epoch: 'e1', seq: 3 } },
      { room: 'depth:000001.SZ', resume: { epoch: 'e1', seq: 1 } },
    );
    expect(results[0]).toMatchObject({ recovered: true, missed: [] });
    expect(results[1]?.missed?.map(({ type, seq }) => [type, seq])).toEqual([
      ['depth', 2],
      ['depth', 3],
    ]);
  });

  it('names the hole that the bus itself has', async () => {
    await publish('510300.SH', 1, 2);
    await publish('510300.SH', 6, 7);
    const client = await fixture.connect();
    const { results } = await client.subscribe({ room: 'tick:510300.SH', resume: { epoch: 'e1', seq: 1 } });
    expect(results[0]?.missed?.map(({ type, seq, prevSeq }) => [type, seq, prevSeq])).toEqual([
      ['tick', 2, 1],
      ['gap', 5, 2],
      ['tick', 6, 5],
      ['tick', 7, 6],
    ]);
  });

  it('says what lies between where it is no longer kept, and starts from the newest', async () => {
    await publish('600519.SH', 12, 90);
    const client = await fixture.connect();
    const { results } = await client.subscribe(
      { room: 'tick:600519.SH', resume: { epoch: 'e1', seq: 20 } },
      { room: 'depth:600519.SH', resume: { epoch: 'e0', seq: 20 } },
    );
    expect(results[0]).toMatchObject({
      ...{ recovered: false, gap: { from: 21, to: 89, reason: 'retention' } },
      snapshot: { type: 'tick', seq: 90 },
    });
    expect(results[1]).toMatchObject({
      recovered: false,
      gap: { reason: 'epoch' },
      snapshot: { type: 'depth', seq: 90 },
    });
    const text = await (await fetch(`${fixture.service.url}/metrics`)).text();
    expect(text).toMatch(/socketio_resumes_total\{recovered="false",[^}]*\} 2/);
    expect(text).toMatch(/socketio_gaps_total\{reason="retention",[^}]*\} 1/);
  });

  it('gives every final bar since, and none of the provisional ones that were seen', async () => {
    await publishBars(
      fixture.bus,
      barOf('600519.SH', 1),
      barOf('600519.SH', 1, { final: true }),
      barOf('600519.SH', 2),
    );
    const client = await fixture.connect();
    const room = 'bar:600519.SH:1m';
    await waitUntil(async () => (await client.subscribe(room)).results[0]?.snapshot?.seq === 2);
    const { results } = await client.subscribe({ room, resume: { epoch: 'e1', seq: 1 } });
    expect(results[0]).toMatchObject({ recovered: true });
    expect(results[0]?.missed?.map(({ seq, payload }) => [seq, (payload as { final: boolean }).final])).toEqual([
      [1, true],
      [2, false],
    ]);
  });

  it('takes up to a megabyte at once, the rest of the rooms from their newest', async () => {
    const source = 'x'.repeat(64);
    await publish('000300.SH', 1, 45, { source });
    const client = await fixture.connect();
    const resume = { epoch: 'e1', seq: 1 };
    const rooms = Array.from({ length: 100 }, () => ({ room: 'tick:000300.SH', resume }));
    const { results } = await client.subscribe(...rooms);
    expect(results[0]).toMatchObject({ recovered: true });
    expect(seqs(results[0]?.missed)?.length).toBe(44);
    expect(results.at(-1)).toMatchObject({ recovered: false, gap: { reason: 'overflow', from: 2, to: 44 } });
  });
});
