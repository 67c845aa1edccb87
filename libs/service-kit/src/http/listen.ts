import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import type { Socket, Server as SocketServer } from 'node:net';
import { ConfigError } from '../config/parse-config.ts';
import { listenWithSockets, portOf } from './listening-sockets.ts';

/** What a server puts up with from its clients. */
export interface ServerLimits {
  /** Longest a client may take to send its headers. */
  headersTimeoutMs: number;
  /** Longest a client may take to send its whole request. */
  requestTimeoutMs: number;
  /** How long a connection may stay idle between two requests. */
  keepAliveTimeoutMs: number;
  /** Bytes of the request line and all headers; 431 above. */
  headerBytesMax: number;
  /** Requests that one connection may carry, 0 for any number; the last is answered with `Connection: close`. */
  requestsPerSocketMax: number;
  /** Connections open at once; those beyond are closed unheard. No limit where absent. */
  connectionsMax?: number;
}

/** The timeouts of a service among its own fleet. */
export const DEFAULT_SERVER_LIMITS: ServerLimits = {
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 300_000,
  // Above the fleet's own idle timeouts, so that a peer never meets a connection closed under it.
  keepAliveTimeoutMs: 65_000,
  headerBytesMax: 16_384,
  requestsPerSocketMax: 0,
};
const CROWD_SOCKETS = 16;
/** How often connections are held against the timeouts. */
const TIMEOUT_CHECK_INTERVAL_MS = 1000;
/** How long requests in flight may go on once the server stops. */
const DRAIN_TIMEOUT_MS = 2000;
/** A connection whose last request ended in the meantime is noticed after this long. */
const SWEEP_INTERVAL_MS = 50;

export interface ListeningServer {
  server: Server;
  port: number;
  url: string;
  /** Stops taking connections, waits for requests in flight (2 s at most), then cuts what is left, upgraded ones too. */
  close(): Promise<void>;
}

export interface ListenOptions {
  host: string;
  port: number;
  limits?: ServerLimits;
  /** What Node's server is to do otherwise than it does by itself. */
  server?: ServerOptions;
  /** Whether clients may come in crowds, as they do when a network is back; the other services of the fleet do not. */
  expectsCrowds?: boolean;
}

/**
 * Serves on a host and port (0: any free one).
 * @throws ConfigError when the port is taken or may not be used
 */
export async function listen(
  listener: RequestListener,
  { host, port, limits = DEFAULT_SERVER_LIMITS, server: more = {}, expectsCrowds = false }: ListenOptions,
): Promise<ListeningServer> {
  const server = createServer(
    {
      ...more,
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: limits.keepAliveTimeoutMs,
      maxHeaderSize: limits.headerBytesMax,
      connectionsCheckingInterval: TIMEOUT_CHECK_INTERVAL_MS,
    },
    listener,
  );
  server.maxRequestsPerSocket = limits.requestsPerSocketMax;
  const { connectionsMax = Number.POSITIVE_INFINITY } = limits;
  const sockets = new Set<Socket>();
  server.prependListener('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    if (sockets.size > connectionsMax) socket.destroy();
  });
  const others = await listenWithSockets(server, { host, port }, expectsCrowds ? CROWD_SOCKETS : 1).catch(
    (error: NodeJS.ErrnoException) => {
      throw listenError(error, host, port);
    },
  );
  const boundPort = portOf(server);
  return {
    server,
    port: boundPort,
    url: `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${boundPort}`,
    close: () => closeServer(server, others, sockets),
  };
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code === 'EADDRINUSE')
    return new ConfigError(`port ${port} on ${host} is already in use`, { cause: error });
  if (error.code === 'EACCES')
    return new ConfigError(`port ${port} on ${host} may not be used by this user`, { cause: error });
  if (error.code === 'EADDRNOTAVAIL') return new ConfigError(`this machine has no address ${host}`, { cause: error });
  return error;
}

async function closeServer(
  server: Server,
  others: readonly SocketServer[],
  sockets: ReadonlySet<Socket>,
): Promise<void> {
  if (!server.listening) return;
  const closed = [server, ...others].map((each) => new Promise<void>((resolve) => each.close(() => resolve())));
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_INTERVAL_MS);
  const cut = setTimeout(() => {
    for (const socket of sockets) socket.destroy();
  }, DRAIN_TIMEOUT_MS);
  await Promise.all(closed);
  clearInterval(sweep);
  clearTimeout(cut);
}
