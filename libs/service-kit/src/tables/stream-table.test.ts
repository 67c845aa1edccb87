import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Endpoint, TableShape } from '@quotefleet/contracts';
import { Router } from 'express';
import { z } from 'zod';
import { unavailable } from '../errors/app-error.ts';
import { Health } from '../health/health.ts';
import { createApp } from '../http/app.ts';
import { type ListeningServer, listen } from '../http/listen.ts';
import { createLogger } from '../logging/logger.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { mountTable } from './mount-table.ts';
import type { TableAnswer } from './table-answer.ts';

const ROWS = 300_000;
const table: TableShape = {
  fields: [
    { name: 'seq', type: 'bigint' },
    { name: 'text', type: 'text' },
  ],
  itemsKey: 'rows',
};
const endpoint = {
  id: 'rows',
  method: 'get',
  path: '/rows',
  tag: 'test',
  summary: 'Rows',
  access: 'public',
  query: z.object({
    format: z.enum(['json', 'csv', 'ndjson', 'arrow', 'parquet']).optional(),
    limit: z.coerce.number().int().optional(),
    cursor: z.string().optional(),
    failsAt: z.coerce.number().optional(),
  }),
  data: z.unknown(),
  table,
} as const satisfies Endpoint;

describe('a stream of rows', () => {
  let server: ListeningServer;
  let loaded = 0;
  const limits: number[] = [];

  function rowsAnswer(failsAt = Number.POSITIVE_INFINITY): TableAnswer {
    const load = async (cursor: string | undefined, limit: number) => {
      const start = Number(cursor ?? 0);
      if (start >= failsAt) throw unavailable('the store is away');
      limits.push(limit);
      const count = Math.min(limit, ROWS - start);
      loaded += count;
      const rows = Array.from({ length: count }, (_, index) => ({ seq: start + index, text: 'x'.repeat(100) }));
      const next = start + count;
      return { rows, nextCursor: next < ROWS ? String(next) : undefined };
    };
    return { load };
  }

  beforeAll(async () => {
    const routes = Router();
    mountTable(routes, endpoint, ({ query }) => rowsAnswer(query.failsAt));
    const logger = createLogger({ service: 'test', level: 'silent' });
    const app = createApp({ logger, metrics: createMetrics('test'), health: new Health(), routes });
    server = await listen(app, { host: '127.0.0.1', port: 0 });
  });
  afterAll(() => server.close());
  beforeEach(() => {
    loaded = 0;
    limits.length = 0;
  });

  it('goes at the pace of its reader, and no further than what is on its way', async () => {
    const socket: Socket = connect(server.port, '127.0.0.1');
    socket.write('GET /rows?format=csv HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    await new Promise((resolve) => socket.once('readable', resolve));
    await sleep(300);
    const afterStop = loaded;
    await sleep(300);
    expect(loaded).toBe(afterStop);
    expect(afterStop).toBeLessThan(ROWS / 2);
    let bytes = 0;
    for await (const chunk of socket) bytes += (chunk as Buffer).length;
    expect(loaded).toBe(ROWS);
    expect(bytes).toBeGreaterThan(ROWS * 100);
  });

  it('ends the reading of the store when its reader leaves', async () => {
    const socket = connect(server.port, '127.0.0.1');
    socket.write('GET /rows?format=ndjson HTTP/1.1\r\nHost: x\r\n\r\n');
    await new Promise((resolve) => socket.once('data', resolve));
    socket.destroy();
    await sleep(200);
    const left = loaded;
    await sleep(200);
    expect(loaded).toBe(left);
    expect(left).toBeLessThan(ROWS);
  });

  it.each(['csv', 'ndjson', 'arrow', 'parquet'])('as %s breaks where the store fails in the middle', async (format) => {
    const response = await fetch(`${server.url}/rows?format=${format}&failsAt=200000`).catch(() => undefined);
    // Parquet may have sent nothing by then: an error is told too.
    if (response?.status === 503) return;
    await expect(response?.arrayBuffer()).rejects.toThrow();
  });

  it.each(['csv', 'ndjson', 'arrow', 'parquet'])('as %s is an error where the store fails at once', async (format) => {
    const response = await fetch(`${server.url}/rows?format=${format}&failsAt=0`);
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(await response.json()).toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('has as many rows as were asked for', async () => {
    const lines = async (query: string) =>
      (await (await fetch(`${server.url}/rows?format=csv&${query}`)).text()).trim().split('\r\n').length - 1;
    expect(await lines('limit=7')).toBe(7);
    expect(await lines('limit=5001')).toBe(5001);
    expect(await lines('limit=12000&cursor=299990')).toBe(10);
    expect(Math.max(...limits)).toBe(5000);
  });

  it('is not made for a HEAD', async () => {
    const response = await fetch(`${server.url}/rows?format=csv`, { method: 'HEAD' });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
    expect(loaded).toBe(5000);
  });
});
