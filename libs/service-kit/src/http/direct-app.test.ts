import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';
import { AppError } from '../errors/app-error.ts';
import { Health } from '../health/health.ts';
import { createLogger } from '../logging/logger.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { createDirectApp } from './direct-app.ts';
import { type ListeningServer, listen } from './listen.ts';

describe('an app with a shorter way', () => {
  let listening: ListeningServer;
  const metrics = createMetrics('test');
  beforeAll(async () => {
    const routes = express.Router().get('/routed', (request, response) => {
      response.json({ way: 'routed', url: request.originalUrl });
    });
    const { listener, messages } = createDirectApp(
      {
        logger: createLogger({ service: 'test', level: 'silent' }),
        metrics,
        health: new Health(),
        before: [
          (request, response, next) => {
            response.vary('Origin');
            if (request.headers['x-refused'] === 'thrown') throw new AppError('FORBIDDEN', 'not you');
            next(request.headers['x-refused'] === 'handed' ? new AppError('FORBIDDEN', 'nor you') : undefined);
          },
        ],
        routes,
      },
      (request, response) => {
        if (request.path === '/refused') throw new AppError('CONFLICT', 'not now');
        if (request.path === '/failed') return Promise.reject(new Error('broken'));
        if (request.path !== '/direct') return undefined;
        response.status(201).json({ way: 'direct', url: request.originalUrl });
        return Promise.resolve();
      },
    );
    listening = await listen(listener, { host: '127.0.0.1', port: 0, server: messages });
  });
  afterAll(() => listening.close());

  const get = async (path: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${listening.url}${path}`, { headers });
    return { status: response.status, headers: response.headers, body: await response.json() };
  };

  it('serves by it what it knows, and all else by the routes', async () => {
    expect(await get('/direct?a=1')).toMatchObject({ status: 201, body: { way: 'direct', url: '/direct?a=1' } });
    expect(await get('/routed')).toMatchObject({ status: 200, body: { way: 'routed', url: '/routed' } });
    expect(await get('/health/live')).toMatchObject({ status: 200, body: { live: true } });
    expect(await get('/elsewhere')).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  });

  it.each(['/direct', '/routed'])('passes every request by the same handlers first: %s', async (path) => {
    const { headers } = await get(path);
    expect(headers.get('vary')).toBe('Origin');
    expect(headers.get('x-trace-id')).toMatch(/^[0-9a-f]{32}$/);
    for (const refused of ['thrown', 'handed'])
      expect(await get(path, { 'x-refused': refused })).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
  });

  it('answers errors as on the other way, and counts all requests', async () => {
    expect(await get('/refused')).toMatchObject({ status: 409, body: { success: false, code: 'CONFLICT' } });
    expect(await get('/failed')).toMatchObject({ status: 500, body: { success: false, code: 'INTERNAL' } });
    const text = await metrics.registry.metrics();
    for (const status of [200, 201, 403, 404, 409, 500])
      expect(text).toMatch(new RegExp(`http_request_seconds_count{[^}]*status="${status}"[^}]*} [1-9]`));
  });
});
