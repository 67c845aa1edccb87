import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { type AuditPayload, type EventEnvelope, TOPIC_PARTITIONS, TOPICS } from '@quotefleet/contracts';
import { AppError } from '@quotefleet/service-kit';
import { waitUntil } from '@quotefleet/testing';
import { WebSocket } from 'ws';
import { type Fixture, publishTicks, startFixture, type TestClient, TRIAL_KEY } from './fixture.ts';
import { tickOf } from './payloads.ts';

jest.setTimeout(30_000);

let fixture: Fixture;
afterEach(() => fixture.stop());

const start = async (env: Record<string, string>) => {
  fixture = await startFixture({ env });
};
/** A client of an address, as the proxy in front tells it. */
const from = (address: string) => ({ extraHeaders: { 'x-forwarded-for': address } });
const handshakeUrl = () => `${fixture.service.url}/socket.io/?EIO=4&transport=polling`;
const handshake = (headers: Record<string, string> = {}) => fetch(handshakeUrl(), { headers });

/** What an upgrade is answered with. */
async function upgrade(headers: Record<string, string>) {
  const url = `${fixture.service.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`;
  const socket = new WebSocket(url, { headers });
  return new Promise<{ status: number; headers: Record<string, unknown>; body: string }>((resolve, reject) => {
    socket.once('open', () => reject(new Error('it was let in')));
    socket.on('error', () => undefined);
    socket.once('unexpected-response', (_request, response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += String(chunk);
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
  });
}

describe('a node', () => {
  it('takes so many connections of an address, and of others still', async () => {
    await start({ QF_REALTIME_CONNECTIONS_PER_IP: '2' });
    const first = await fixture.connect(from('203.0.113.7'));
    await fixture.connect(from('203.0.113.7'));
    const refused = await upgrade({ 'x-forwarded-for': '203.0.113.7' });
    expect(refused).toMatchObject({ status: 429, headers: { 'retry-after': expect.stringMatching(/^\d+$/) } });
    expect(JSON.parse(refused.body)).toMatchObject({
      ...{ success: false, code: 'RATE_LIMITED' },
      message: 'more than 2 connections from 203.0.113.7',
    });
    await fixture.connect(from('203.0.113.8'));
    first.socket.close();
    await waitUntil(async () => (await fixture.connect(from('203.0.113.7'))).socket.connected);
  });

  it('counts an IPv6 network as one, and not the fleet itself', async () => {
    await start({ QF_REALTIME_CONNECTIONS_PER_IP: '1' });
    await fixture.connect(from('2001:db8:0:7::1'));
    expect((await handshake({ 'x-forwarded-for': '2001:db8:0:7::2' })).status).toBe(429);
    expect((await handshake({ 'x-forwarded-for': '2001:db8:0:8::1' })).status).toBe(200);
    await Promise.all([fixture.connect(), fixture.connect(), fixture.connect()]);
  });

  it('takes so many connections of a user, wherever they come from', async () => {
    await start({ QF_REALTIME_CONNECTIONS_PER_USER: '2' });
    const first = await fixture.connect();
    await fixture.connect();
    await expect(fixture.connect()).rejects.toMatchObject({
      message: 'more than 2 connections of one user',
      data: { code: 'RATE_LIMITED', retryAfterMs: expect.any(Number) },
    });
    await fixture.connect({ auth: { apiKey: TRIAL_KEY } });
    first.socket.close();
    await waitUntil(async () => (await fixture.connect()).socket.connected);
  });

  it('is full at some point', async () => {
    await start({ QF_REALTIME_CONNECTIONS_MAX: '3' });
    await Promise.all([fixture.connect(), fixture.connect(), fixture.connect({ transports: ['polling'] })]);
    const refused = await handshake();
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(5);
    expect(await refused.json()).toMatchObject({ message: 'this node holds all of the 3 connections that it may' });
  });

  it('admits a storm at its pace, and tells the others when to come back, each another time', async () => {
    await start({ QF_REALTIME_ADMISSIONS_PER_SECOND: '20' });
    const storm = () => Promise.all(Array.from({ length: 100 }, () => handshake()));
    const answers = await storm();
    const admitted = answers.filter(({ status }) => status === 200);
    expect(admitted.length).toBeGreaterThanOrEqual(20);
    expect(admitted.length).toBeLessThan(80);
    const waits = answers.filter(({ status }) => status === 429).map(({ headers }) => headers.get('retry-after'));
    expect(waits).toHaveLength(100 - admitted.length);
    expect(new Set(waits).size).toBeGreaterThan(2);
    await waitUntil(async () => (await handshake()).status === 200);
  });

  it.each([
    ['a page of elsewhere', {}, 'https://evil.example', 403],
    ['a page of its own host', {}, 'SELF', 200],
    [
      'a page of the list',
      { QF_REALTIME_ORIGINS: 'https://desk.example,https://b.example' },
      'https://desk.example',
      200,
    ],
    ['a page that is not of the list', { QF_REALTIME_ORIGINS: 'https://desk.example' }, 'SELF', 403],
  ])('answers %s', async (_who, env, origin, status) => {
    await start(env);
    const headers = { origin: origin === 'SELF' ? fixture.service.url : origin };
    const answer = await handshake(headers);
    expect(answer.status).toBe(status);
    if (status === 200) return;
    expect(await answer.json()).toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringContaining('may not connect'),
    });
    expect(await upgrade(headers)).toMatchObject({ status: 403 });
  });

  it('tells the audit trail of those it refused, a flood by counts', async () => {
    await start({});
    const told: AuditPayload[] = [];
    await fixture.bus.ensureTopics([{ name: TOPICS.audit, partitions: TOPIC_PARTITIONS }]);
    await fixture.bus.subscribe({
      ...{ group: 'audit-of-test', topics: [TOPICS.audit], from: 'earliest' },
      decode: (value) => value as EventEnvelope<AuditPayload>,
      handle: async (batch) => {
        for (const { value } of batch.events) told.push(value.payload);
      },
    });
    for (let time = 0; time < 30; time++) {
      const auth = { apiKey: 'qf_wrong' };
      await fixture.connect({ auth, ...from('198.51.100.9') }).catch(() => undefined);
    }
    await handshake({ origin: 'https://evil.example', 'x-forwarded-for': '198.51.100.9' });
    await waitUntil(() => told.some(({ reason }) => reason?.includes('evil.example')));
    expect(told).toMatchObject([
      { action: 'socket.refused', outcome: 'refused', ip: '198.51.100.9', reason: 'the API key is not valid' },
      { action: 'socket.refused', outcome: 'refused', ip: '198.51.100.9' },
    ]);
  });
});

