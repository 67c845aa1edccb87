import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { type Access, createAccess, DEFAULT_POLICY } from '@quotefleet/access';
import { authRevokedEvent, createEvent, type RowRule, SOCKET_EVENTS, TOPICS } from '@quotefleet/contracts';
import { type Authenticator, encodeIdentity, IDENTITY_HEADER } from '@quotefleet/service-kit';
import { waitUntil } from '@quotefleet/testing';
import { WebSocket } from 'ws';
import {
  FEED_KEY,
  type Fixture,
  GOOD_KEY,
  publishBars,
  publishTicks,
  startFixture,
  type TestClient,
  TRIAL_KEY,
} from './fixture.ts';
import { barOf, tickOf } from './payloads.ts';
import { byText } from './written-tokens.ts';

jest.setTimeout(30_000);

let fixture: Fixture;
afterEach(() => fixture.stop());

const codes = ({ messages }: TestClient) =>
  messages.filter(({ type }) => type === 'system').map(({ payload }) => (payload as { code: string }).code);
const stats = async () => {
  const response = await fetch(`${fixture.service.url}/api/v1/realtime/stats`);
  return ((await response.json()) as { data: { total: Record<string, number> } }).data.total;
};
const listRooms = async () => {
  const response = await fetch(`${fixture.service.url}/api/v1/realtime/rooms`);
  return ((await response.json()) as { data: { rooms: { room: string; members: number; messages: number }[] } }).data
    .rooms;
};
const metrics = async () => (await fetch(`${fixture.service.url}/metrics`)).text();

