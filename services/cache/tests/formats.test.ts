import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { waitUntil } from '@quotefleet/testing';
import type { RequestHandler } from 'express';
import { type Fixture, headersOf, startFixture } from './fixture.ts';

const BARS = '/api/v1/historical/stock/600519.SH?end=2024-01-31';
const TOTAL_BYTES = 500_000_000;
const CHUNK_BYTES = 64 * 1024;
/** What the kernel holds for the connections of both sides, and some. */
const BUFFERED_BYTES_MAX = 40_000_000;
const SETTLE_MS = 500;

describe('other formats than JSON', () => {
  let fixture: Fixture;
  beforeEach(async () => {
    fixture = await startFixture();
  });
  afterEach(() => fixture.stop());
  const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    fetch(fixture.url + path, { method, headers: { ...headersOf('user'), ...headers } });

  it.each([
    ['&format=csv', '*/*', 'text/csv; charset=utf-8'],
    ['', 'text/csv, */*;q=0.1', 'text/csv; charset=utf-8'],
    ['&format=ndjson', 'application/json', 'application/x-ndjson'],
    ['', 'application/vnd.apache.arrow.stream', 'application/vnd.apache.arrow.stream'],
    ['&format=parquet', '*/*', 'application/vnd.apache.parquet'],
  ])('are passed on as market-data answers, and never kept: %s by %s', async (query, accept, type) => {
    await ask(BARS);
    for (let round = 0; round < 2; round++) {
      const response = await ask(BARS + query, { accept });
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toMatch(type);
      expect(response.headers.get('vary')).toBe('Accept');
      expect(response.headers.get('x-cache')).toBe('bypass');
      expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(50);
    }
    expect(fixture.marketData.asked).toHaveLength(3);
    expect((await fixture.get(`${BARS}&format=json`, { accept: 'text/csv' })).source).toBe('hit');
  });

  it.each([
    ['/api/v1/', '&format=xlsx', '*/*', 400, 'INVALID_ARGUMENT'],
    ['/api/v2/', '&format=json&format=csv', '*/*', 400, 'INVALID_ARGUMENT'],
    ['/api/v1/', '', 'text/html', 406, 'NOT_ACCEPTABLE'],
    ['/api/v2/', '', 'image/png', 406, 'NOT_ACCEPTABLE'],
    ['/api/v2/', '&format=csv&fields=nothing', '*/*', 400, 'INVALID_ARGUMENT'],
  ])('are refused as market-data refuses them: %s %s by %s', async (version, query, accept, status, code) => {
    const response = await ask(BARS.replace('/api/v1/', version) + query, { accept });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toContain(version === '/api/v2/' ? 'problem+json' : 'json');
    expect(await response.json()).toMatchObject({ code });
  });

  it('are no matter for what has no rows', async () => {
    const info = '/api/v1/stocks/600519.SH/info';
    await ask(info);
    expect((await fixture.get(info, { accept: 'text/csv' })).source).toBe('hit');
  });

  it('are asked for no more than the head where a client wants only that', async () => {
    const long = longAnswer();
    fixture.marketData.answer = long.handler;
    const head = await ask(`${BARS}&format=csv`, {}, 'HEAD');
    expect(head.status).toBe(200);
    expect(head.headers.get('content-type')).toMatch('text/csv');
    await waitUntil(long.isOver);
    expect(long.sentBytes()).toBeLessThan(BUFFERED_BYTES_MAX);
  });

  it('are 503 while market-data is down, and break off where it does', async () => {
    fixture.marketData.answer = (request, response) => {
      response.type('csv').write('time,open\n', () => request.socket.destroy());
    };
    await expect(ask(`${BARS}&format=csv`).then((response) => response.text())).rejects.toThrow();
    fixture.marketData.answer = (request) => void request.socket.destroy();
    expect(await fixture.get(`${BARS}&format=csv`)).toMatchObject({ status: 503, retryAfter: '1' });
  });

  it('wait for a client that stops reading, and end with it', async () => {
    const long = longAnswer();
    fixture.marketData.answer = long.handler;
    const rssBefore = process.memoryUsage().rss;
    const request = httpRequest(new URL(`${BARS}&format=csv`, fixture.url), {
      agent: false,
      headers: headersOf('user'),
    }).end();
    const [response]: [IncomingMessage] = (await once(request, 'response')) as [IncomingMessage];
    response.pause();
    let sentBefore = -1;
    while (sentBefore !== long.sentBytes() && long.sentBytes() < BUFFERED_BYTES_MAX) {
      sentBefore = long.sentBytes();
      await sleep(SETTLE_MS);
    }
    expect(long.sentBytes()).toBeLessThan(BUFFERED_BYTES_MAX);
    expect(process.memoryUsage().rss - rssBefore).toBeLessThan(2 * BUFFERED_BYTES_MAX);
    response.destroy();
    await waitUntil(long.isOver);
  });
});

/** Plays 500 MB of text, sent only as fast as it is taken. */
function longAnswer() {
  let sent = 0;
  let over = false;
  const chunk = 'x'.repeat(CHUNK_BYTES);
  const handler: RequestHandler = async (_request, response) => {
    const left = new AbortController();
    response.once('close', () => {
      over = true;
      left.abort();
    });
    response.type('csv');
    while (sent < TOTAL_BYTES && !over) {
      sent += CHUNK_BYTES;
      if (!response.write(chunk)) await once(response, 'drain', left).catch(() => undefined);
    }
    response.end();
  };
  return { handler, sentBytes: () => sent, isOver: () => over };
}