describe('a connection that guesses at keys', () => {
  it('ends after a few', async () => {
    let asked = 0;
    fixture = await startFixture({
      authenticator: {
        async authenticate() {
          asked += 1;
          throw new AppError('UNAUTHENTICATED', 'no');
        },
        forget: () => true,
        noteUse: () => undefined,
        close: async () => undefined,
      },
    });
    const socket = new WebSocket(`${fixture.service.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
    let isOpen = true;
    socket.on('close', () => {
      isOpen = false;
    });
    const guess = () => socket.send('40/market,{"apiKey":"guess"}');
    socket.on('message', (data) => {
      if (String(data).startsWith('44/market')) guess();
    });
    await new Promise((resolve) => socket.once('open', resolve));
    guess();
    await waitUntil(() => !isOpen);
    expect(asked).toBe(5);
  });
});

describe('a connection that sends', () => {
  const NAMESPACE_OPEN = `40/market,${JSON.stringify({ apiKey: 'qf_test_key' })}`;
  const junk: [string, (string | Buffer)[]][] = [
    ['text that is no packet', ['garbage']],
    ['a packet of no type', [NAMESPACE_OPEN, '49']],
    ['JSON cut short', [NAMESPACE_OPEN, '42/market,["subscribe",{"rooms":']],
    ['binary that nothing announced', [NAMESPACE_OPEN, Buffer.from([1, 2, 3])]],
    [
      'an announced attachment that never comes, and text in its place',
      [NAMESPACE_OPEN, '451-/market,["x",{"_placeholder":true,"num":0}]', '42/market,["y"]'],
    ],
    ['more than any call takes', [NAMESPACE_OPEN, `42/market,["subscribe","${'x'.repeat(100_000)}"]`]],
    ['an event before it signed in', ['42/market,["subscribe",{"rooms":["system"]}]']],
    ['an event of a reserved name', [NAMESPACE_OPEN, '42/market,["disconnect","x"]']],
    ['a flood of events that nobody knows', [NAMESPACE_OPEN, ...Array<string>(500).fill('42/market,["x"]')]],
    ['deep nesting', [NAMESPACE_OPEN, `42/market,["subscribe",${'['.repeat(20_000)}${']'.repeat(20_000)}]`]],
  ];
  it.each(junk)('%s ends, if any, itself alone', async (_what, frames) => {
    await start({});
    const other: TestClient = await fixture.connect();
    await other.subscribe('tick:600519.SH');
    const url = `${fixture.service.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`;
    const socket = new WebSocket(url);
    await new Promise((resolve) => socket.once('open', resolve));
    socket.on('error', () => undefined);
    for (const [index, frame] of frames.entries()) {
      socket.send(frame);
      if (index < 3) await new Promise((resolve) => setTimeout(resolve, 30));
    }
    await publishTicks(fixture.bus, tickOf('600519.SH', 1), tickOf('600519.SH', 2));
    await waitUntil(() => other.messages.length === 2);
    expect(other.socket.connected).toBe(true);
    expect((await fetch(`${fixture.service.url}/health/live`)).status).toBe(200);
    socket.terminate();
  });
});
