import { type Handshake, MARKET_NAMESPACE, type RoomRequest, SOCKET_EVENTS } from '@quotefleet/contracts';
import { WebSocket } from 'ws';
import type { FrameReader } from './frame-reader.ts';
import type { ConnectionEnd, GrantedRoom, MarketClient, MarketClientOptions } from './market-client.ts';
import { MalformedFrameError } from './received-message.ts';
import { RefusedCallError, toGrantedRooms } from './subscribe-reply.ts';

const HANDSHAKE_TIMEOUT_MS = 20_000;
/** Beyond what the server says of its own pings. */
const PING_SLACK_MS = 10_000;

/** Types of Engine.IO packets, and of Socket.IO packets within its messages. */
const OPEN = '0';
const PING = '2';
const PONG = '3';
const CONNECT = '40';
const DISCONNECT = '41';
const ACK = '43';
const CONNECT_ERROR = '44';
const BINARY_EVENT = '45';

/**
 * A connection that speaks Engine.IO 4 and Socket.IO 5 over `ws` by itself: a fraction of the cost of socket.io-client,
 * so that one process holds ten thousand.
 */
export class RawClient implements MarketClient {
  readonly #options: MarketClientOptions;
  readonly #reader: FrameReader;
  readonly #socket: WebSocket;
  readonly #replies = new Map<number, (results: readonly GrantedRoom[]) => void>();
  #isOpen = false;
  #hasEnded = false;
  #nextCall = 0;
  #pingTimeoutMs = Number.POSITIVE_INFINITY;
  #lastPing = performance.now();
  /** What the server said before it closed. */
  #farewell: string | undefined;

  constructor(options: MarketClientOptions, reader: FrameReader) {
    this.#options = options;
    this.#reader = reader;
    const url = new URL('/socket.io/?EIO=4&transport=websocket', options.url.replace(/^http/, 'ws'));
    this.#socket = new WebSocket(url, {
      perMessageDeflate: false,
      skipUTF8Validation: true,
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      ...(options.localAddress === undefined ? {} : { localAddress: options.localAddress }),
    });
    this.#socket.on('message', (data: Buffer, isBinary) => this.#receive(data, isBinary));
    this.#socket.on('unexpected-response', (request, response) => {
      const seconds = Number(response.headers['retry-after']);
      const retryAfterMs = seconds > 0 ? { retryAfterMs: seconds * 1000 } : {};
      this.#end({ kind: 'refused', code: `HTTP ${response.statusCode}`, ...retryAfterMs });
      request.destroy();
    });
    this.#socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#end({ kind: this.#isOpen ? 'dropped' : 'failed', code: error.code ?? error.message });
    });
    this.#socket.on('close', (code) => {
      this.#end({ kind: this.#isOpen ? 'dropped' : 'failed', code: this.#farewell ?? `closed with ${code}` });
    });
  }

  subscribe(rooms: readonly (RoomRequest | string)[], onReply: (results: readonly GrantedRoom[]) => void): void {
    const call = this.#nextCall++;
    this.#replies.set(call, onReply);
    this.#socket.send(`42${MARKET_NAMESPACE},${call}${JSON.stringify([SOCKET_EVENTS.subscribe, { rooms }])}`);
  }

  checkAlive(now: number): void {
    if (this.#hasEnded || now - this.#lastPing < this.#pingTimeoutMs) return;
    this.#end({ kind: 'dropped', code: 'no ping' });
    this.#socket.terminate();
  }

  close(): void {
    this.#hasEnded = true;
    this.#socket.close();
  }

  #receive(data: Buffer, isBinary: boolean): void {
    try {
      if (isBinary) this.#options.handlers.onMessages(this.#reader.readBinary(data), data.length);
      else if (this.#reader.isMessages(data))
        this.#options.handlers.onMessages(this.#reader.readText(data), data.length);
      else this.#control(data.toString());
    } catch (error) {
      if (error instanceof RefusedCallError) this.#leave({ kind: 'refused', code: error.code });
      else if (error instanceof MalformedFrameError) this.#options.handlers.onMalformed(error.message);
      else throw error;
    }
  }

  #control(packet: string): void {
    if (packet === PING) {
      this.#lastPing = performance.now();
      this.#socket.send(PONG);
    } else if (packet.startsWith(OPEN)) this.#shakeHands(packet);
    else if (packet.startsWith(CONNECT_ERROR)) this.#refuse(packet);
    else if (packet.startsWith(ACK)) this.#acknowledge(packet);
    else if (packet.startsWith(DISCONNECT)) this.#farewell ??= 'disconnected by the server';
    else if (packet.startsWith(CONNECT)) {
      this.#isOpen = true;
      this.#options.handlers.onOpen();
    } else if (!packet.startsWith(BINARY_EVENT) && packet !== '1')
      throw new MalformedFrameError(`unknown packet ${packet.slice(0, 100)}`);
  }

  #shakeHands(packet: string): void {
    const { pingInterval, pingTimeout } = JSON.parse(packet.slice(1)) as { pingInterval: number; pingTimeout: number };
    this.#pingTimeoutMs = pingInterval + pingTimeout + PING_SLACK_MS;
    const { apiKey, encoding } = this.#options;
    const auth: Handshake = { apiKey, ...(encoding === 'json' ? {} : { encoding }) };
    this.#socket.send(`${CONNECT}${MARKET_NAMESPACE},${JSON.stringify(auth)}`);
  }

  #acknowledge(packet: string): void {
    const start = packet.indexOf('[');
    const call = Number(packet.slice(ACK.length + MARKET_NAMESPACE.length + 1, start));
    const onReply = this.#replies.get(call);
    this.#replies.delete(call);
    onReply?.(toGrantedRooms((JSON.parse(packet.slice(start)) as unknown[])[0]));
  }

  #refuse(packet: string): void {
    const error = JSON.parse(packet.slice(packet.indexOf('{'))) as Refusal;
    this.#leave(toRefusal(error));
  }

  #leave(end: ConnectionEnd): void {
    this.#end(end);
    this.#socket.close();
  }

  #end(end: ConnectionEnd): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#options.handlers.onEnd(end);
  }
}

/** What a connect error of Socket.IO carries. */
export interface Refusal {
  message: string;
  data?: { code?: string; retryAfterMs?: number };
}

export function toRefusal({ message, data }: Refusal): ConnectionEnd {
  const retry = data?.retryAfterMs === undefined ? {} : { retryAfterMs: data.retryAfterMs };
  return { kind: 'refused', code: data?.code ?? message, ...retry };
}
