import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ROOMS_PER_CALL_MAX, SOCKET_EVENTS } from '@quotefleet/contracts';
import { waitUntil } from '@quotefleet/testing';
import { type Fixture, publishTicks, startFixture, type TestClient } from './fixture.ts';
import { tickOf } from './payloads.ts';

/** What the built-in policy gives to the role `user`. */
const USER_ROOMS_MAX = 200;

describe('limits of a connection', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await startFixture();
  });
  afterAll(() => fixture.stop());

  it('holds so many rooms and refuses the next, until one is given back', async () => {
    const symbols = Array.from({ length: USER_ROOMS_MAX + 1 }, (_, index) => `${600000 + index}.SH`);
    await publishTicks(fixture.bus, ...symbols.map((symbol) => tickOf(symbol, 1)));
    const client = await fixture.connect();
    const rooms = symbols.map((symbol) => `tick:${symbol}`);
    const last = rooms.pop() ?? '';
    await waitUntil(async () => (await client.subscribe(...rooms)).results.every(({ accepted }) => accepted));
    const refused = await client.subscribe(last);
    expect(refused.results[0]).toMatchObject({ accepted: false, reason: expect.stringContaining('too many rooms') });
    await client.unsubscribe(rooms[0] ?? '');
    expect((await client.subscribe(last)).results[0]?.accepted).toBe(true);
    expect((await client.unsubscribe('tick:600519.SH')).results[0]).toMatchObject({
      accepted: false,
      reason: 'not subscribed to this room',
    });
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['text', 'tick:600519.SH'],
    ['no rooms', { rooms: [] }],
    ['rooms that are no text', { rooms: [7] }],
    ['a room of endless length', { rooms: ['x'.repeat(65)] }],
    ['more rooms than a call may name', { rooms: Array(ROOMS_PER_CALL_MAX + 1).fill('system') }],
  ])('answers a call with %s by an error and goes on', async (_what, request) => {
    const client = await fixture.connect();
    const reply = await client.socket.timeout(5000).emitWithAck(SOCKET_EVENTS.subscribe, request);
    expect(reply).toMatchObject({ results: [], error: { code: 'INVALID_ARGUMENT' } });
    expect((await client.subscribe('system')).results[0]?.accepted).toBe(true);
  });

  it('ends a connection that floods calls without waiting for answers', async () => {
    const client = await fixture.connect();
    for (let call = 0; call < 200; call++) client.socket.emit(SOCKET_EVENTS.subscribe, { rooms: ['tick:000001.SZ'] });
    await waitUntil(() => !client.socket.connected);
    expect(client.messages.at(-1)).toMatchObject({ type: 'system', payload: { code: 'TOO_MANY_CALLS' } });
  });

  it('ends a connection that sends an oversized message, and stays up', async () => {
    const client = await fixture.connect();
    client.socket.emit(SOCKET_EVENTS.subscribe, { rooms: ['x'.repeat(100_000)] });
    await waitUntil(() => !client.socket.connected);
    expect((await (await fixture.connect()).subscribe('system')).results[0]?.accepted).toBe(true);
  });

  it('sends over HTTP polling what it sends over WebSocket', async () => {
    const client = await fixture.connect({ transports: ['polling'] });
    await client.subscribe('tick:510300.SH');
    for (let seq = 1; seq <= 20; seq++) await publishTicks(fixture.bus, tickOf('510300.SH', seq));
    await waitUntil(() => client.messages.length === 20);
    expect(client.messages.map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect(client.frames.length).toBeLessThan(20);
  });
});

describe('a slow client', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await startFixture();
  });
  afterAll(() => fixture.stop());

  it('is told and cut off, while others get everything in time', async () => {
    const [stalled, reader] = await Promise.all([fixture.connect(), fixture.connect()]);
    for (const client of [stalled, reader]) await client.subscribe('tick:600519.SH');
    stall(stalled, true);
    const count = 30_000;
    for (let seq = 1; seq <= count; seq += 200) {
      await publishTicks(fixture.bus, ...Array.from({ length: 200 }, (_, index) => tickOf('600519.SH', seq + index)));
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await waitUntil(() => reader.messages.length === count, { timeoutMs: 40_000 });
    expect(reader.messages.every(({ seq, prevSeq }, index) => seq === index + 1 && (prevSeq ?? 0) === index)).toBe(
      true,
    );
    await waitUntil(async () => (await metric(fixture, 'socketio_connections')) === 1, { timeoutMs: 15_000 });
    expect(await metric(fixture, 'socketio_queue_bytes')).toBe(0);
    stall(stalled, false);
    await waitUntil(() => !stalled.socket.connected, { timeoutMs: 15_000 });
    const gap = stalled.messages.findLast(({ type }) => type === 'gap');
    const got = stalled.messages.filter(({ type }) => type === 'tick');
    expect(gap).toMatchObject({ payload: { from: got.length + 1, reason: 'overflow' }, prevSeq: got.length });
    expect(got.every(({ seq, prevSeq }, index) => seq === index + 1 && (prevSeq ?? 0) === index)).toBe(true);
    expect(got.length).toBeLessThan(count);
    expect(await (await fetch(`${fixture.service.url}/metrics`)).text()).toContain(
      'socketio_disconnects_total{code="SLOW_CONSUMER",service="realtime"} 1',
    );
  }, 40_000);
});

describe('a client that merges and stops reading', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await startFixture({ env: { QF_REALTIME_FLUSH_MS: '20' } });
  });
  afterAll(() => fixture.stop());

  it('has the newest when it reads again, and nothing waited for it meanwhile', async () => {
    const client = await fixture.connect();
    const { results } = await client.subscribe({ room: 'tick:600519.SH', mode: 'merge' });
    expect(results[0]).toMatchObject({ accepted: true });
    stall(client, true);
    const source = 's'.repeat(64);
    const bidPrices = Array.from({ length: 10 }, (_, index) => 100 + index / 7);
    const book = { bidPrices, askPrices: bidPrices, source };
    const started = performance.now();
    let seq = 0;
    // Until the buffers of both kernels are full and the node feels it.
    while ((await metric(fixture, 'socketio_conflated_total')) < 200 && performance.now() - started < 4000) {
      const ticks = Array.from({ length: 200 }, () => tickOf('600519.SH', ++seq, book));
      await publishTicks(fixture.bus, ...ticks);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(await metric(fixture, 'socketio_queue_bytes')).toBeLessThan(100_000);
    stall(client, false);
    await waitUntil(() => client.messages.at(-1)?.seq === seq);
    let before: number | undefined;
    for (const message of client.messages) {
      expect(message.prevSeq).toBe(before);
      before = message.seq;
    }
    expect(client.messages.length).toBeLessThan(seq / 10);
  }, 20_000);
});

/** Stops or resumes reading from the network, as a client does that hangs. */
function stall({ socket }: TestClient, isStalled: boolean): void {
  const { transport } = socket.io.engine as unknown as { transport: { ws: { pause(): void; resume(): void } } };
  if (isStalled) transport.ws.pause();
  else transport.ws.resume();
}

async function metric(fixture: Fixture, name: string): Promise<number> {
  const text = await (await fetch(`${fixture.service.url}/metrics`)).text();
  return Number(new RegExp(`^${name}\\{[^}]*\\} (\\S+)$`, 'm').exec(text)?.[1]);
}
