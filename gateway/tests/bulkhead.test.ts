import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { waitUntil } from '@quotefleet/testing';
import { call, useGateway } from './fleet-fixture.ts';
import { head, rawClient } from './raw-client.ts';
import { sendJson } from './stub-fleet.ts';

const QUOTE = '/api/v1/realtime/stock/600519.SH';
const CSV = '/api/v1/historical/stock/600519.SH?format=csv';

describe('the places of an upstream', () => {
  const fixture = useGateway(() => ({
    bulkheads: {
      reads: { concurrent: 2, queue: 1 },
      writes: { concurrent: 1, queue: 0 },
      files: { concurrent: 1, queue: 0 },
    },
  }));
  const get = (path: string) => call(fixture, path, { key: 'admin-key' });
  let answerAll: () => void;
  function holdAnswers(): void {
    const now = Promise.withResolvers<void>();
    answerAll = now.resolve;
    fixture.fleet.cache.answer = async (_request, response) => {
      await now.promise;
      sendJson(response, 200, {});
    };
    fixture.fleet.cache.seen.length = 0;
  }
  async function rejected(): Promise<number> {
    const metrics = await (await fetch(`${fixture.gateway.url}/metrics`)).text();
    return Number(/bulkhead_rejected_total{upstream="cache",bulkhead="reads",.*} (\d+)/.exec(metrics)?.[1]);
  }
  beforeEach(holdAnswers);
  afterEach(() => answerAll());

  it('are kept for so many calls; others wait, and are turned away where too many do', async () => {
    const inside = [get(QUOTE), get(QUOTE)];
    await waitUntil(() => fixture.fleet.cache.seen.length === 2);
    const others = [get(QUOTE), get(QUOTE), get(QUOTE)];
    const turnedAway = await Promise.race(others);
    expect(turnedAway).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
    expect(turnedAway.headers.get('retry-after')).toBe('1');
    await waitUntil(async () => (await rejected()) === 2);
    answerAll();
    for (const { status } of await Promise.all(inside)) expect(status).toBe(200);
    expect((await Promise.all(others)).map(({ status }) => status).sort()).toEqual([200, 503, 503]);
    expect((await get(QUOTE)).status).toBe(200);
  });

  it('are not taken by another class of calls, or by another upstream', async () => {
    const inside = [get(QUOTE), get(QUOTE), get(CSV)];
    await waitUntil(() => fixture.fleet.cache.seen.length === 3);
    expect((await get(CSV)).status).toBe(503);
    expect((await get('/api/v1/sync/status')).status).toBe(200);
    answerAll();
    await Promise.all(inside);
  });

  it('are free again when those who wait or call go away', async () => {
    const request = head(`GET ${QUOTE} HTTP/1.1`, 'Host: x', 'X-API-Key: admin-key');
    const clients = await Promise.all(Array.from({ length: 3 }, () => rawClient(fixture.gateway.url, request)));
    await waitUntil(() => fixture.fleet.cache.seen.length === 2);
    for (const { socket } of clients) socket.destroy();
    answerAll();
    await waitUntil(async () => (await get(QUOTE)).status === 200);
    holdAnswers();
    const inside = [get(QUOTE), get(QUOTE)];
    await waitUntil(() => fixture.fleet.cache.seen.length === 2);
    answerAll();
    for (const { status } of await Promise.all(inside)) expect(status).toBe(200);
  });
});
