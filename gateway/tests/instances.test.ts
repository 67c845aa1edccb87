import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { UpstreamReport } from '@quotefleet/contracts';
import { waitUntil } from '@quotefleet/testing';
import { type Answer, call, useGateway } from './fleet-fixture.ts';
import { type Stub, sendJson, startStub } from './stub-fleet.ts';

const QUOTE = '/api/v1/realtime/stock/600519.SH';
const CSV = '/api/v1/historical/stock/600519.SH?format=csv';
const INGEST = '/api/v1/ingest/ticks';
const OPEN_MS = 500;
const FAILURES = 3;

jest.setTimeout(30_000);

describe('an upstream of two instances', () => {
  let first: Stub;
  let second: Stub;
  beforeAll(async () => {
    [first, second] = await Promise.all([startStub(), startStub()]);
  });
  const fixture = useGateway((config) => ({
    breaker: { failures: FAILURES, successes: 2, openMs: OPEN_MS },
    upstreams: { ...config.upstreams, cache: [first.url, second.url], 'market-data': [first.url, second.url] },
  }));
  beforeEach(async () => {
    for (const stub of [first, second]) {
      if (!stub.server.listening) await stub.start();
      stub.answer = (request, response) =>
        sendJson(response, 200, request.url === '/health/ready' ? {} : { by: stub.url });
      stub.seen.length = 0;
    }
    for (const { url } of [first, second]) {
      await change('cache', 'add', url);
      await change('cache', 'close-breaker', url);
    }
    await waitUntil(async () => (await instancesOf('cache')).every(({ healthy }) => healthy));
  });
  afterAll(() => Promise.all([first, second].map((stub) => stub.server.listening && stub.stop())));

  const quote = () => call(fixture, QUOTE, { key: 'admin-key' });
  const post = (path: string, body: object) =>
    call(fixture, path, {
      method: 'POST',
      key: 'admin-key',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
  const change = (upstream: string, action: string, url: string) =>
    post(`/admin/upstreams/${upstream}`, { action, url });
  async function instancesOf(name: string): Promise<UpstreamReport['instances']> {
    const { body } = await call(fixture, '/admin/upstreams', { key: 'admin-key' });
    const { upstreams } = body.data as unknown as { upstreams: UpstreamReport[] };
    return upstreams.find((upstream) => upstream.name === name)?.instances ?? [];
  }
  const instanceOf = async ({ url }: Stub) => (await instancesOf('cache')).find((instance) => instance.url === url);
  async function metric(name: string): Promise<number> {
    const text = await (await fetch(`${fixture.gateway.url}/metrics`)).text();
    return Number(new RegExp(`^${name}.*} (\\S+)$`, 'm').exec(text)?.[1] ?? 0);
  }
  /** Calls without a pause, by so many clients, until it is told to stop. */
  function load(clients: number, path = QUOTE) {
    const answers: Answer[] = [];
    let stopped = false;
    const loops = Array.from({ length: clients }, async () => {
      while (!stopped) answers.push(await call(fixture, path, { key: 'admin-key' }));
    });
    const stop = async () => {
      stopped = true;
      await Promise.all(loops);
      return answers.filter(({ status }) => status !== 200);
    };
    return { answers, stop };
  }

  it('takes turns between them, and goes to the one with fewer calls under way', async () => {
    for (let round = 0; round < 6; round++) await quote();
    expect([first.seen.length, second.seen.length]).toEqual([3, 3]);

    const late = Promise.withResolvers<void>();
    first.answer = async (_request, response) => {
      await late.promise;
      sendJson(response, 200, {});
    };
    const held: Promise<Answer>[] = [];
    while (first.seen.length < 4) {
      held.push(quote());
      await Promise.race([held.at(-1), waitUntil(() => first.seen.length === 4)]);
    }
    for (let round = 0; round < 4; round++) await quote();
    expect(first.seen).toHaveLength(4);
    late.resolve();
    await Promise.all(held);
  });

  it.each([
    ['JSON', QUOTE],
    ['a file', CSV],
  ])('loses no call for %s when one of them is killed, and uses it again when it is back', async (_what, path) => {
    const { answers, stop } = load(3, path);
    await waitUntil(() => answers.length > 50);
    await first.stop();
    await waitUntil(async () => (await instanceOf(first))?.healthy === false);
    const count = answers.length;
    await waitUntil(() => answers.length > count + 50);
    await first.start();
    first.seen.length = 0;
    await waitUntil(() => first.seen.length > 0);
    expect(await stop()).toEqual([]);
  });

  it('rests one that fails again and again, while the other answers', async () => {
    first.answer = (request, response) => sendJson(response, request.url === '/health/ready' ? 200 : 503, {});
    for (let round = 0; round < 4 * FAILURES; round++) expect((await quote()).status).toBe(200);
    expect(await instanceOf(first)).toMatchObject({ breaker: 'open', healthy: true });
    expect(first.seen).toHaveLength(FAILURES);

    first.answer = (_request, response) => sendJson(response, 200, {});
    await waitUntil(async () => (await instanceOf(first))?.breaker === 'half-open');
    for (let round = 0; round < 8; round++) expect((await quote()).status).toBe(200);
    expect(await instanceOf(first)).toMatchObject({ breaker: 'closed' });
  });

  it('keeps one that flaps from the clients', async () => {
    let calls = 0;
    first.answer = (request, response) => {
      const isDown = request.url !== '/health/ready' && Math.floor(calls++ / 4) % 2 === 0;
      sendJson(response, isDown ? 503 : 200, {});
    };
    for (let round = 0; round < 60; round++) {
      expect((await quote()).status).toBe(200);
      await sleep(OPEN_MS / 10);
    }
    expect(first.seen.length).toBeGreaterThan(2 * FAILURES);
  });

  it('turns away from one that no longer answers', async () => {
    first.answer = (request, response) => {
      if (request.url === '/health/ready') sendJson(response, 200, {});
    };
    const left = new AbortController();
    const hung: Promise<unknown>[] = [];
    while (first.seen.length === 0) {
      const headers = { 'x-api-key': 'admin-key' };
      hung.push(fetch(fixture.gateway.url + QUOTE, { headers, signal: left.signal }).catch(() => undefined));
      await Promise.race([hung.at(-1), waitUntil(() => first.seen.length > 0)]);
    }
    for (let round = 0; round < 10; round++) expect((await quote()).status).toBe(200);
    expect(first.seen).toHaveLength(1);
    left.abort();
    await Promise.all(hung);
  });

  it('loses no call when instances are removed and added', async () => {
    const third = await startStub();
    third.answer = async (_request, response) => {
      await sleep(20);
      sendJson(response, 200, {});
    };
    const { answers, stop } = load(8);
    for (let round = 0; round < 3; round++) {
      await change('cache', 'add', third.url);
      await waitUntil(() => third.seen.length > 5);
      await change('cache', 'remove', round % 2 === 0 ? first.url : second.url);
      await change('cache', 'add', round % 2 === 0 ? first.url : second.url);
      await change('cache', 'remove', third.url);
      await waitUntil(async () => (await instanceOf(third)) === undefined);
      expect(third.connections.size).toBe(0);
      third.seen.length = 0;
    }
    expect(await stop()).toEqual([]);
    expect(answers.length).toBeGreaterThan(50);
    await third.stop();
  });

  it('finishes what is under way at one that is drained, and gives it nothing new', async () => {
    const late = Promise.withResolvers<void>();
    for (const stub of [first, second])
      stub.answer = async (_request, response) => {
        await late.promise;
        sendJson(response, 200, { by: stub.url });
      };
    const held = quote();
    await waitUntil(() => first.seen.length + second.seen.length === 1);
    const [busy, idle] = first.seen.length === 1 ? [first, second] : [second, first];
    await change('cache', 'drain', busy.url);
    expect(await instanceOf(busy)).toMatchObject({ state: 'draining', outstanding: 1 });
    idle.answer = (_request, response) => sendJson(response, 200, {});
    for (let round = 0; round < 4; round++) await quote();
    expect(busy.seen).toHaveLength(1);
    await change('cache', 'remove', busy.url);
    expect(await instanceOf(busy)).toMatchObject({ state: 'leaving' });
    late.resolve();
    expect((await held).body).toEqual({ by: busy.url });
    await waitUntil(async () => (await instanceOf(busy)) === undefined);
  });

  it('repeats reads within a budget, and what changes something never', async () => {
    for (const stub of [first, second])
      stub.answer = (request, response) => {
        if (request.url === '/health/ready') sendJson(response, 200, {});
        else setTimeout(() => sendJson(response, 503, {}), 100);
      };
    const written = await post(INGEST, { ticks: [] });
    expect(written.status).toBe(503);
    expect(first.seen.length + second.seen.length).toBe(1);

    const before = await metric('upstream_retries_total\\{.*outcome="made"');
    const clients = 10;
    const answers = await Promise.all(Array.from({ length: clients }, quote));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
    const made = (await metric('upstream_retries_total\\{.*outcome="made"')) - before;
    expect(made).toBeGreaterThan(0);
    expect(made).toBeLessThanOrEqual(3);
    expect(await metric('upstream_retries_total\\{.*outcome="over_budget"')).toBeGreaterThan(0);
  });

  it('never tries a call again where trials are under way', async () => {
    await change('cache', 'open-breaker', first.url);
    await waitUntil(async () => (await instanceOf(first))?.breaker === 'half-open');
    second.answer = (request, response) => sendJson(response, request.url === '/health/ready' ? 200 : 503, {});
    const answers = [await quote(), await quote()];
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 503]);
    expect([first.seen.length, second.seen.length]).toEqual([1, 1]);
  });

  it('is changed by admins only, and only where it is known', async () => {
    expect((await call(fixture, '/admin/upstreams', { key: 'user-key' })).status).toBe(403);
    expect((await call(fixture, '/admin/upstreams')).status).toBe(401);
    expect((await change('nothing', 'add', first.url)).status).toBe(404);
    expect((await change('cache', 'remove', 'http://127.0.0.1:1')).status).toBe(404);
    for (const url of ['file:///etc/passwd', 'http://user:pass@host:1', `${first.url}/path`, 'x'])
      expect((await change('cache', 'add', url)).status).toBe(400);
    for (const host of [
      ...['169.254.169.254', '100.100.100.200', '[fd00:ec2::254]', '[::ffff:169.254.169.254]', '2852039166', '0.0.0.0'],
      ...['[::]', '[fe80::1]', '224.0.0.1', '8.8.8.8', '[2001:4860:4860::8888]', 'attacker.example', 'metadata'],
    ])
      expect({ host, ...(await change('cache', 'add', `http://${host}:80`)) }).toMatchObject({ host, status: 400 });
    for (const host of ['10.1.2.3', '172.16.0.1', '192.168.1.1', '100.64.0.1', '[fd12::1]', 'localhost']) {
      const url = `http://${host}:1`;
      expect({ host, ...(await change('sync', 'add', url)) }).toMatchObject({ host, status: 200 });
      await change('sync', 'remove', url);
    }
    expect((await post('/admin/upstreams/cache', { action: 'explode', url: first.url })).status).toBe(400);
  });
});

describe('auth at two instances', () => {
  let spare: Stub;
  beforeAll(async () => {
    spare = await startStub();
  });
  const fixture = useGateway((config) => ({
    upstreams: { ...config.upstreams, auth: [...config.upstreams.auth, spare.url] },
  }));
  afterAll(() => spare.stop());

  it('is asked by the gateway wherever it is', async () => {
    spare.answer = (request, response) => fixture.fleet.auth.answer(request, response);
    await fixture.fleet.auth.stop();
    for (const key of ['user-key', 'service-key', 'admin-key', 'wrong'])
      expect((await call(fixture, QUOTE, { key })).status).toBe(key === 'wrong' ? 401 : 200);
    // Whether it is believed is for auth's keys to say, and these had to be fetched.
    const token = await fixture.auth.sign({ sub: '5' });
    const headers = { authorization: `Bearer ${token}` };
    expect((await call(fixture, QUOTE, { headers })).status).toBe(401);
    expect(spare.seen.map(({ url }) => url)).toContain('/.well-known/jwks.json');
    await fixture.fleet.auth.start();
  });
});
