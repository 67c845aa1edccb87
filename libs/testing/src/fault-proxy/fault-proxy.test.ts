import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { waitUntil } from '../wait-until.ts';
import { createFaultProxy, type FaultProxy } from './fault-proxy.ts';

/** One end of a connection, and what became of it. */
interface End {
  socket: Socket;
  received: () => string;
  bytes: number;
  events: string[];
}

function watch(socket: Socket): End {
  const chunks: Buffer[] = [];
  const end: End = { socket, received: () => Buffer.concat(chunks).toString(), bytes: 0, events: [] };
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    end.bytes += chunk.length;
  });
  socket.on('end', () => end.events.push('end'));
  socket.on('error', (error: NodeJS.ErrnoException) => end.events.push(String(error.code)));
  socket.on('close', () => end.events.push('close'));
  return end;
}

describe('a fault proxy', () => {
  let server: Server;
  let proxy: FaultProxy;
  let served: End[];
  let clients: End[];
  beforeEach(async () => {
    served = [];
    clients = [];
    server = createServer((socket) => void served.push(watch(socket)));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    proxy = await createFaultProxy({ target: { host: '127.0.0.1', port: (server.address() as AddressInfo).port } });
  });
  afterEach(async () => {
    for (const { socket } of [...clients, ...served]) socket.destroy();
    await proxy.close();
    server.close();
  });

  function open(): End {
    const client = watch(connect({ host: proxy.host, port: proxy.port }));
    clients.push(client);
    return client;
  }
  async function openBoth(): Promise<[End, End]> {
    const client = open();
    const at = served.length;
    await waitUntil(() => served.length > at);
    return [client, served[at] as End];
  }

  it('passes bytes and ends both ways, and counts them', async () => {
    const [client, remote] = await openBoth();
    client.socket.write('question');
    await waitUntil(() => remote.received() === 'question');
    remote.socket.write('answers');
    remote.socket.end();
    await waitUntil(() => client.received() === 'answers' && client.events.includes('close'));
    expect([client.events, remote.events.includes('ECONNRESET')]).toEqual([['end', 'close'], false]);
    await waitUntil(() => proxy.counts.open === 0);
    expect(proxy.counts).toEqual({ accepted: 1, refused: 0, open: 0, bytesToTarget: 8, bytesToClients: 7 });
  });

  it('passes neither bytes nor closes while paused, and everything afterwards', async () => {
    const [client, remote] = await openBoth();
    const [leaver, left] = await openBoth();
    proxy.pause();
    client.socket.write('one ');
    remote.socket.write('two');
    leaver.socket.end('bye');
    const late = open();
    late.socket.write('late');
    await sleep(150);
    expect([remote.bytes, client.bytes, left.bytes, left.events, served.length]).toEqual([0, 0, 0, [], 2]);
    client.socket.write('three');
    proxy.resume();
    await waitUntil(() => remote.received() === 'one three' && client.received() === 'two');
    await waitUntil(() => left.received() === 'bye' && left.events.includes('end'));
    await waitUntil(() => served[2]?.received() === 'late');
  });

  it('holds back the sender while paused, so that nothing grows without bound', async () => {
    const [client, remote] = await openBoth();
    proxy.pause();
    const chunk = Buffer.alloc(1024 * 1024, 'x');
    for (let megabytes = 0; megabytes < 32; megabytes++) client.socket.write(chunk);
    await sleep(200);
    expect(client.socket.writableLength).toBeGreaterThan(0);
    proxy.resume();
    await waitUntil(() => remote.bytes === 32 * chunk.length);
  });

  it('resets connections on both sides and takes new ones', async () => {
    const [client, remote] = await openBoth();
    proxy.dropConnections();
    await waitUntil(() => client.events.includes('close') && remote.events.includes('close'));
    expect([client.events, remote.events]).toEqual([
      ['ECONNRESET', 'close'],
      ['ECONNRESET', 'close'],
    ]);
    await openBoth();
    expect(proxy.counts).toMatchObject({ accepted: 2, open: 1 });
  });

  it('refuses new connections when it is cut, until it is mended', async () => {
    const [client] = await openBoth();
    proxy.cut();
    await waitUntil(() => client.events.includes('close'));
    const refused = open();
    await waitUntil(() => refused.events.includes('close'));
    expect([served.length, proxy.counts.refused]).toEqual([1, 1]);
    proxy.mend();
    await openBoth();
  });

  it('resets a client whose target is not there', async () => {
    server.close();
    const client = open();
    await waitUntil(() => client.events.includes('close'));
    expect(client.events).toContain('ECONNRESET');
  });

  it('delays bytes, in order', async () => {
    const [client, remote] = await openBoth();
    proxy.setLatency(200);
    const startedMs = performance.now();
    for (const word of ['a', 'b', 'c']) client.socket.write(word);
    await waitUntil(() => remote.received() === 'abc');
    expect(performance.now() - startedMs).toBeGreaterThan(190);
  });

  it('passes only so many bytes a second, each way', async () => {
    const [client, remote] = await openBoth();
    proxy.setBandwidth(100_000);
    const startedMs = performance.now();
    client.socket.write(Buffer.alloc(50_000));
    remote.socket.write(Buffer.alloc(50_000));
    await waitUntil(() => remote.bytes === 50_000 && client.bytes === 50_000);
    expect(performance.now() - startedMs).toBeGreaterThan(400);
    proxy.setBandwidth(undefined);
    client.socket.write(Buffer.alloc(5_000_000));
    await waitUntil(() => remote.bytes === 5_050_000);
  });

  it.each(['client', 'target'] as const)('leaves one side alone when the %s is gone', async (gone) => {
    const [client, remote] = await openBoth();
    const [away, there] = gone === 'client' ? [client, remote] : [remote, client];
    proxy.halfOpen(gone);
    await waitUntil(() => away.events.includes('close'));
    there.socket.write('anybody?');
    await sleep(100);
    expect(there.events).toEqual([]);
    expect(proxy.counts.open).toBe(1);
  });

  it('leads each connection where it is told', async () => {
    const ports: number[] = [];
    const other = createServer((socket) => socket.end('other'));
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    for (const { address } of [server, other].map((one) => ({ address: one.address() as AddressInfo }))) {
      ports.push(address.port);
    }
    let turn = 0;
    const round = await createFaultProxy({
      target: () => ({ host: '127.0.0.1', port: ports[turn++ % ports.length] ?? 0 }),
    });
    const [first, second] = [1, 2].map(() => watch(connect({ host: round.host, port: round.port })));
    await waitUntil(() => second?.received() === 'other' || first?.received() === 'other');
    await waitUntil(() => served.length === 1);
    await round.close();
    other.close();
  });

  it('leads through another one', async () => {
    const outer = await createFaultProxy({ target: () => proxy });
    const client = watch(connect({ host: outer.host, port: outer.port }));
    client.socket.write('hello');
    await waitUntil(() => served[0]?.received() === 'hello');
    await outer.close();
  });
});
