import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { createProxyMiddleware } from 'http-proxy-middleware';
import type { Outcome } from '../upstreams/breaker.ts';
import { FaultyAnswerError, isFaultyStatus } from './upstream-error.ts';

/** Longest from the client's upgrade request to the upstream's answer. */
const UPGRADE_TIMEOUT_MS = 10_000;

/** One upgrade on its way. */
interface Upgrading {
  /** Told how it went. */
  settle(error?: Error): void;
  /** Added to the answer where it goes up. */
  setCookie: string | undefined;
}

export interface Upgrade {
  request: IncomingMessage;
  socket: Socket;
  head: Buffer;
  setCookie: string | undefined;
  /** Told of a failure at once: the socket is ended right after it. */
  onFailure(error: Error): void;
}

/** Passes an upgrade on to one instance; resolves when it is answered, throws what kept it from that. */
export type UpgradeForward = (upgrade: Upgrade) => Promise<Outcome>;

/** The path of WebSockets: one http-proxy-middleware per instance, made once. */
export function createUpgradeForward(url: string): UpgradeForward {
  const underWay = new WeakMap<IncomingMessage, Upgrading>();
  const proxy = createProxyMiddleware({
    target: url,
    upgradeTimeout: UPGRADE_TIMEOUT_MS,
    // Its own plugins log and answer errors in a form that is not ours.
    ejectPlugins: true,
    plugins: [
      (server) => {
        server.on('proxyReqWs', (upstreamRequest, request, socket) => {
          bindSockets(upstreamRequest, socket);
          upstreamRequest.once('upgrade', ({ headers }) => {
            const upgrading = underWay.get(request);
            if (upgrading?.setCookie) headers['set-cookie'] = [...(headers['set-cookie'] ?? []), upgrading.setCookie];
            upgrading?.settle();
          });
          upstreamRequest.once('response', ({ statusCode = 0 }) =>
            underWay.get(request)?.settle(isFaultyStatus(statusCode) ? new FaultyAnswerError(statusCode) : undefined),
          );
        });
        server.on('error', (error, request) => request && underWay.get(request)?.settle(error));
      },
    ],
  });

  return ({ request, socket, head, setCookie, onFailure }) =>
    new Promise((resolve, reject) => {
      const settle = (error?: Error) => {
        if (error === undefined) return resolve('answered');
        if (socket.destroyed) return resolve('aborted');
        if (!(error instanceof FaultyAnswerError)) onFailure(error);
        reject(error);
      };
      underWay.set(request, { settle, setCookie });
      socket.once('close', () => resolve('aborted'));
      proxy.upgrade(request, socket, head);
    });
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
