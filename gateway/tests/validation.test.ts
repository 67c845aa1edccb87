import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Endpoint, V1_ENDPOINTS, V2_ENDPOINTS } from '@quotefleet/contracts';
import {
  createApp,
  createLogger,
  createMetrics,
  Health,
  type ListeningServer,
  listen,
  mount,
} from '@quotefleet/service-kit';
import type { Request } from 'express';
import { Router } from 'express';
import { Pool } from 'undici';
import { createValidation } from '../src/validation/validate-request.ts';

/** Some 2 us by itself; far more than that under jest on a machine that does other things too. */
const TARGET_US_MAX = 100;

/** Values for parameters of any kind: some fit some schemas, none fits all. */
const SAMPLES = [
  '600519.SH',
  '1',
  '0',
  '-1',
  '50000001',
  '',
  ' ',
  '1.5',
  '2026-01-31',
  '20260131',
  '1d',
  '1m',
  'qfq',
  'none',
  'csv',
  'json',
  'arrow',
  'asc',
  'stock',
  'true',
  'x'.repeat(33),
  '600519.SH,000001.SZ',
  ',',
  'generic',
  'é',
  '%',
  '241',
  'SSE',
  '2026-01-31T09:30:00+08:00',
  '1767225600000',
  '3f0e2a44-9f6c-4f0e-8a53-0d6f3c0b7a11',
  'a.b.c',
  'admin',
  'cn',
  'hk',
];

describe('validation at the edge', () => {
  let service: ListeningServer;
  let pool: Pool;
  const served = [...V1_ENDPOINTS, ...V2_ENDPOINTS].filter(({ bare, method }) => method === 'get' && !bare);
  beforeAll(async () => {
    const router = Router({ caseSensitive: true });
    for (const endpoint of V1_ENDPOINTS)
      if (endpoint.method === 'get' && !endpoint.bare) mount(router, endpoint as Endpoint, () => ({}));
    const app = createApp({
      logger: createLogger({ service: 'x', level: 'silent' }),
      metrics: createMetrics('x'),
      health: new Health(),
      routes: router,
    });
    service = await listen(app, { host: '127.0.0.1', port: 0 });
    pool = new Pool(service.url, { connections: 1 });
  });
  afterAll(async () => {
    await pool.close();
    await service.close();
  });

  it('judges every read as the service behind does', async () => {
    const disagreements: string[] = [];
    let accepted = 0;
    const validate = new Map(served.map((endpoint) => [endpoint, createValidation(endpoint)]));
    const judge = async (endpoint: Endpoint, target: string, params: Record<string, string>) => {
      const { statusCode, body } = await pool.request({ method: 'GET', path: target });
      await body.dump();
      let isTaken = true;
      try {
        validate.get(endpoint)?.target({ params, url: target } as unknown as Request);
      } catch {
        isTaken = false;
      }
      if (statusCode === 200) accepted += 1;
      if (isTaken !== (statusCode === 200)) disagreements.push(`${endpoint.id} ${target}: ${statusCode}`);
    };
    for (const endpoint of served) {
      const names = Object.keys(endpoint.params?.shape ?? {});
      const fields = Object.keys(endpoint.query?.shape ?? {});
      for (const [at, sample] of SAMPLES.entries()) {
        const own = sample === '' ? 'x' : sample;
        const params = Object.fromEntries(names.map((name) => [name, own]));
        const path = endpoint.path.replaceAll(/\{(\w+)\}/g, () => encodeURIComponent(own));
        const field = fields[at % Math.max(1, fields.length)];
        await judge(endpoint, path, params);
        if (field !== undefined) await judge(endpoint, `${path}?${field}=${encodeURIComponent(sample)}`, params);
      }
      for (const field of fields)
        for (const sample of SAMPLES.slice(0, 12)) {
          const params = Object.fromEntries(names.map((name) => [name, '600519.SH']));
          const path = endpoint.path.replaceAll(/\{(\w+)\}/g, '600519.SH');
          await judge(endpoint, `${path}?${field}=${encodeURIComponent(sample)}`, params);
        }
    }
    expect(disagreements).toEqual([]);
    expect(accepted).toBeGreaterThan(500);
  }, 120_000);

  it.each([
    ['realtimeStock', { symbol: '600519.SH' }, ''],
    ['historicalStock', { symbol: '600519.SH' }, '?period=1d&adjust=qfq&start=2026-01-01&end=2026-06-30&limit=500'],
    ['realtimeBatch', {}, '?symbols=600519.SH,000001.SZ,300750.SZ,688981.SH,601318.SH'],
    ['realtimeMarket', {}, '?sort=amount&order=desc&limit=100'],
  ])('takes a few microseconds of %s', (id, params, query) => {
    const endpoint = V1_ENDPOINTS.find((one) => one.id === id);
    const { target } = createValidation(endpoint);
    const request = { params, url: `/x${query}` } as unknown as Request;
    const figures = Array.from({ length: 5 }, () => {
      const rounds = 10_000;
      const started = performance.now();
      for (let n = 0; n < rounds; n++) target(request);
      return ((performance.now() - started) / rounds) * 1000;
    });
    expect(Math.min(...figures)).toBeLessThan(TARGET_US_MAX);
  });
});
