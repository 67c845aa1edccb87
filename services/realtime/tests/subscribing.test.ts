import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitUntil } from '@quotefleet/testing';
import { type Fixture, publishBars, publishTicks, startFixture } from './fixture.ts';
import { barOf, tickOf } from './payloads.ts';

describe('subscribing', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await startFixture();
  });
  afterAll(() => fixture.stop());

  it('pushes every tick of a subscribed room, in order, each naming the one before', async () => {
    const client = await fixture.connect();
    const reply = await client.subscribe('tick:sh600519');
    expect(reply.results).toEqual([
      { requested: 'tick:sh600519', room: 'tick:600519.SH', accepted: true, mode: 'raw' },
    ]);
    await publishTicks(fixture.bus, tickOf('600519.SH', 1), tickOf('600519.SH', 2), tickOf('600519.SH', 3));
    await waitUntil(() => client.messages.length === 3);
    expect(client.messages.map(({ seq, prevSeq }) => [seq, prevSeq])).toEqual([
      [1, undefined],
      [2, 1],
      [3, 2],
    ]);
    expect(client.messages[2]).toMatchObject({
      type: 'tick',
      room: 'tick:600519.SH',
      epoch: 'e1',
      payload: { symbol: '600519.SH', last: 10.03 },
    });
    client.socket.close();
  });

  it('answers each room of a call on its own, accepted or refused with the reason', async () => {
    const client = await fixture.connect();
    const { results } = await client.subscribe(
      'depth:000001.SZ',
      'news:600519.SH',
      'tick:',
      'tick:garbage!',
      'bar:600519.SH:7m',
      'tick:601398.SH',
      'index:600519.SH',
      'index:000300',
      'system',
    );
    expect(results.map(({ accepted }) => accepted)).toEqual([
      ...[true, false, false, false, false, false, false, true, true],
    ]);
    expect(results[1]?.reason).toContain("unknown room kind 'news'");
    expect(results[3]?.reason).toContain('600519.SH, 600519, sh600519');
    expect(results[4]?.reason).toContain('expected one of 1m, 5m');
    expect(results[5]?.reason).toBe('unknown symbol 601398.SH');
    expect(results[6]?.reason).toBe('600519.SH is not an index');
    expect(results[7]?.room).toBe('index:000300.SH');
    client.socket.close();
  });

  it('sends bars, the book and the index in their own rooms', async () => {
    const client = await fixture.connect();
    await client.subscribe('bar:510300.SH:1m', 'depth:510300.SH', 'index:000300.SH');
    await publishTicks(fixture.bus, tickOf('510300.SH', 1), tickOf('000300.SH', 1));
    await publishBars(fixture.bus, barOf('510300.SH', 1), barOf('510300.SH', 1, { final: true }));
    await waitUntil(() => client.messages.length === 4);
    const byType = Map.groupBy(client.messages, (message) => message.type);
    expect(byType.get('depth')?.[0]?.payload).toEqual({
      ...{ symbol: '510300.SH', ts: expect.any(Number), seq: 1, epoch: 'e1' },
      ...{ bidPrices: [9.99], bidVolumes: [100], askPrices: [10.01], askVolumes: [200] },
    });
    expect(byType.get('index')?.[0]?.payload).toMatchObject({ symbol: '000300.SH' });
    expect(byType.get('bar')?.map(({ payload }) => payload)).toMatchObject([{ final: false }, { final: true }]);
    client.socket.close();
  });
});
