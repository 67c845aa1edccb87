import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { AppError, errorEnvelope, TRACE_HEADER, takeTrace, unavailable } from '@quotefleet/service-kit';
import { createProxyMiddleware } from 'http-proxy-middleware';
import type { GatewayEvents } from '../events.ts';
import type { Outcome } from './breaker.ts';
import { upstreamHeaders } from './headers.ts';
import { isBreakerOpen, type Upstream } from './upstream.ts';
import { FaultyAnswerError, isFaultyStatus, toClientError } from './upstream-error.ts';

const SOCKET_PATH = /^\/socket\.io\//;
/** Longest from the client's upgrade request to the upstream's answer. */
const UPGRADE_TIMEOUT_MS = 10_000;

export interface Upgrades {
  /** For the server's `upgrade` event. */
  handle(request: IncomingMessage, socket: Socket, head: Buffer): void;
  /** Ends every open socket. */
  close(): void;
}

/** One upgrade on its way; told how it went. */
type Settle = (error?: Error) => void;

/** Passes WebSocket upgrades of `/socket.io/` on to the realtime service and refuses every other. */
export function createUpgrades(upstream: Upstream, events: GatewayEvents): Upgrades {
  const open = new Set<Socket>();
  const underWay = new WeakMap<IncomingMessage, Settle>();
  const proxy = createProxyMiddleware({
    target: upstream.url,
    upgradeTimeout: UPGRADE_TIMEOUT_MS,
    // Its own plugins log and answer errors in a form that is not ours.
    ejectPlugins: true,
    plugins: [
      (server) => {
        server.on('proxyReqWs', (upstreamRequest, request, socket) => {
          bindSockets(upstreamRequest, socket);
          upstreamRequest.once('upgrade', () => underWay.get(request)?.());
          upstreamRequest.once('response', ({ statusCode = 0 }) =>
            underWay.get(request)?.(isFaultyStatus(statusCode) ? new FaultyAnswerError(statusCode) : undefined),
          );
        });
        server.on('error', (error, request) => request && underWay.get(request)?.(error));
      },
    ],
  });

  function pass(request: IncomingMessage, socket: Socket, head: Buffer): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      underWay.set(request, (error) => {
        if (error === undefined) return resolve('answered');
        if (socket.destroyed) return resolve('aborted');
        // At once: httpxy ends the socket as soon as it has told of the error.
        if (!(error instanceof FaultyAnswerError)) refuse(request, socket, toClientError(upstream.name, error));
        reject(error);
      });
      socket.once('close', () => resolve('aborted'));
      proxy.upgrade(request, socket, head);
    });
  }

  async function handle(request: IncomingMessage, socket: Socket, head: Buffer): Promise<void> {
    socket.on('error', () => socket.destroy());
    const { upgrade, connection } = request.headers;
    takeTrace(request.headers);
    request.headers = upstreamHeaders(request, { keepCredentials: true });
    if (!SOCKET_PATH.test(request.url ?? '') || upgrade?.toLowerCase() !== 'websocket') {
      refuse(request, socket, new AppError('NOT_FOUND', 'WebSockets are served under /socket.io/'));
      return;
    }
    Object.assign(request.headers, { upgrade, connection });
    track(socket);
    try {
      events.upstreamAnswered(upstream.name, await upstream.breaker.fire(() => pass(request, socket, head)));
    } catch (error) {
      events.upstreamAnswered(upstream.name, isBreakerOpen(error) ? 'rejected' : 'failed');
      if (!isBreakerOpen(error)) return;
      const { retryAfterSeconds } = upstream.breaker;
      refuse(request, socket, unavailable(`${upstream.name} is not available now, try again`, { retryAfterSeconds }));
    }
  }

  function track(socket: Socket): void {
    open.add(socket);
    events.socketsOpen(open.size);
    socket.once('close', () => {
      open.delete(socket);
      events.socketsOpen(open.size);
    });
  }

  return {
    handle: (request, socket, head) => void handle(request, socket, head),
    close() {
      for (const socket of open) socket.destroy();
    },
  };
}

/**
 * Neither side outlives the other: a pipe alone ends only one of them when a socket is cut, and none when the client
 * ended before the upstream had answered. A WebSocket that is closed one way is of no use the other way.
 */
function bindSockets(upstreamRequest: ClientRequest, socket: Socket): void {
  socket.once('end', () => socket.destroySoon());
  socket.once('close', () => upstreamRequest.destroy());
  upstreamRequest.once('upgrade', (_answer, upstreamSocket) => {
    socket.once('close', () => upstreamSocket.destroySoon());
    upstreamSocket.once('end', () => upstreamSocket.destroySoon());
    upstreamSocket.once('close', () => socket.destroySoon());
    if (socket.destroyed) upstreamSocket.destroy();
  });
}

/** There is no response object yet at this point: the refusal is written out by hand. */
function refuse({ headers }: IncomingMessage, socket: Socket, error: AppError): void {
  // httpxy 0.5 leaves a listener that throws when it failed before it had made its own request.
  socket.removeAllListeners('error').on('error', () => socket.destroy());
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const traceId = String(headers[TRACE_HEADER]);
  const body = JSON.stringify(errorEnvelope(error, traceId));
  const lines = [
    `HTTP/1.1 ${error.status} ${error.code}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `${TRACE_HEADER}: ${traceId}`,
    ...(error.retryAfterSeconds === undefined ? [] : [`Retry-After: ${error.retryAfterSeconds}`]),
    'Connection: close',
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
