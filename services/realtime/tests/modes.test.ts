import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DeltaPayload } from '@quotefleet/contracts';
import { waitUntil } from '@quotefleet/testing';
import { FEED_KEY, type Fixture, publishBars, publishTicks, startFixture } from './fixture.ts';
import { barOf, tickOf } from './payloads.ts';

describe('modes of a room', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await startFixture({ env: { QF_REALTIME_FLUSH_MS: '20' } });
  });
  afterAll(() => fixture.stop());

  it('are raw, with every message, or merged, with the newest at most so often', async () => {
    const [raw, merged] = [await fixture.connect(), await fixture.connect()];
    expect((await raw.subscribe('tick:600519.SH')).results[0]).toMatchObject({ mode: 'raw' });
    const { results } = await merged.subscribe({ room: 'tick:600519.SH', mode: 'merge', maxHz: 5 });
    expect(results[0]).toMatchObject({ accepted: true, mode: 'merge', maxHz: 5 });
    for (let seq = 1; seq <= 100; seq++) await publishTicks(fixture.bus, tickOf('600519.SH', seq));
    await waitUntil(() => raw.messages.at(-1)?.seq === 100 && merged.messages.at(-1)?.seq === 100);
    expect(raw.messages).toHaveLength(100);
    expect(merged.messages.length).toBeLessThan(50);
    let before: number | undefined;
    for (const { seq, prevSeq } of merged.messages) {
      expect(prevSeq).toBe(before);
      before = seq;
    }
    const text = await (await fetch(`${fixture.service.url}/metrics`)).text();
    expect(text).toMatch(/socketio_conflated_total\{[^}]*\} [1-9]/);
  });

  it('of the book are changes upon the last one, or the whole of it', async () => {
    const [raw, merged] = [await fixture.connect(), await fixture.connect()];
    await raw.subscribe('depth:000001.SZ');
    await merged.subscribe({ room: 'depth:000001.SZ', mode: 'merge' });
    const book = (seq: number, bidVolumes: number[]) => tickOf('000001.SZ', seq, { bidVolumes });
    await publishTicks(fixture.bus, book(1, [100]), book(2, [150]), book(3, [150]), book(5, [170]), book(6, [180]));
    await waitUntil(() => raw.messages.at(-1)?.seq === 6 && merged.messages.at(-1)?.seq === 6);
    expect(raw.messages.map(({ type, seq }) => [type, seq])).toEqual([
      ['depth', 1],
      ['delta', 2],
      ['delta', 3],
      ['gap', 4],
      ['depth', 5],
      ['delta', 6],
    ]);
    const deltas = raw.messages.filter(({ type }) => type === 'delta').map(({ payload }) => payload as DeltaPayload);
    expect(deltas.map(({ bids }) => bids)).toEqual([[[9.99, 150]], [], [[9.99, 180]]]);
    expect(new Set(merged.messages.map(({ type }) => type))).toEqual(new Set(['depth']));
  });

  it('change when a room is subscribed to again', async () => {
    const client = await fixture.connect();
    await client.subscribe({ room: 'tick:510300.SH', mode: 'merge', maxHz: 0.1 });
    await client.subscribe('tick:510300.SH');
    await publishTicks(fixture.bus, ...[1, 2, 3].map((seq) => tickOf('510300.SH', seq)));
    await waitUntil(() => client.messages.length === 3);
  });

  it.each([
    [{ room: 'tick:600519.SH', mode: 'fast' }],
    [{ room: 'tick:600519.SH', maxHz: 0 }],
    [{ room: 'tick:600519.SH', resume: { epoch: 'e1' } }],
    [{ room: 'tick:600519.SH', speed: 1 }],
  ])('that do not exist are refused: %j', async (room) => {
    const client = await fixture.connect();
    expect(await client.subscribe(room as never)).toMatchObject({ results: [], error: { code: 'INVALID_ARGUMENT' } });
  });

  it('send MessagePack to who asked for it, the same messages', async () => {
    const auth = { apiKey: FEED_KEY, encoding: 'msgpack' };
    const [text, ws, polling] = [
      await fixture.connect(),
      await fixture.connect({ auth }),
      await fixture.connect({ auth, transports: ['polling'] }),
    ];
    for (const client of [text, ws, polling]) await client.subscribe('tick:000300.SH', 'bar:000300.SH:1m');
    await publishTicks(fixture.bus, ...[1, 2, 3].map((seq) => tickOf('000300.SH', seq)));
    await publishBars(fixture.bus, barOf('000300.SH', 3, { final: true }));
    for (const client of [text, ws, polling]) await waitUntil(() => client.messages.length === 4);
    expect(ws.messages).toEqual(text.messages);
    expect(polling.messages).toEqual(text.messages);
  });
});
