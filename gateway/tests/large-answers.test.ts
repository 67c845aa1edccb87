import { request as httpRequest, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { waitUntil } from '@quotefleet/testing';
import { useGateway } from './fleet-fixture.ts';
import { longAnswer } from './long-answer.ts';
import { sendJson } from './stub-fleet.ts';

const BARS = '/api/v1/historical/stock/600519.SH';
const TOTAL_BYTES = 500_000_000;
/** What the kernel holds for the connections of both sides, and some. */
const BUFFERED_BYTES_MAX = 40_000_000;
const SETTLE_MS = 400;

describe('an answer of 500 MB to a client that stops reading', () => {
  const fixture = useGateway();
  afterEach(() => {
    fixture.fleet.cache.answer = (request, response) => sendJson(response, 200, { url: request.url });
  });

  async function ask(path: string, encoding: string): Promise<IncomingMessage> {
    const headers = { 'x-api-key': 'service-key', 'accept-encoding': encoding };
    const request = httpRequest(new URL(path, fixture.gateway.url), { headers, agent: false }).end();
    return new Promise((resolve, reject) => {
      request.once('response', (response) => resolve(response.pause())).once('error', reject);
    });
  }

  async function settled(count: () => number): Promise<number> {
    for (let before = -1; ; ) {
      if (count() > BUFFERED_BYTES_MAX || count() === before) return count();
      before = count();
      await sleep(SETTLE_MS);
    }
  }

  it.each([
    ['identity', `${BARS}?format=csv`, 'text/csv; charset=utf-8'],
    ['gzip', `${BARS}?format=csv`, 'text/csv; charset=utf-8'],
    ['br', `${BARS}?format=ndjson`, 'application/x-ndjson'],
    ['gzip', BARS, 'application/json'],
    ['br', BARS, 'application/json'],
  ])('is held back upstream and grows no memory: %s of %s', async (encoding, path, contentType) => {
    const { listener, sentBytes } = longAnswer(contentType, TOTAL_BYTES);
    fixture.fleet.cache.answer = listener;
    const rssBefore = process.memoryUsage().rss;
    const response = await ask(path, encoding);
    expect(response.headers['content-encoding'] ?? 'identity').toBe(encoding);
    const sentAtRest = await settled(sentBytes);
    expect(sentAtRest).toBeLessThan(BUFFERED_BYTES_MAX);
    expect(process.memoryUsage().rss - rssBefore).toBeLessThan(2 * BUFFERED_BYTES_MAX);

    const connections = fixture.fleet.cache.connections.size;
    response.destroy();
    await waitUntil(() => fixture.fleet.cache.connections.size < connections);
    expect(await settled(sentBytes)).toBeLessThan(BUFFERED_BYTES_MAX);
  });

  it('does not keep others from theirs', async () => {
    fixture.fleet.cache.answer = longAnswer('text/csv', TOTAL_BYTES).listener;
    const slow = await Promise.all(Array.from({ length: 150 }, () => ask(`${BARS}?format=csv`, 'identity')));
    expect(new Set(slow.map(({ statusCode }) => statusCode))).toEqual(new Set([200]));
    fixture.fleet.cache.answer = (_request, response) => sendJson(response, 200, {});
    expect((await ask(BARS, 'identity')).statusCode).toBe(200);
    for (const response of slow) response.destroy();
  }, 20_000);
});
