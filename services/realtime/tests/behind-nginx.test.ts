import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createEvent, MARKET_NAMESPACE, type SystemPayload, TOPICS } from '@quotefleet/contracts';
import { findNative, type NginxServer, startNginx } from '@quotefleet/native-servers';
import { createFaultProxy, describeWith, type FaultProxy, waitUntil } from '@quotefleet/testing';
import { io, type Socket } from 'socket.io-client';
import { AuditClient } from './faults/audit-client.ts';
import { FaultFleet, type Place } from './faults/fault-fleet.ts';
import { runCell } from './faults/run-cell.ts';
import { ownSymbols, TickSource } from './faults/tick-source.ts';

jest.setTimeout(180_000);

const CONFIGURATION = resolve(import.meta.dirname, '../../../deploy/nginx');
const { missing } = findNative();
const NODES = 3;
/** As the list of nodes has it, and a little. */
const FAIL_TIMEOUT_MS = 2500;

const describeNodes = () => describeWith(['kafka', 'redis'], 'three nodes behind nginx', behindNginx);

if (missing.nginx === undefined) describeNodes();
else describe.skip(`a real nginx [skipped without nginx: ${missing.nginx}]`, describeNodes);

function behindNginx(servers: { kafka: { readonly brokers: string[] }; redis: { readonly url: string } }): void {
  let fleet: FaultFleet;
  let nginx: NginxServer;
  /** A node that is started again has another port; these stay. */
  let doors: FaultProxy[];
  const dir = mkdtempSync(join(tmpdir(), 'realtime-nginx-'));
  const list = join(dir, 'realtime-nodes.conf');
  const serve = (some: readonly FaultProxy[]) =>
    writeFileSync(list, some.map(({ port }) => `server 127.0.0.1:${port} max_fails=3 fail_timeout=2s;`).join('\n'));
  const sockets: Socket[] = [];

  beforeAll(async () => {
    fleet = await FaultFleet.start({ brokers: servers.kafka.brokers, redisUrl: servers.redis.url, nodes: NODES });
    doors = await Promise.all(fleet.places.map((place) => createFaultProxy({ target: () => place.node.address })));
    serve(doors);
    nginx = await startNginx({ http: (port) => configuration(port, list) });
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.disconnect();
    await waitUntil(async () => (await connectionsPerNode()).every((count) => count === 0), {
      timeoutMs: 60_000,
    });
  });
  afterAll(async () => {
    await nginx.stop();
    await fleet.stop();
    await Promise.all(doors.map((door) => door.close()));
    rmSync(dir, { recursive: true });
  });

  function connect(transports: string[], headers: Record<string, string> = {}, reconnection = false): Promise<Socket> {
    const socket = io(`${nginx.url}${MARKET_NAMESPACE}`, {
      ...{ transports, extraHeaders: headers, reconnection, forceNew: true, auth: { apiKey: 'reader' } },
    });
    sockets.push(socket);
    return new Promise((done, fail) => {
      socket.once('connect', () => done(socket));
      socket.once('connect_error', fail);
    });
  }
  async function nodeOf(socket: Socket): Promise<string> {
    const answers = await Promise.all(
      fleet.places.map(({ node }) => fetch(`${node.url}/api/v1/realtime/connections/${socket.id}`)),
    );
    const bodies = await Promise.all(answers.map((answer) => answer.json() as Promise<{ data?: { node: string } }>));
    return bodies.find(({ data }) => data)?.data?.node ?? '';
  }
  async function ownConnections({ node }: Place): Promise<number> {
    const metrics = await (await fetch(`${node.url}/metrics`)).text();
    return Number(/^socketio_connections(?:\{[^}]*\})? (\d+)$/m.exec(metrics)?.[1]);
  }
  async function connectionsPerNode(): Promise<number[]> {
    const answer = await fetch(`${fleet.places[0]?.node.url}/api/v1/realtime/stats`);
    const { data } = (await answer.json()) as { data: { nodes: { connections: number }[] } };
    return data.nodes.map(({ connections }) => connections);
  }
  const mayRead = async (socket: Socket) =>
    socket.timeout(5000).emitWithAck('subscribe', { rooms: ['tick:600519.SH', 'system'] });

  it('takes WebSockets at any node, each at the one with the fewest', async () => {
    const opened: Socket[] = [];
    for (let count = 0; count < 2 * NODES; count++) opened.push(await connect(['websocket']));
    await waitUntil(async () => (await connectionsPerNode()).length === NODES);
    expect(await connectionsPerNode()).toEqual([2, 2, 2]);
    for (const socket of opened)
      expect((await mayRead(socket)).results).toMatchObject([{ accepted: true }, { accepted: true }]);
  });

  it('keeps polls, and what they upgrade to, at the node of their session', async () => {
    const cookies = Array.from({ length: 8 }, (_, index) => ({ cookie: `other=1; qf_realtime=10.0.0.${index}` }));
    const [plain, upgraded] = await Promise.all([
      Promise.all(cookies.map((headers) => connect(['polling'], headers))),
      Promise.all([...cookies, {}].map((headers) => connect(['polling', 'websocket'], headers))),
    ]);
    await waitUntil(() => upgraded.every(({ io: manager }) => manager.engine.transport.name === 'websocket'));
    for (let round = 0; round < 5; round++)
      for (const socket of [...plain, ...upgraded]) expect((await mayRead(socket)).error).toBeUndefined();
    const nodes = await Promise.all(plain.map(nodeOf));
    expect(new Set(nodes).size).toBeGreaterThan(1);
    expect(await Promise.all(upgraded.slice(0, -1).map(nodeOf))).toEqual(nodes);
  });

  it('gives a cookie that leads back to the node, and none to who has one', async () => {
    const handshake = (headers: Record<string, string>) =>
      fetch(`${nginx.url}/socket.io/?EIO=4&transport=polling`, { headers });
    const given = (await handshake({})).headers.get('set-cookie');
    expect(given).toBe('qf_realtime=127.0.0.1; Path=/socket.io/; HttpOnly; SameSite=Lax');
    expect((await handshake({ cookie: 'qf_realtime=127.0.0.1' })).headers.get('set-cookie')).toBeNull();
  });

  it('tells nodes whose page calls and from where', async () => {
    const { host } = new URL(nginx.url);
    const handshake = (headers: Record<string, string>) =>
      fetch(`${nginx.url}/socket.io/?EIO=4&transport=polling`, { headers });
    expect((await handshake({ origin: `http://${host}` })).status).toBe(200);
    const forged = { origin: 'https://evil.example', 'x-forwarded-host': 'evil.example' };
    expect((await handshake(forged)).status).toBe(403);
    const socket = await connect(['websocket'], { 'x-forwarded-for': '203.0.113.9' });
    const [place] = fleet.places;
    const shown = await fetch(`${place?.node.url}/api/v1/realtime/connections/${socket.id}`);
    expect(await shown.json()).toMatchObject({ data: { address: '127.0.0.1' } });
  });

  it('ends the connections of a revoked user on every node within a second', async () => {
    const opened = await Promise.all(Array.from({ length: NODES }, () => connect(['websocket'])));
    const codes: string[] = [];
    for (const socket of opened)
      socket.on('messages', (frame: { payload: SystemPayload }[]) => {
        codes.push(...frame.map(({ payload }) => payload.code));
      });
    const event = createEvent('auth.revoked', { kind: 'user', id: 'reader', at: Date.now() });
    await fleet.bus.publish(TOPICS.authRevoked, [{ key: 'reader', value: event }]);
    await waitUntil(() => opened.every(({ connected }) => !connected), { timeoutMs: 5000 });
    expect(codes).toEqual(['REVOKED', 'REVOKED', 'REVOKED']);
  });

  it('asks clients of a stopping node to come back spread over seconds, and plain ones come by themselves', async () => {
    const all = await Promise.all(Array.from({ length: 12 * NODES }, () => connect(['websocket'], {}, true)));
    const askedAfterMs: number[] = [];
    for (const socket of all)
      socket.on('messages', (frame: { payload: SystemPayload }[]) => {
        for (const { payload } of frame)
          if (payload.code === 'SERVER_STOPPING') askedAfterMs.push(payload.retryAfterMs ?? -1);
      });
    const [place] = fleet.places as [Place];
    const there = (await connectionsPerNode()).at(0) ?? 0;
    const stopped = place.node.stop();
    await waitUntil(() => all.some(({ connected }) => !connected));
    await stopped;
    expect(askedAfterMs).toHaveLength(there);
    expect(Math.min(...askedAfterMs)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...askedAfterMs)).toBeLessThanOrEqual(2000);
    expect(Math.max(...askedAfterMs) - Math.min(...askedAfterMs)).toBeGreaterThan(500);
    await waitUntil(() => all.every(({ connected }) => connected), { timeoutMs: 30_000 });
    await fleet.restart(place);
  });

  it('keeps connections, and sends nobody to a node that is taken out, when the list is read anew', async () => {
    const opened = await connect(['websocket']);
    // The node stays: nothing but the list keeps newcomers from it.
    const [out, ...others] = doors as [FaultProxy, ...FaultProxy[]];
    const accepted = () => out.counts.accepted;
    serve(others);
    try {
      process.kill(nginx.pid, 'SIGHUP');
      await waitUntil(async () => {
        const before = accepted();
        // So many that each node of the list gets some.
        await Promise.all(Array.from({ length: 2 * NODES }, () => connect(['websocket'])));
        return accepted() === before;
      });
      expect((await mayRead(opened)).error).toBeUndefined();
    } finally {
      serve(doors);
      process.kill(nginx.pid, 'SIGHUP');
    }
  });

  it('loses nothing for clients that poll when their node is killed, and when it is back', async () => {
    const symbols = ownSymbols(10);
    const rooms = symbols.map((symbol) => `tick:${symbol}`);
    const source = new TickSource({ bus: fleet.bus, symbols, perSecond: 200 });
    const door = { host: '127.0.0.1', port: nginx.port };
    const clients = Array.from({ length: 4 }, () => new AuditClient({ door, rooms, transport: 'polling' }));
    const returned = () => clients.filter(({ connections }) => connections > 1).length;
    const verdict = await runCell({
      ...{ fault: 'node of polling clients killed behind nginx', symbols, source, clients },
      happened: () => `${returned()} clients came to another node`,
      inject: async () => {
        const counts = await Promise.all(fleet.places.map(ownConnections));
        // All are of one address and keep no cookie.
        expect(counts.toSorted((a, b) => a - b)).toEqual([0, 0, clients.length]);
        const place = fleet.places[counts.indexOf(clients.length)] as Place;
        await place.node.kill();
        await waitUntil(() => returned() === clients.length, { timeoutMs: 30_000 });
        await fleet.restart(place);
        // Until then nginx does not lead there again.
        await sleep(FAIL_TIMEOUT_MS);
      },
    });
    expect(verdict.gapCovered).toBe(0);
  });

  it('loses nothing for clients that resume while all nodes are restarted one after the other', async () => {
    const symbols = ownSymbols(10);
    const rooms = symbols.map((symbol) => `tick:${symbol}`);
    const source = new TickSource({ bus: fleet.bus, symbols, perSecond: 200 });
    const door = { host: '127.0.0.1', port: nginx.port };
    const clients = [
      ...Array.from({ length: 6 }, () => new AuditClient({ door, rooms })),
      ...Array.from({ length: 2 }, () => new AuditClient({ door, rooms, transport: 'polling' as const })),
    ];
    const moves = () => clients.reduce((sum, { connections }) => sum + connections - 1, 0);
    const verdict = await runCell({
      ...{ fault: 'rolling restart of three nodes behind nginx', symbols, source, clients },
      happened: () => `${moves()} moves to other nodes`,
      inject: async () => {
        for (const place of fleet.places) {
          await place.node.stop();
          await fleet.restart(place);
        }
      },
    });
    expect(verdict.gapCovered).toBe(0);
    expect(moves()).toBeGreaterThanOrEqual(clients.length);
    for (const { codes } of clients) expect(codes).toContain('SERVER_STOPPING');
    expect(new Set(clients.flatMap(({ codes }) => codes))).toEqual(new Set(['SERVER_STOPPING']));
  });
}

/** The files as they are deployed, but for where the list of nodes stands. */
function configuration(port: number, nodes: string): string {
  const read = (name: string) => readFileSync(join(CONFIGURATION, name), 'utf8');
  return `${read('realtime.conf').replaceAll('include realtime-nodes.conf', `include ${nodes}`)}
    server { listen 127.0.0.1:${port}; ${read('realtime-location.conf')} }`;
}
