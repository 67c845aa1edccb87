import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { AppError, CORRELATION_HEADER, TRACE_HEADER, takeTrace, toAppError } from '@quotefleet/service-kit';
import type { GatewayEvents } from '../events.ts';
import { refusalText } from '../transform/refusal-text.ts';
import type { Instance } from '../upstreams/instance.ts';
import type { Upstream } from '../upstreams/upstream.ts';
import { upstreamHeaders } from './headers.ts';
import { belongingOf, nodeCookie, withoutTag } from './sticky.ts';
import { isUnreachable, toClientError } from './upstream-error.ts';

const SOCKET_PATH = /^\/socket\.io\//;

export interface Upgrades {
  /** For the server's `upgrade` event. */
  handle(request: IncomingMessage, socket: Socket, head: Buffer): void;
  /** Ends every open socket. */
  close(): void;
}

interface CreateUpgradesOptions {
  upstream: Upstream;
  events: GatewayEvents;
  /** @throws AppError for a socket that is not let in */
  check: (request: IncomingMessage) => Promise<void>;
}

/** Passes WebSocket upgrades of `/socket.io/` on to the realtime service and refuses every other. */
export function createUpgrades({ upstream, events, check }: CreateUpgradesOptions): Upgrades {
  const open = new Set<Socket>();

  async function handle(request: IncomingMessage, socket: Socket, head: Buffer): Promise<void> {
    socket.on('error', () => socket.destroy());
    const { upgrade, connection } = request.headers;
    const belonging = belongingOf(request);
    takeTrace(request.headers);
    const refusal = await refusalOf(check(request));
    // Whoever left meanwhile is told nothing.
    if (socket.destroyed) return;
    request.headers = upstreamHeaders(request, { keepCredentials: true });
    if (!SOCKET_PATH.test(request.url ?? '') || upgrade?.toLowerCase() !== 'websocket') {
      refuse(request, socket, new AppError('NOT_FOUND', 'WebSockets are served under /socket.io/'));
      return;
    }
    if (refusal) {
      refuse(request, socket, refusal);
      return;
    }
    Object.assign(request.headers, { upgrade, connection });
    track(socket);
    const instance = upstream.pick(belonging);
    if (!instance) {
      events.upstreamAnswered(upstream.name, 'rejected');
      refuse(request, socket, upstream.unavailable());
      return;
    }
    hold(instance, socket);
    request.url = withoutTag(request.url ?? '');
    const setCookie = belonging?.tag === instance.tag ? undefined : nodeCookie(instance.tag);
    const onFailure = (error: Error) => {
      if (isUnreachable(error)) instance.probe.markDown();
      refuse(request, socket, toClientError(upstream.name, error));
    };
    try {
      const work = () => instance.upgrade({ request, socket, head, setCookie, onFailure });
      events.upstreamAnswered(upstream.name, await instance.breaker.fire(work));
    } catch {
      // The client has been told.
      events.upstreamAnswered(upstream.name, 'failed');
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

  /** The instance is told when the socket ends, so that it is not closed before. */
  function hold(instance: Instance, socket: Socket): void {
    instance.sockets += 1;
    socket.once('close', () => {
      instance.sockets -= 1;
    });
  }

  return {
    handle: (request, socket, head) => void handle(request, socket, head),
    close() {
      for (const socket of open) socket.destroy();
    },
  };
}

function refusalOf(checked: Promise<void>): Promise<AppError | undefined> {
  return checked.then(() => undefined, toAppError);
}

/** There is no response object yet at this point: the refusal is written out by hand. */
function refuse({ headers, url = '' }: IncomingMessage, socket: Socket, error: AppError): void {
  // httpxy 0.5 leaves a listener that throws when it failed before it had made its own request.
  socket.removeAllListeners('error').on('error', () => socket.destroy());
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const traceId = String(headers[TRACE_HEADER]);
  const refused = { target: url, traceId, correlationId: String(headers[CORRELATION_HEADER]) };
  socket.end(refusalText(error, refused), () => socket.destroy());
}
