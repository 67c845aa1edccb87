import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { type AuditPayload, type EventEnvelope, TOPIC_PARTITIONS, TOPICS } from '@quotefleet/contracts';
import { createInProcessBus, type EventBus } from '@quotefleet/messaging';
import { encodeIdentity, IDENTITY_HEADER } from '@quotefleet/service-kit';
import { createFaultProxy, describeWith, type FaultProxy, uniqueName, waitUntil } from '@quotefleet/testing';
import { type Fixture, publishTicks, startFixture, TRIAL_KEY } from './fixture.ts';
import { tickOf } from './payloads.ts';

jest.setTimeout(30_000);

const ADMIN = { subject: 'admin-1', client: 'key-of-admin', role: 'admin', scopes: ['admin' as const] };

interface Missing {
  node: string;
  host: string;
  lastHeardAt: string;
}

describeWith('redis', 'operating three nodes from any of them', (servers) => {
  let bus: EventBus;
  let proxy: FaultProxy;
  let nodes: [Fixture, Fixture, Fixture];
  const told: AuditPayload[] = [];

  beforeAll(async () => {
    bus = createInProcessBus({});
    await bus.ensureTopics([{ name: TOPICS.audit, partitions: TOPIC_PARTITIONS }]);
    await bus.subscribe({
      ...{ group: 'audit-of-test', topics: [TOPICS.audit], from: 'earliest' },
      decode: (value) => value as EventEnvelope<AuditPayload>,
      handle: async (batch) => {
        for (const { value } of batch.events) told.push(value.payload);
      },
    });
    const { hostname, port } = new URL(servers.redis.url);
    proxy = await createFaultProxy({ target: { host: hostname, port: Number(port) } });
    const QF_REALTIME_CHANNEL = uniqueName('operation');
    const direct = { QF_REALTIME_CHANNEL, QF_REDIS_URL: servers.redis.url };
    const proxied = { QF_REALTIME_CHANNEL, QF_REDIS_URL: `redis://127.0.0.1:${proxy.port}` };
    nodes = await Promise.all([
      startFixture({ bus, env: direct }),
      startFixture({ bus, env: direct }),
      startFixture({ bus, env: proxied }),
    ]);
    for (const node of nodes) await waitUntil(async () => (await call(node, 'stats')).data.nodes.length === 3);
  }, 60_000);
  afterAll(async () => {
    await Promise.all(nodes.map((node) => node.stop()));
    await bus.close();
    await proxy.close();
  });

  async function call(node: Fixture, path: string, init: RequestInit = {}) {
    const response = await fetch(`${node.service.url}/api/v1/realtime/${path}`, {
      ...init,
      headers: { [IDENTITY_HEADER]: encodeIdentity(ADMIN), 'content-type': 'application/json' },
    });
    return { status: response.status, ...((await response.json()) as { data: never; message: string }) } as {
      status: number;
      message: string;
      // biome-ignore lint/suspicious/noExplicitAny: each test tells what it expects
      data: any;
    };
  }

  it('counts the connections, users and rooms of all', async () => {
    const clients = await Promise.all(nodes.map((node) => node.connect()));
    const trial = await nodes[0].connect({ auth: { apiKey: TRIAL_KEY } });
    for (const client of clients) await client.subscribe('tick:600519.SH', 'system');
    await waitUntil(async () => (await call(nodes[1], 'stats')).data.total.connections === 4);
    const { data } = await call(nodes[2], 'stats');
    expect(data).toMatchObject({ total: { connections: 4, subscriptions: 6, queuedBytes: 0, behind: 0 }, missing: [] });
    const users = data.nodes.map((node: { users: number }) => node.users);
    expect(users.toSorted()).toEqual([1, 1, 2]);
    for (const client of [...clients, trial]) client.socket.close();
    await waitUntil(async () => (await call(nodes[1], 'stats')).data.total.connections === 0);
  });

  it('lists rooms once, with their members everywhere and what came for them', async () => {
    const clients = await Promise.all(nodes.map((node) => node.connect()));
    for (const client of clients) await client.subscribe('tick:600519.SH', 'bar:600519.SH:1m');
    await clients[0]?.subscribe('tick:000001.SZ');
    await publishTicks(bus, tickOf('600519.SH', 1), tickOf('600519.SH', 2), tickOf('000001.SZ', 1));
    await waitUntil(async () => (await call(nodes[0], 'rooms?prefix=tick:600519')).data.rooms[0]?.messages >= 2);
    const { data } = await call(nodes[1], 'rooms?prefix=tick:&sort=members');
    expect(data).toMatchObject({
      rooms: [
        { room: 'tick:600519.SH', members: 3, nodes: 3, messages: 2, lastMessageAt: expect.any(String) },
        { room: 'tick:000001.SZ', members: 1, nodes: 1, messages: 1 },
      ],
      ...{ total: 2, missing: [] },
    });
    const second = await call(nodes[1], 'rooms?prefix=tick:&sort=name&limit=1&offset=1');
    expect(second.data).toMatchObject({ rooms: [{ room: 'tick:600519.SH' }], total: 2 });
    for (const client of clients) client.socket.close();
    await waitUntil(async () => (await call(nodes[0], 'rooms?prefix=tick:6')).data.rooms[0]?.idleSince !== undefined);
  });

  it('shows a connection of another node, and ends it with a word', async () => {
    const client = await nodes[1].connect();
    await client.subscribe('tick:600519.SH');
    const { id } = client.socket;
    const path = `connections/${id}`;
    const shown = await call(nodes[0], path);
    expect(shown.data).toMatchObject({
      ...{ id, subject: 'user-1', client: 'key-1', role: 'user', address: '127.0.0.1' },
      ...{ transport: 'websocket', encoding: 'json', rooms: ['tick:600519.SH'], queuedBytes: 0 },
    });
    const ended = await call(nodes[0], path, { method: 'DELETE' });
    expect(ended.data).toEqual({ id, node: shown.data.node, ended: true });
    await waitUntil(() => !client.socket.connected);
    expect(client.messages.at(-1)).toMatchObject({ type: 'system', payload: { code: 'KICKED' } });
    expect(await call(nodes[0], path)).toMatchObject({ status: 404 });
    expect(await call(nodes[0], path, { method: 'DELETE' })).toMatchObject({ status: 404 });
    await waitUntil(() => told.some(({ action }) => action === 'socket.kick'));
    expect(told.filter(({ action }) => action === 'socket.kick')).toMatchObject([
      { actor: 'admin-1', target: `connection ${id} of user-1`, outcome: 'allowed' },
    ]);
  });

  it('broadcasts to everybody in the room system, and says which nodes passed it on', async () => {
    const clients = await Promise.all(nodes.map((node) => node.connect()));
    for (const client of clients) await client.subscribe('system');
    const { status, data } = await call(nodes[2], 'broadcast', { method: 'POST', body: '{"message":"closing early"}' });
    expect(status).toBe(202);
    expect(data.nodes).toHaveLength(3);
    await waitUntil(() => clients.every(({ messages }) => messages.length > 0));
    for (const { messages } of clients)
      expect(messages).toMatchObject([{ type: 'system', payload: { code: 'NOTICE', message: 'closing early' } }]);
    expect(await call(nodes[2], 'broadcast', { method: 'POST', body: '{"message":""}' })).toMatchObject({
      status: 400,
    });
  });

  it('sends to one user, on every node, and to no other', async () => {
    const own = await Promise.all(nodes.map((node) => node.connect()));
    const other = await nodes[1].connect({ auth: { apiKey: TRIAL_KEY } });
    for (const client of own) {
      const { results } = await client.subscribe('user', 'user:user-1', 'user:user-3');
      expect(results).toMatchObject([
        { accepted: true, room: 'user:user-1' },
        { accepted: true, room: 'user:user-1' },
        { accepted: false, code: 'FORBIDDEN' },
      ]);
    }
    await other.subscribe('user');
    const send = (subject: string, body: object) =>
      fetch(`${nodes[0].service.url}/internal/realtime/users/${subject}/messages`, {
        ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
      });
    for (const step of [1, 2]) expect((await send('user-1', { kind: 'job.done', data: { step } })).status).toBe(202);
    expect((await send('nobody', { kind: 'job.done', data: {} })).status).toBe(202);
    expect((await send('user-1', { kind: 'Not A Kind', data: {} })).status).toBe(400);
    await send('user-3', { kind: 'alert', data: {} });
    await waitUntil(() => own.every(({ messages }) => messages.length === 2) && other.messages.length === 1);
    for (const { messages } of own) {
      expect(messages.map(({ payload }) => payload)).toEqual(
        [1, 2].map((step) => ({ kind: 'job.done', data: { step } })),
      );
      expect(messages[1]).toMatchObject({ type: 'user', room: 'user:user-1', prevSeq: messages[0]?.seq });
    }
    expect(other.messages[0]).toMatchObject({ room: 'user:user-3', payload: { kind: 'alert' } });
  });

  it('names a node that does not answer, until it is back', async () => {
    const { data: before } = await call(nodes[2], 'stats');
    const cutOff = before.nodes[0].node;
    proxy.cut();
    const { data } = await call(nodes[0], 'stats');
    expect(data.nodes).toHaveLength(2);
    expect(data.missing.map(({ node }: Missing) => node)).toEqual([cutOff]);
    const fromWithin = await call(nodes[2], 'stats');
    expect(fromWithin.data.nodes.map(({ node }: Missing) => node)).toEqual([cutOff]);
    expect(fromWithin.data.missing).toHaveLength(2);
    const unknown = await call(nodes[0], 'connections/nobody');
    expect(unknown).toMatchObject({ status: 404, message: expect.stringContaining(`silent: ${cutOff}`) });
    proxy.mend();
    await waitUntil(async () => (await call(nodes[0], 'stats')).data.nodes.length === 3);
  });

  it('does not miss a node that said goodbye', async () => {
    const env = { QF_REALTIME_CHANNEL: uniqueName('goodbye'), QF_REDIS_URL: servers.redis.url };
    const [staying, leaving] = await Promise.all([startFixture({ bus, env }), startFixture({ bus, env })]);
    await waitUntil(async () => (await call(staying, 'stats')).data.nodes.length === 2);
    await leaving.stop();
    expect((await call(staying, 'stats')).data).toMatchObject({ nodes: [expect.anything()], missing: [] });
    await staying.stop();
  });

  it('shows what each node does as metrics', async () => {
    const text = await (await fetch(`${nodes[0].service.url}/metrics`)).text();
    for (const name of [
      ...[
        'socketio_connections',
        'socketio_rooms_active',
        'socketio_frames_sent_total',
        'socketio_messages_sent_total',
      ],
      ...['socketio_queue_bytes', 'socketio_conflated_total', 'socketio_gaps_total', 'socketio_resumes_total'],
      ...['socketio_disconnects_total', 'socketio_sign_ins_refused_total', 'realtime_publish_to_flush_seconds'],
    ])
      expect(text).toContain(`# TYPE ${name} `);
  });

  it('is for whom the gateway vouches for', async () => {
    const client = await nodes[0].connect();
    const url = `${nodes[0].service.url}/api/v1/realtime/connections/${client.socket.id}`;
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(401);
    expect(client.socket.connected).toBe(true);
  });
});
