import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import {
  AppError,
  clientAddress,
  createOriginReader,
  errorEnvelope,
  newTraceId,
  type ProxyTrust,
  toAppError,
} from '@quotefleet/service-kit';
import type { Server } from 'socket.io';
import type { RealtimeEvents } from '../events.ts';
import { checkOrigin } from '../sign-in/check-origin.ts';
import type { Admission } from './admission.ts';

/** The lower connection under a Socket.IO one. */
interface EngineConnection {
  request: IncomingMessage | null;
  once(event: 'close', listener: () => void): unknown;
  on(event: 'packet', listener: (packet: { type: string; data?: unknown }) => void): unknown;
  close(): void;
}

/** Times that one connection may ask for a namespace, any namespace: each is answered, and clients ask for one once. */
const CONNECTS_MAX = 100;
/** What Socket.IO calls CONNECT begins with it. */
const CONNECT = '0';

export interface DoorOptions extends ProxyTrust {
  origins: readonly string[] | undefined;
  admission: Admission;
  events: RealtimeEvents;
}

/**
 * Refuses, before anything is made for them, sessions from pages of other origins and those beyond the node's limits:
 * by HTTP 403 or 429, with `Retry-After` and the envelope of any error.
 */
export class Door {
  readonly #options: DoorOptions;
  readonly #readOrigin: (request: IncomingMessage) => void;
  readonly #addresses = new WeakMap<object, string>();
  #closedBecause: string | undefined = 'this node starts: connect again';

  constructor(options: DoorOptions) {
    this.#options = options;
    this.#readOrigin = createOriginReader(options);
  }

  /** To be called once the server is attached: its engine is there from then on. */
  guard({ engine }: Server): void {
    engine.use((request: IncomingMessage, response: ServerResponse, next: () => void) => {
      if (hasSession(request)) {
        next();
        return;
      }
      // Until the engine has it nobody listens, and an error that nobody hears ends the process.
      if (request.headers.upgrade !== undefined) request.socket.on('error', destroy);
      void this.#refusal(request).then((refusal) => (refusal ? refuse(request, response, refusal) : next()));
    });
    engine.on('connection', (connection: EngineConnection) => {
      const address = connection.request ? clientAddress(connection.request) : '';
      this.#addresses.set(connection, address);
      connection.once('close', this.#options.admission.noteArrival(address));
      endEndlessConnects(connection);
      // The first request would be kept for as long as the connection lives.
      connection.request = null;
    });
  }

  /** It is closed until then. */
  open(): void {
    this.#closedBecause = undefined;
  }

  /** Lets nobody in: who comes is sent elsewhere by HTTP 503. */
  close(reason: string): void {
    this.#closedBecause = reason;
  }

  /** Where a connection is from; empty where it is gone. */
  addressOf(connection: object): string {
    return this.#addresses.get(connection) ?? '';
  }

  async #refusal(request: IncomingMessage): Promise<AppError | undefined> {
    const { origins, admission, events } = this.#options;
    this.#readOrigin(request);
    try {
      const reason = this.#closedBecause;
      if (reason !== undefined) throw new AppError('UNAVAILABLE', reason, { retryAfterSeconds: 1 });
      checkOrigin(request, origins);
      await admission.checkArrival(clientAddress(request));
      return undefined;
    } catch (thrown) {
      const error = toAppError(thrown);
      events.signInRefused(error, { address: clientAddress(request), userAgent: request.headers['user-agent'] });
      return error;
    }
  }
}

/**
 * Whether it is of a session: its polls and its upgrade are. Asked of what the engine has read of the URL, so that nothing
 * passes here as one that begins a session there.
 */
function hasSession(request: IncomingMessage): boolean {
  return Boolean((request as { _query?: { sid?: string } })._query?.sid);
}

function destroy(this: Socket): void {
  this.destroy();
}

function endEndlessConnects(connection: EngineConnection): void {
  let connects = 0;
  connection.on('packet', ({ type, data }) => {
    if (type !== 'message' || typeof data !== 'string' || !data.startsWith(CONNECT)) return;
    connects += 1;
    if (connects > CONNECTS_MAX) connection.close();
  });
}

function refuse(request: IncomingMessage, response: ServerResponse, error: AppError): void {
  const body = JSON.stringify(errorEnvelope(error, newTraceId()));
  const headers = {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(body)),
    ...(error.retryAfterSeconds === undefined ? {} : { 'Retry-After': String(error.retryAfterSeconds) }),
  };
  if (request.headers.upgrade === undefined) {
    response.writeHead(error.status, headers).end(body);
    return;
  }
  // The engine's response to an upgrade only cuts the socket.
  const lines = Object.entries({ ...headers, Connection: 'close' }).map(([name, value]) => `${name}: ${value}`);
  request.socket.end(
    `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}\r\n${lines.join('\r\n')}\r\n\r\n${body}`,
    () => request.socket.destroy(),
  );
}
