import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { createInProcessBus, type EventBus } from '@quotefleet/messaging';
import type { Authenticator } from '@quotefleet/service-kit';
import { freePort, waitUntil } from '@quotefleet/testing';
import { io } from 'socket.io-client';
import { createRealtimeService, parseRealtimeConfig } from '../src/index.ts';
import { GOOD_KEY, publishTicks, startFixture } from './fixture.ts';
import { tickOf } from './payloads.ts';

describe('starting and stopping', () => {
  it('sends what is left, says goodbye, and ends within three seconds, also to clients that do not read', async () => {
    const fixture = await startFixture({ env: { QF_REALTIME_FLUSH_MS: '1000' } });
    const [polite, stalled] = await Promise.all([fixture.connect(), fixture.connect()]);
    for (const client of [polite, stalled]) await client.subscribe('tick:600519.SH');
    (stalled.socket.io.engine as unknown as { transport: { ws: { pause(): void } } }).transport.ws.pause();
    await publishTicks(fixture.bus, tickOf('600519.SH', 1));
    // Long enough for the bus, not for the flush.
    await sleep(100);
    let reason = '';
    polite.socket.on('disconnect', (why) => {
      reason = why;
    });
    const startedMs = performance.now();
    await fixture.service.stop();
    expect(performance.now() - startedMs).toBeLessThan(3000);
    await waitUntil(() => reason !== '');
    expect(polite.messages).toMatchObject([
      { type: 'tick', seq: 1 },
      { type: 'system', payload: { code: 'SERVER_STOPPING', retryAfterMs: expect.any(Number) } },
    ]);
    // Not "io server disconnect", after which clients would stay away.
    expect(reason).toBe('transport close');
    await fixture.stop();
  });

  it('tells those, too, whose sign-in ends only after the others were sent away', async () => {
    const asked = Promise.withResolvers<void>();
    const checked = Promise.withResolvers<void>();
    const authenticator: Authenticator = {
      async authenticate() {
        asked.resolve();
        await checked.promise;
        return { subject: 'user-1', client: 'key-1', role: 'user', scopes: ['read'] };
      },
      forget: () => true,
      noteUse: () => undefined,
      close: async () => undefined,
    };
    const fixture = await startFixture({ authenticator });
    const told: unknown[] = [];
    const socket = io(`${fixture.service.url}/market`, {
      transports: ['websocket'],
      reconnection: false,
      auth: { apiKey: GOOD_KEY },
    });
    socket.on('messages', (frame: { payload: unknown }[]) => told.push(...frame.map(({ payload }) => payload)));
    const reason = new Promise<string>((resolve) => socket.once('disconnect', resolve));
    await asked.promise;
    const stopping = fixture.service.stop();
    await sleep(200);
    checked.resolve();
    expect(await reason).toBe('transport close');
    expect(told).toMatchObject([{ code: 'SERVER_STOPPING', retryAfterMs: expect.any(Number) }]);
    await stopping;
    await fixture.stop();
  });

  it('lets nobody in before the node has caught up, so that others do', async () => {
    const caughtUp = Promise.withResolvers<void>();
    const inner = createInProcessBus({});
    const bus: EventBus = {
      ensureTopics: (topics) => inner.ensureTopics(topics),
      publish: (topic, events) => inner.publish(topic, events),
      subscribe: async (options) => ({ ...(await inner.subscribe(options)), caughtUp: caughtUp.promise }),
      check: () => inner.check(),
      close: () => inner.close(),
    };
    const port = await freePort();
    const starting = startFixture({ bus, env: { QF_REALTIME_PORT: String(port) } });
    const handshake = async () =>
      (await fetch(`http://127.0.0.1:${port}/socket.io/?EIO=4&transport=polling`).catch(() => undefined))?.status;
    await waitUntil(async () => (await handshake()) === 503);
    caughtUp.resolve();
    const fixture = await starting;
    expect(await handshake()).toBe(200);
    await fixture.stop();
    await inner.close();
  }, 30_000);

  it('leaves the port free for the next', async () => {
    const fixture = await startFixture();
    await fixture.stop();
    const again = await startFixture({ env: { QF_REALTIME_PORT: new URL(fixture.service.url).port } });
    expect(again.service.url).toBe(fixture.service.url);
    const { port } = new URL(again.service.url);
    const second = createRealtimeService(parseRealtimeConfig({ QF_REALTIME_PORT: port, QF_LOG_LEVEL: 'silent' }), {
      bus: again.bus,
    });
    await expect(second).rejects.toThrow(`port ${port} on 127.0.0.1 is already in use`);
    await again.stop();
  });
});
