import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { waitUntil } from '@quotefleet/testing';
import { Server } from 'socket.io';
import { io, type Socket } from 'socket.io-client';
import { useGateway } from './fleet-fixture.ts';
import { type Stub, sendJson, startStub } from './stub-fleet.ts';

jest.setTimeout(30_000);

interface Node {
  stub: Stub;
  server: Server;
}

async function startNode(): Promise<Node> {
  const stub = await startStub();
  stub.answer = (_request, response) => sendJson(response, 200, {});
  const server = new Server(stub.server);
  server.on('connection', (socket) => {
    socket.on('where', (answer: (url: string) => void) => answer(stub.url));
  });
  return { stub, server };
}

describe('sockets over two realtime nodes', () => {
  let nodes: Node[];
  const clients: Socket[] = [];
  beforeAll(async () => {
    nodes = await Promise.all([startNode(), startNode()]);
  });
  const fixture = useGateway((config) => ({
    breaker: { ...config.breaker, failures: 1000 },
    upstreams: { ...config.upstreams, realtime: nodes.map(({ stub }) => stub.url) },
  }));
  afterEach(async () => {
    for (const client of clients.splice(0)) client.disconnect();
    await waitUntil(() => nodes.every(({ server }) => server.of('/').sockets.size === 0));
  });
  afterAll(async () => {
    for (const { stub, server } of nodes) {
      await server.close();
      if (stub.server.listening) await stub.stop();
    }
  });

  async function connect(transports: string[], headers: Record<string, string> = {}): Promise<Socket> {
    const client = io(fixture.gateway.url, {
      transports,
      forceNew: true,
      reconnectionDelay: 100,
      reconnectionDelayMax: 200,
      extraHeaders: headers,
    });
    clients.push(client);
    await waitUntil(() => client.connected);
    return client;
  }
  const nodeOf = async (client: Socket): Promise<string> => client.timeout(5000).emitWithAck('where');
  const handshake = (cookie?: string) =>
    fetch(`${fixture.gateway.url}/socket.io/?EIO=4&transport=polling`, { headers: cookie ? { cookie } : {} });
  const cookieOf = (response: Response) => response.headers.get('set-cookie')?.split(';')[0] ?? '';

  it('are spread over both nodes', async () => {
    const opened = await Promise.all(Array.from({ length: 8 }, () => connect(['websocket'])));
    const urls = await Promise.all(opened.map(nodeOf));
    for (const { stub } of nodes) expect(urls.filter((url) => url === stub.url)).toHaveLength(4);
  });

  it('keep the node of their session by polling and through the upgrade', async () => {
    const transports = [['polling'], ['polling', 'websocket'], ['polling'], ['polling', 'websocket']];
    const opened = await Promise.all(transports.map((transport) => connect(transport)));
    const urls = await Promise.all(opened.map(nodeOf));
    expect(new Set(urls).size).toBe(2);
    await waitUntil(() => opened[1]?.io.engine.transport.name === 'websocket');
    for (let round = 0; round < 10; round++) expect(await Promise.all(opened.map(nodeOf))).toEqual(urls);
    expect(opened.every(({ connected }) => connected)).toBe(true);
  });

  it('come back to the node of their cookie', async () => {
    const first = await handshake();
    expect(await first.text()).toMatch(/^0{"sid":"[0-9a-f]+~/);
    expect(first.headers.get('set-cookie')).toMatch(/^qf_node=[0-9a-f]+; Path=\/socket.io\/; HttpOnly; SameSite=Lax$/);
    const cookie = cookieOf(first);
    for (let round = 0; round < 4; round++) expect(cookieOf(await handshake(`other=1; ${cookie}`))).toBe(cookie);
    const opened = await Promise.all(Array.from({ length: 4 }, () => connect(['websocket'], { cookie })));
    expect(new Set(await Promise.all(opened.map(nodeOf))).size).toBe(1);
  });

  it('take no notice of a node that is not there', async () => {
    const response = await handshake('qf_node=0123456789');
    expect(response.status).toBe(200);
    expect(cookieOf(response)).not.toBe('qf_node=0123456789');
    const unknown = await fetch(`${fixture.gateway.url}/socket.io/?EIO=4&transport=polling&sid=0123456789~abc`);
    expect(unknown.status).toBe(400);
    expect(await unknown.json()).toMatchObject({ message: 'Session ID unknown' });
  });

  it.each([['websocket'], ['polling']])('move to the other node when theirs is lost: %s', async (transport) => {
    const opened = await Promise.all(Array.from({ length: 4 }, () => connect([transport])));
    const [lost, kept] = nodes as [Node, Node];
    const on = await Promise.all(opened.map(nodeOf));
    expect(on).toContain(lost.stub.url);
    await lost.stub.stop();
    await waitUntil(async () => {
      if (!opened.every(({ connected }) => connected)) return false;
      const urls = await Promise.all(opened.map((client) => nodeOf(client).catch(() => '')));
      return urls.every((url) => url === kept.stub.url);
    });
    await lost.stub.start();
    // The others were not disturbed, and new ones find the node that is back.
    await waitUntil(async () => (await nodeOf(await connect(['websocket']))) === lost.stub.url);
  });
});
