import { once } from 'node:events';
import type { Server } from 'node:http';
import { createServer, type Server as SocketServer } from 'node:net';

/** The kernel takes no more than net.core.somaxconn of them. */
const BACKLOG = 4096;

/** What an HTTP server of Node asks of the connections that it takes itself; without `noDelay` answers wait for each other. */
const AS_HTTP = { allowHalfOpen: true, noDelay: true };

interface BoundTo {
  host: string;
  port: number;
}

/**
 * Listens with several sockets on one port. A socket takes one connection per turn of the event loop (libuv since 1.45):
 * with one alone, a thousand clients that come at once to a busy process wait for a thousand turns, those that find no
 * place in the queue for the kernel's next try, 1 s to 15 s later. Only Linux shares a port evenly among sockets:
 * elsewhere there is one.
 * @returns the sockets beside the server's own, to be closed with it
 * @throws Error with the code EADDRINUSE where anything else has the port
 */
export async function listenWithSockets(server: Server, wanted: BoundTo, sockets: number): Promise<SocketServer[]> {
  if (process.platform !== 'linux' || sockets <= 1) {
    await listening(server, { ...wanted, backlog: BACKLOG });
    return [];
  }
  // Of sockets that share their port, those of another process of this user would go unnoticed.
  const probe = createServer();
  await listening(probe, wanted);
  const shared = { ...wanted, port: portOf(probe), backlog: BACKLOG, reusePort: true };
  await closed(probe);
  await listening(server, shared);
  const others = Array.from({ length: sockets - 1 }, () =>
    createServer(AS_HTTP, (socket) => server.emit('connection', socket)),
  );
  await Promise.all(others.map((other) => listening(other, shared)));
  return others;
}

export function portOf(server: SocketServer): number {
  const address = server.address();
  if (typeof address === 'object' && address) return address.port;
  throw new Error(`expected a server that listens on a port, was ${address}`);
}

async function listening(server: SocketServer, options: Parameters<SocketServer['listen']>[0] & object): Promise<void> {
  server.listen(options);
  await once(server, 'listening');
}

async function closed(server: SocketServer): Promise<void> {
  server.close();
  await once(server, 'close');
}
