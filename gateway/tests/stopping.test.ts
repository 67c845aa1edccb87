import { Agent, request } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { waitUntil } from '@quotefleet/testing';
import { Server } from 'socket.io';
import { io } from 'socket.io-client';
import { useGateway } from './fleet-fixture.ts';
import { rawClient } from './raw-client.ts';
import { sendJson } from './stub-fleet.ts';

const STOP_MS_MAX = 3000;
const QUOTE = '/api/v1/realtime/stock/600519.SH';

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
    await waitUntil(() => sockets.every((socket) => !socket.connected), { timeoutMs: 1000 });
    for (const socket of sockets) socket.disconnect();
    agent.destroy();
    await realtime.close();
    await fixture.gateway.stop();
  });
});
