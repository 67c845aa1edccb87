import { Agent, request } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { createLogger } from '@quotefleet/service-kit';
import { waitUntil } from '@quotefleet/testing';
import { Server } from 'socket.io';
import { io } from 'socket.io-client';
import { createGatewayService, parseGatewayConfig } from '../src/index.ts';
import { useGateway } from './fleet-fixture.ts';
import { rawClient } from './raw-client.ts';
import { sendJson } from './stub-fleet.ts';

const STOP_MS_MAX = 3000;
const QUOTE = '/api/v1/realtime/stock/600519.SH';

describe('starting a gateway', () => {
  const fixture = useGateway();
  const logger = createLogger({ service: 'gateway', level: 'silent' });

  it('says that the port is taken', async () => {
    const { port } = new URL(fixture.gateway.url);
    const second = createGatewayService(parseGatewayConfig({ QF_PORT: port }), { bus: fixture.bus, logger });
    await expect(second).rejects.toThrow(`port ${port} on 127.0.0.1 is already in use`);
  });

  it('says that it has no bus', async () => {
    const alone = createGatewayService(parseGatewayConfig({ QF_PORT: '0' }), { logger });
    await expect(alone).rejects.toThrow(/^QF_KAFKA_BROKERS: /);
  });
});

describe('stopping the gateway', () => {
  const fixture = useGateway();

  it('finishes what is in hand and ends every connection soon', async () => {
    const realtime = new Server(fixture.fleet.realtime.server);
    const sockets = [['websocket'], ['polling']].map((transports) =>
      io(`${fixture.gateway.url}/market`, { transports, reconnection: false }),
    );
    realtime.of('/market');
    await waitUntil(() => sockets.every((socket) => socket.connected));
    const silent = await rawClient(fixture.gateway.url);
    const agent = new Agent({ keepAlive: true });
    await new Promise((resolve) => {
      request(fixture.gateway.url, { agent }, (response) => response.resume().once('end', resolve)).end();
    });

    const answerNow = Promise.withResolvers<void>();
    fixture.fleet.cache.answer = async (_request, response) => {
      await answerNow.promise;
      sendJson(response, 200, { late: true });
    };
    const inHand = fetch(fixture.gateway.url + QUOTE, { headers: { 'x-api-key': 'user-key' } });
    await waitUntil(() => fixture.fleet.cache.seen.length === 1);

    const started = performance.now();
    const stopped = fixture.gateway.stop();
    answerNow.resolve();
    expect(await (await inHand).json()).toEqual({ late: true });
    await stopped;
    expect(performance.now() - started).toBeLessThan(STOP_MS_MAX);
    await silent.closed;
    await waitUntil(() => sockets.every((socket) => !socket.connected), { timeoutMs: 4000 });
    for (const socket of sockets) socket.disconnect();
    agent.destroy();
    await realtime.close();
    await fixture.gateway.stop();
  });
});