describe('the door', () => {
  it.each(['&sid=', '&x=?sid=1', '&x=%3F&y=&sid='])('is not passed by %s, which is no session', async (query) => {
    fixture = await startFixture();
    const headers = { origin: 'https://evil.example' };
    const url = `${fixture.service.url}/socket.io/?EIO=4&transport=polling${query}`;
    expect((await fetch(url, { headers })).status).toBe(403);
    const socket = new WebSocket(`${url.replace('http', 'ws').replace('polling', 'websocket')}`, { headers });
    socket.on('error', () => undefined);
    const status = await new Promise((resolve) => {
      socket.once('open', () => resolve('open'));
      socket.once('unexpected-response', (_request, response) => resolve(response.statusCode));
    });
    expect(status).toBe(403);
  });

  it('lets a connection sign in once, however quickly it asks again', async () => {
    fixture = await startFixture();
    const socket = new WebSocket(`${fixture.service.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
    await new Promise((resolve) => socket.once('open', resolve));
    let answers = 0;
    socket.on('message', (data) => {
      if (String(data).startsWith('40/market')) answers += 1;
    });
    for (let time = 0; time < 3; time++) socket.send(`40/market,${JSON.stringify({ apiKey: GOOD_KEY })}`);
    await waitUntil(() => socket.readyState === WebSocket.CLOSED);
    expect(answers).toBeLessThanOrEqual(1);
    await waitUntil(async () => (await stats()).connections === 0);
  });
});

describe('a connection that does not read', () => {
  const ADDRESS = { headers: { 'content-type': 'text/plain' } };
  it('is not answered endlessly, whatever it asks for', async () => {
    fixture = await startFixture();
    const url = `${fixture.service.url}/socket.io/?EIO=4&transport=polling`;
    const { sid } = JSON.parse((await (await fetch(url)).text()).slice(1)) as { sid: string };
    const send = (...packets: string[]) =>
      fetch(`${url}&sid=${sid}`, { ...ADDRESS, method: 'POST', body: packets.join('\x1e') });
    await send(`40/market,${JSON.stringify({ apiKey: GOOD_KEY })}`);
    expect(await (await fetch(`${url}&sid=${sid}`)).text()).toContain('40/market');
    for (let call = 0; call < 20; call++) await send(`42/market,${call}["refresh",{"token":"no"}]`);
    await waitUntil(async () => (await stats()).connections === 0, { timeoutMs: 15_000 });
  });

  it.each(['40/nowhere,', '40', '41/market,\x1e40/market,{"apiKey":"qf_test_key"}'])(
    'ends when it connects and connects: %j',
    async (packets) => {
      fixture = await startFixture();
      const socket = new WebSocket(`${fixture.service.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
      await new Promise((resolve) => socket.once('open', resolve));
      socket.send(`40/market,${JSON.stringify({ apiKey: GOOD_KEY })}`);
      await waitUntil(async () => (await stats()).connections === 1);
      for (let time = 0; time < 200; time++) {
        for (const packet of packets.split('\x1e')) socket.send(packet);
        await new Promise((resolve) => setImmediate(resolve));
      }
      await waitUntil(() => socket.readyState === WebSocket.CLOSED);
    },
  );
});

describe('rights that change at a bad moment', () => {
  /** Passes tokens, each only after it is told to. */
  function heldBack() {
    const held = new Map<string, PromiseWithResolvers<void>>();
    const authenticator: Authenticator = {
      ...byText,
      async authenticate(credentials) {
        const waiting = held.get(credentials.token ?? '');
        const identity = await byText.authenticate(credentials);
        await waiting?.promise;
        return identity;
      },
    };
    return { held, authenticator };
  }
  const revoke = async (id: string) => {
    const event = authRevokedEvent.parse(createEvent('auth.revoked', { kind: 'session', id }));
    await fixture.bus.publish(TOPICS.authRevoked, [{ key: id, value: event }]);
  };

  it('end a connection that was signing in, and one that was refreshing', async () => {
    const { held, authenticator } = heldBack();
    fixture = await startFixture({ authenticator });
    const present = await fixture.connect({ auth: { token: 'anna user' } });
    const other = await fixture.connect({ auth: { token: 'ben user 3600' } });
    for (const token of ['anna user 5000', 'ben user 7200']) held.set(token, Promise.withResolvers());
    const coming = fixture.connect({ auth: { token: 'anna user 5000' } });
    const refreshing = other.socket.timeout(9000).emitWithAck(SOCKET_EVENTS.refresh, { token: 'ben user 7200' });
    await waitUntil(() => held.size === 2);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await revoke('session of anna');
    await waitUntil(() => !present.socket.connected);
    held.get('anna user 5000')?.resolve();
    const client = await coming;
    await waitUntil(() => !client.socket.connected);
    expect(codes(client)).toEqual(['REVOKED']);
    held.get('ben user 7200')?.resolve();
    expect(await refreshing).toMatchObject({ expiresAt: expect.any(Number) });
    const again = await fixture.connect({ auth: { token: 'anna user' } });
    expect((await again.subscribe('system')).results[0]?.accepted).toBe(true);
  });

  it('end a connection in more rooms than its role may hold now', async () => {
    let access: Access = await createAccess(DEFAULT_POLICY);
    fixture = await startFixture({ authenticator: byText, policy: { current: () => access } });
    const [many, few] = [
      await fixture.connect({ auth: { token: 'anna user' } }),
      await fixture.connect({ auth: { token: 'ben user' } }),
    ];
    await many.subscribe('tick:600519.SH', 'tick:000001.SZ', 'system');
    await few.subscribe('tick:600519.SH');
    const isLimit = ({ role, kind }: RowRule) => role === 'user' && kind === 'roomsMax';
    const rows = DEFAULT_POLICY.rows.map((rule) => (isLimit(rule) ? { ...rule, value: '2' } : rule));
    access = await createAccess({ ...DEFAULT_POLICY, rows });
    // As after any change of rights.
    for (const [client, token] of [
      [many, 'anna user'],
      [few, 'ben user'],
    ] as const)
      await client.socket.timeout(5000).emitWithAck(SOCKET_EVENTS.refresh, { token });
    await waitUntil(() => !many.socket.connected);
    expect(codes(many)).toEqual(['REVOKED']);
    expect(few.socket.connected).toBe(true);
  });

  it('are enforced on whoever is named how', async () => {
    fixture = await startFixture({ authenticator: byText });
    const client = await fixture.connect({ auth: { token: 'tenant:7:anna user' } });
    expect((await client.subscribe('user')).results[0]).toMatchObject({ room: 'user:tenant:7:anna', accepted: true });
    const reply = await client.socket
      .timeout(5000)
      .emitWithAck(SOCKET_EVENTS.refresh, { token: 'tenant:7:anna user 3600' });
    expect(reply).toMatchObject({ expiresAt: expect.any(Number) });
    expect((await client.unsubscribe('user:tenant:7:anna')).results[0]?.accepted).toBe(true);
  });
});

describe('calls', () => {
  it('prepare no more late rooms than the connection may hold', async () => {
    fixture = await startFixture();
    const symbols = Array.from({ length: 300 }, (_, index) => `${600_000 + index}.SH`);
    await publishTicks(fixture.bus, ...symbols.map((symbol) => tickOf(symbol, 1)));
    const client = await fixture.connect({ auth: { apiKey: TRIAL_KEY } });
    await waitUntil(async () => (await client.subscribe(`tick:${symbols.at(-1)}`)).results[0]?.accepted === true);
    const { results } = await client.subscribe('tick:601398.SH', ...symbols.map((symbol) => `tick:${symbol}`));
    expect(results[0]?.code).toBe('NOT_FOUND');
    // What is not there takes no place of what is.
    expect(results.filter(({ accepted }) => accepted)).toHaveLength(20);
    expect(results.filter(({ code }) => code === 'TOO_MANY_ROOMS')).toHaveLength(280);
    expect(await listRooms()).toHaveLength(20);
  });

  it('are answered in order, each by what held when its turn came', async () => {
    fixture = await startFixture();
    const client = await fixture.connect();
    const room = 'tick:600519.SH';
    const answers = await Promise.all([
      client.subscribe(room, room, 'tick:sh600519'),
      client.unsubscribe(room, room, 'nonsense', 'tick:000001.SZ'),
      client.subscribe({ room, mode: 'merge', maxHz: 0.5 }, { room, mode: 'raw' }),
      client.subscribe({ room, mode: 'merge' }),
      client.unsubscribe(room),
      client.unsubscribe(room),
    ]);
    const told = answers.map(({ results }) => results.map(({ accepted, mode, code }) => code ?? mode ?? accepted));
    expect(told).toEqual([
      ['raw', 'raw', 'raw'],
      [true, 'NOT_SUBSCRIBED', 'INVALID_ROOM', 'NOT_SUBSCRIBED'],
      ['merge', 'raw'],
      ['merge'],
      [true],
      ['NOT_SUBSCRIBED'],
    ]);
    expect(await stats()).toMatchObject({ connections: 1, subscriptions: 0 });
    expect(await listRooms()).toMatchObject([{ room, members: 0 }]);
  });

  it.each([SOCKET_EVENTS.subscribe, SOCKET_EVENTS.unsubscribe, SOCKET_EVENTS.refresh])(
    '%s without anything is answered',
    async (event) => {
      fixture = await startFixture();
      const client = await fixture.connect();
      for (const args of [[], [null], [{}], [{ rooms: [] }, 'more']])
        expect(await client.socket.timeout(5000).emitWithAck(event, ...args)).toMatchObject({
          error: { code: 'INVALID_ARGUMENT' },
        });
    },
  );
});

describe('a room that is asked for on other terms', () => {
  it.each([
    ['by another pace', 'bar:600519.SH:1m', { mode: 'merge', maxHz: 1 }],
    ['message by message', 'bar:600519.SH:1m', { mode: 'raw' }],
  ] as const)('%s gives what waited for the pace before', async (_how, room, terms) => {
    fixture = await startFixture({ env: { QF_REALTIME_FLUSH_MS: '10' } });
    const client = await fixture.connect();
    await client.subscribe({ room, mode: 'merge', maxHz: 0.1 });
    const next = { ts: barOf('600519.SH', 1).ts + 60_000 };
    await publishBars(fixture.bus, barOf('600519.SH', 1));
    await waitUntil(() => client.messages.length === 1);
    await publishBars(fixture.bus, barOf('600519.SH', 2, { final: true }), barOf('600519.SH', 3, next));
    const other = await fixture.connect();
    await waitUntil(async () => (await other.subscribe(room)).results[0]?.snapshot?.seq === 3);
    expect((await client.subscribe({ room, ...terms })).results[0]?.snapshot).toMatchObject({ seq: 3 });
    await waitUntil(() => client.messages.some(({ payload }) => (payload as { final: boolean }).final));
  });
});

describe('numbers', () => {
  it('count an update of a room once, whoever is in it live or late', async () => {
    const rows = DEFAULT_POLICY.rows.map((rule) =>
      rule.role === 'trial' && rule.kind === 'delaySeconds' ? { ...rule, value: '1' } : rule,
    );
    const access = await createAccess({ ...DEFAULT_POLICY, rows });
    fixture = await startFixture({ policy: { current: () => access } });
    const [live, late] = [await fixture.connect(), await fixture.connect({ auth: { apiKey: TRIAL_KEY } })];
    for (const client of [live, late]) await client.subscribe('tick:600519.SH');
    await publishTicks(fixture.bus, tickOf('600519.SH', 1), tickOf('600519.SH', 2), tickOf('600519.SH', 5));
    await waitUntil(() => late.messages.at(-1)?.seq === 5);
    // With the gap before the last.
    expect(await listRooms()).toMatchObject([{ members: 2, messages: 4 }]);
    expect(await metrics()).toMatch(/socketio_gaps_total\{reason="not-received",[^}]*\} 1\n/);
  });

  it('count what a feed begins with, and why connections end, as messages', async () => {
    fixture = await startFixture();
    const symbols = ['600519.SH', '000001.SZ', '510300.SH'];
    await publishTicks(fixture.bus, ...symbols.map((symbol) => tickOf(symbol, 1)));
    const client = await fixture.connect({ auth: { apiKey: FEED_KEY } });
    await waitUntil(async () => (await client.subscribe('tick:510300.SH')).results[0]?.snapshot !== undefined);
    await client.subscribe('tick:*');
    for (let event = 0; event < 300; event++) client.socket.emit('nothing');
    await waitUntil(() => !client.socket.connected);
    expect(client.messages).toHaveLength(4);
    await waitUntil(async () => /socketio_messages_sent_total\{[^}]*\} 4\n/.test(await metrics()));
  });

  it('leave out who was told to go and does not', async () => {
    fixture = await startFixture();
    const [stalled, other] = [await fixture.connect(), await fixture.connect()];
    for (const client of [stalled, other]) await client.subscribe('tick:600519.SH');
    (stalled.socket.io.engine as unknown as { transport: { ws: { pause(): void } } }).transport.ws.pause();
    const url = `${fixture.service.url}/api/v1/realtime/connections/${stalled.socket.id}`;
    const admin = { subject: 'admin-1', client: 'key-of-admin', role: 'admin', scopes: ['admin' as const] };
    const ended = await fetch(url, { method: 'DELETE', headers: { [IDENTITY_HEADER]: encodeIdentity(admin) } });
    expect(ended.status).toBe(200);
    expect(await stats()).toMatchObject({ connections: 1, subscriptions: 1 });
    expect(await listRooms()).toMatchObject([{ members: 1 }]);
  });
});
