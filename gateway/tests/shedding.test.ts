import { describe, expect, it } from '@jest/globals';
import type { DegradationReport } from '@quotefleet/contracts';
import { call, useGateway } from './fleet-fixture.ts';

const QUOTE = '/api/v1/realtime/stock/600519.SH';
const BATCH = '/api/v1/realtime/batch?symbols=600519.SH';
const FILE = '/api/v1/historical/stock/600519.SH?format=csv';
const LEVEL = '/admin/degradation';
const HEADERS = { 'content-type': 'application/json' };
const LOGIN = { method: 'POST', body: '{"username":"alice","password":"x"}', headers: HEADERS };
const INGEST = { method: 'POST', body: '{"ticks":[]}', headers: HEADERS, key: 'service-key' };

describe('a gateway with too much to do', () => {
  const fixture = useGateway();
  const set = async (level: number | 'auto') => {
    const answer = await call(fixture, LEVEL, {
      method: 'POST',
      body: JSON.stringify({ level }),
      headers: HEADERS,
      key: 'admin-key',
    });
    expect(answer.status).toBe(200);
    return answer.body.data as unknown as DegradationReport;
  };
  const ask = async (path: string, init: Parameters<typeof call>[2] = {}) => {
    const { key, ...rest } = init;
    const headers = { ...(rest.headers as Record<string, string>), ...(key ? { 'x-api-key': key } : {}) };
    const response = await fetch(new URL(path, fixture.gateway.url), { ...rest, headers });
    await response.arrayBuffer();
    return response.status;
  };
  const all = async () => ({
    live: await ask('/health/live'),
    fleet: (await ask('/health/fleet')) > 0,
    login: await ask('/api/v1/auth/login', LOGIN),
    documents: await ask('/openapi/v1.json'),
    anonymous: await ask(QUOTE),
    free: await ask(QUOTE, { key: 'user-key' }),
    freeKeys: await ask('/api/v1/api-keys', { key: 'user-key' }),
    batch: await ask(BATCH, { key: 'service-key' }),
    file: await ask(FILE, { key: 'service-key' }),
    paid: await ask(QUOTE, { key: 'service-key' }),
    ingest: await ask('/api/v1/ingest/ticks', INGEST),
    admin: await ask('/api/v1/sync/status', { key: 'admin-key' }),
  });
  const normal = {
    live: 200,
    fleet: true,
    login: 200,
    documents: 200,
    anonymous: 401,
    free: 200,
    freeKeys: 200,
    batch: 200,
    file: 200,
    paid: 200,
    ingest: 200,
    admin: 200,
  };
  const first = { ...normal, documents: 503, anonymous: 503, batch: 503, file: 503 };

  it('turns away by levels those first that are missed least', async () => {
    expect(await all()).toEqual(normal);
    await set(1);
    expect(await all()).toEqual(first);
    await set(2);
    expect(await all()).toEqual({ ...first, free: 503 });
    await set(3);
    expect(await all()).toEqual({ ...first, free: 503 });
    expect(await set(0)).toMatchObject({ mode: 'manual', level: 0, measured: 0 });
    expect(await all()).toEqual(normal);
    expect(await set('auto')).toMatchObject({ mode: 'auto', level: 0 });
  }, 20_000);

  it('says when to come back, and why in a registered type', async () => {
    await set(2);
    const refused = await fetch(new URL(QUOTE.replace('v1', 'v2'), fixture.gateway.url), {
      headers: { 'x-api-key': 'user-key' },
    });
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(5);
    expect(await refused.json()).toMatchObject({
      type: 'https://iana.org/assignments/http-problem-types#temporary-reduced-capacity',
      code: 'UNAVAILABLE',
    });
    expect(await call(fixture, QUOTE, { key: 'user-key' })).toMatchObject({ status: 503, body: { success: false } });
    const metrics = await (await fetch(new URL('/metrics', fixture.gateway.url))).text();
    expect(metrics).toMatch(/^degradation_level\{[^}]*\} 2$/m);
    expect(metrics).toMatch(/^shed_total\{level="2"[^}]*\} \d+$/m);
    await set('auto');
  });

  it('is switched by admins alone, to levels that there are', async () => {
    const post = (body: string, key: string) => call(fixture, LEVEL, { method: 'POST', body, headers: HEADERS, key });
    expect((await post('{"level":3}', 'service-key')).status).toBe(403);
    expect((await call(fixture, LEVEL)).status).toBe(401);
    expect((await post('{"level":4}', 'admin-key')).status).toBe(400);
    expect((await post('{"level":1,"x":1}', 'admin-key')).status).toBe(400);
    expect((await call(fixture, LEVEL, { key: 'admin-key' })).body.data).toMatchObject({ mode: 'auto', level: 0 });
  });
});
