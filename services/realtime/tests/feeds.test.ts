import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitUntil } from '@quotefleet/testing';
import { FEED_KEY, type Fixture, publishBars, publishTicks, startFixture } from './fixture.ts';
import { barOf, tickOf } from './payloads.ts';

describe('a feed', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await startFixture();
  });
  afterAll(() => fixture.stop());
  const service = { auth: { apiKey: FEED_KEY } };

  it('is for roles that have it', async () => {
    const user = await fixture.connect();
    const { results } = await user.subscribe('tick:*');
    expect(results[0]).toMatchObject({ accepted: false, code: 'FORBIDDEN' });
    expect(results[0]?.reason).toContain('the role user may not join tick:*');
  });

  it('starts with the newest of every symbol, and goes on with all of them, each in its own chain', async () => {
    await publishTicks(fixture.bus, tickOf('600519.SH', 1), tickOf('000001.SZ', 7));
    const client = await fixture.connect(service);
    await waitUntil(async () => (await client.subscribe('tick:600519.SH')).results[0]?.snapshot !== undefined);
    await client.subscribe('tick:*');
    await publishTicks(fixture.bus, tickOf('000001.SZ', 8), tickOf('600519.SH', 2), tickOf('510300.SH', 1));
    await waitUntil(() => client.messages.length >= 5);
    const bySymbol = Map.groupBy(client.messages, ({ room }) => room);
    const chain = (room: string) => bySymbol.get(room)?.map(({ seq, prevSeq }) => [seq, prevSeq]);
    expect(chain('tick:000001.SZ')).toEqual([
      [7, undefined],
      [8, 7],
    ]);
    expect(chain('tick:600519.SH')).toEqual([
      [1, undefined],
      [2, 1],
    ]);
    expect(chain('tick:510300.SH')).toEqual([[1, undefined]]);
  });

  it('of indices has no stocks', async () => {
    await publishTicks(fixture.bus, tickOf('000300.SH', 1));
    const client = await fixture.connect(service);
    await waitUntil(async () => (await client.subscribe('index:000300.SH')).results[0]?.snapshot !== undefined);
    await client.subscribe('index:*');
    await publishTicks(fixture.bus, tickOf('000001.SZ', 9), tickOf('000300.SH', 2));
    await waitUntil(() => client.messages.some(({ seq }) => seq === 2));
    expect(client.messages.map(({ type, room, seq }) => [type, room, seq])).toEqual([
      ['index', 'index:000300.SH', 1],
      ['index', 'index:000300.SH', 2],
    ]);
  });

  it('begins once, however often a call names it', async () => {
    await publishTicks(fixture.bus, tickOf('510300.SH', 3));
    const client = await fixture.connect(service);
    await waitUntil(async () => (await client.subscribe('tick:510300.SH')).results[0]?.snapshot?.seq === 3);
    const { results } = await client.subscribe('tick:*', 'tick:*', 'tick:*');
    expect(results.map(({ accepted }) => accepted)).toEqual([true, true, true]);
    await publishTicks(fixture.bus, tickOf('510300.SH', 4));
    await waitUntil(() => client.messages.some(({ seq, room }) => room === 'tick:510300.SH' && seq === 4));
    const seqs = client.messages.filter(({ room }) => room === 'tick:510300.SH').map(({ seq }) => seq);
    expect(seqs).toEqual([3, 4]);
  });

  it('covers the rooms that it has', async () => {
    const client = await fixture.connect(service);
    await client.subscribe('tick:600519.SH', 'bar:600519.SH:1m', 'tick:*');
    const { results } = await client.subscribe('tick:600519.SH', 'bar:600519.SH:1m');
    expect(results[0]).toMatchObject({
      accepted: false,
      code: 'COVERED',
      reason: 'tick:* has what tick:600519.SH sends',
    });
    expect(results[1]).toMatchObject({ accepted: true });
    expect((await client.unsubscribe('tick:*', 'tick:600519.SH')).results).toMatchObject([
      { accepted: true },
      { accepted: false, code: 'NOT_SUBSCRIBED' },
    ]);
  });

  it('goes on from a moment, each room in its chain, or says that it cannot', async () => {
    const first = await fixture.connect(service);
    await first.subscribe('tick:*');
    await publishTicks(fixture.bus, tickOf('000300.SH', 1), tickOf('000300.SH', 2));
    await waitUntil(() => first.messages.some(({ room, seq }) => room === 'tick:000300.SH' && seq === 2));
    const since = Math.max(...first.messages.map(({ ts }) => ts));
    first.socket.close();
    await publishTicks(fixture.bus, tickOf('000300.SH', 3), tickOf('000300.SH', 5));
    const again = await fixture.connect(service);
    await waitUntil(async () => (await again.subscribe('tick:000300.SH')).results[0]?.snapshot?.seq === 5);
    const { results } = await again.subscribe({ room: 'tick:*', since });
    expect(results[0]).toMatchObject({ accepted: true, recovered: true });
    await waitUntil(() => again.messages.at(-1)?.seq === 5);
    const chain = again.messages.filter(({ room }) => room === 'tick:000300.SH');
    expect(chain.slice(-3).map(({ type, seq, prevSeq }) => [type, seq, prevSeq])).toEqual([
      ['tick', 3, 2],
      ['gap', 4, 3],
      ['tick', 5, 4],
    ]);
    const old = await again.subscribe({ room: 'tick:*', since: since - 3_600_000 });
    expect(old.results[0]).toMatchObject({ recovered: false, gap: { reason: 'retention' } });
  });

  it('is merged as a room is, by symbol', async () => {
    const client = await fixture.connect(service);
    await client.subscribe({ room: 'bar:*:1m', mode: 'merge', maxHz: 0.5 });
    for (let seq = 1; seq <= 10; seq++) {
      await publishBars(fixture.bus, barOf('600519.SH', seq), barOf('000001.SZ', seq));
      if (seq === 1) await waitUntil(() => client.messages.length === 2);
    }
    await waitUntil(() => client.messages.length >= 4);
    expect(client.messages.slice(2).map(({ room, seq, prevSeq }) => [room, seq, prevSeq])).toEqual([
      ['bar:600519.SH:1m', 10, 1],
      ['bar:000001.SZ:1m', 10, 1],
    ]);
  });
});
