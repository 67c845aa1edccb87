import { MARKET_NAMESPACE, SOCKET_EVENTS } from '@quotefleet/contracts/protocol';
import { io } from 'socket.io-client';
import { QuotefleetError, toClientError } from '../client-error.ts';

/** Why a connection ended, or was not made. */
export interface LinkEnd {
  /** Of the refusal, where there was one. */
  code: string | undefined;
  reason: string;
  retryAfterMs: number | undefined;
  /** The server ended it in the way that tells clients to stay away. */
  isDismissal: boolean;
}

export interface LinkListeners {
  opened: () => void;
  frame: (data: unknown) => void;
  /** Once; nothing follows. */
  ended: (end: LinkEnd) => void;
}

export interface LinkOptions {
  url: string;
  path: string;
  transports: readonly ('websocket' | 'polling')[];
  auth: object;
  connectTimeoutMs: number;
}

/** One connection, from the attempt to make it to its end. */
export interface Link {
  /** @throws QuotefleetError OFFLINE where the connection ends, TIMEOUT where no reply comes */
  ask(event: string, request: object, timeoutMs: number, take?: (reply: unknown) => void): Promise<void>;
  /** Ends it; no listener is called any more. */
  close(): void;
}

export type OpenLink = (options: LinkOptions, listeners: LinkListeners) => Link;

/** A connection by Socket.IO, whose own reconnection is off: what comes back must resume. */
export const openSocketLink: OpenLink = ({ url, path, transports, auth, connectTimeoutMs }, listeners) => {
  const socket = io(`${url}${MARKET_NAMESPACE}`, {
    ...{ path, transports: [...transports], auth, timeout: connectTimeoutMs },
    ...{ reconnection: false, forceNew: true, multiplex: false },
  });
  let isOver = false;
  const end = (reason: string, { code, retryAfterMs, isDismissal = false }: Partial<LinkEnd> = {}) => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    socket.disconnect();
    listeners.ended({ code, reason, retryAfterMs, isDismissal });
  };
  const timer = setTimeout(() => end(`no connection within ${connectTimeoutMs} ms`), connectTimeoutMs);
  socket.on('connect', () => {
    clearTimeout(timer);
    if (!isOver) listeners.opened();
  });
  socket.on('connect_error', (error: Error & { data?: { code?: string; retryAfterMs?: number } }) => {
    end(error.message, { code: error.data?.code, retryAfterMs: error.data?.retryAfterMs });
  });
  socket.on('disconnect', (reason) => end(reason, { isDismissal: reason === 'io server disconnect' }));
  socket.on(SOCKET_EVENTS.messages, (data: unknown) => {
    if (!isOver) listeners.frame(data);
  });
  return {
    ask: (event, request, timeoutMs, take) =>
      new Promise((resolve, reject) => {
        if (!socket.connected) return reject(new QuotefleetError('OFFLINE', 'the connection is not open'));
        socket.timeout(timeoutMs).emit(event, request, (error: Error | null, reply: unknown) => {
          try {
            if (error) throw noReply(event, timeoutMs, socket.connected, error);
            take?.(reply);
            resolve();
          } catch (thrown) {
            reject(toClientError(thrown, 'UNEXPECTED', `the reply to ${event} is malformed`));
          }
        });
      }),
    close: () => {
      isOver = true;
      clearTimeout(timer);
      socket.disconnect();
    },
  };
};

function noReply(event: string, timeoutMs: number, isConnected: boolean, cause: Error): QuotefleetError {
  return isConnected
    ? new QuotefleetError('TIMEOUT', `no reply to ${event} within ${timeoutMs} ms`, { cause })
    : new QuotefleetError('OFFLINE', 'the connection ended before the reply', { cause });
}
