import { Agent, get } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ConfigError } from '../config/parse-config.ts';
import { type ListeningServer, listen } from './listen.ts';

const LOOPBACK = { host: '127.0.0.1', port: 0 };

describe('listening', () => {
  const servers: ListeningServer[] = [];
  afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));
  async function serve(...args: Parameters<typeof listen>) {
    const server = await listen(...args);
    servers.push(server);
    return server;
  }
  const open = (port: number, text = '') =>
    new Promise<Socket>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(text, () => resolve(socket)));
      socket.on('error', () => socket.destroy()).resume();
    });

  it('says plainly that a port is taken', async () => {
    const { port } = await serve(() => undefined, LOOPBACK);
    const second = listen(() => undefined, { ...LOOPBACK, port });
    await expect(second).rejects.toThrow(ConfigError);
    await expect(second).rejects.toThrow(`port ${port} on 127.0.0.1 is already in use`);
  });

  it('says plainly that an address is not this machine’s', async () => {
    await expect(listen(() => undefined, { host: '192.0.2.1', port: 0 })).rejects.toThrow(/no address 192\.0\.2\.1/);
  });

  it('lets requests in hand finish when it closes, and keeps no connection after', async () => {
    const arrived = Promise.withResolvers<() => void>();
    const server = await serve((_request, response) => arrived.resolve(() => response.end('done')), LOOPBACK);
    const agent = new Agent({ keepAlive: true });
    const answer = new Promise((resolve) => {
      get(server.url, { agent }, (response) => response.once('data', (data) => resolve(String(data))));
    });
    const finish = await arrived.promise;
    const closed = server.close();
    finish();
    expect(await answer).toBe('done');
    const started = performance.now();
    await closed;
    expect(performance.now() - started).toBeLessThan(1000);
    agent.destroy();
  });

  it('cuts what does not end by itself', async () => {
    const server = await serve(() => undefined, LOOPBACK);
    server.server.on('upgrade', (_request, socket) => {
      socket.on('error', () => socket.destroy());
      socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n');
    });
    await open(server.port);
    await open(server.port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await open(server.port, 'GET / HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n');
    const started = performance.now();
    await server.close();
    expect(performance.now() - started).toBeLessThan(2800);
  });

  it('takes a crowd in few turns of a busy event loop, and keeps its port for itself', async () => {
    const crowd = 160;
    const { port, server } = await serve((_request, response) => response.end(), { ...LOOPBACK, expectsCrowds: true });
    const second = listen(() => undefined, { ...LOOPBACK, port, expectsCrowds: true });
    await expect(second).rejects.toThrow(`port ${port} on 127.0.0.1 is already in use`);
    let [turns, taken] = [0, 0];
    server.on('connection', () => (taken += 1));
    // All wait in the kernel before the first turn.
    const sockets = Array.from({ length: crowd }, () => connect(port, '127.0.0.1'));
    while (taken < crowd) {
      turns += 1;
      await new Promise(setImmediate);
    }
    for (const socket of sockets) socket.destroy();
    expect(turns).toBeLessThan(process.platform === 'linux' ? crowd / 3 : crowd);
  });
});
