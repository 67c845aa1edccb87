import { decode } from '@msgpack/msgpack';
import { MARKET_NAMESPACE, type RoomRequest, SOCKET_EVENTS } from '@quotefleet/contracts';
import { io, type Socket } from 'socket.io-client';
import type { ConnectionEnd, GrantedRoom, MarketClient, MarketClientOptions } from './market-client.ts';
import { type Refusal, toRefusal } from './raw-client.ts';
import { toReceivedMessage } from './received-message.ts';
import { RefusedCallError, toGrantedRooms } from './subscribe-reply.ts';

const CONNECT_TIMEOUT_MS = 20_000;

/** A connection made by socket.io-client, as applications make them; it watches pings itself. */
export class SocketIoClient implements MarketClient {
  readonly #socket: Socket;
  readonly #options: MarketClientOptions;
  #isOpen = false;
  #hasEnded = false;

  constructor(options: MarketClientOptions) {
    this.#options = options;
    const { url, apiKey, encoding, localAddress } = options;
    // Passed on to `ws`; the typings do not know it.
    const address = localAddress === undefined ? {} : { localAddress };
    this.#socket = io(`${url}${MARKET_NAMESPACE}`, {
      ...address,
      transports: ['websocket'],
      auth: { apiKey, encoding },
      forceNew: true,
      reconnection: false,
      timeout: CONNECT_TIMEOUT_MS,
    });
    this.#socket.on('connect', () => {
      this.#isOpen = true;
      options.handlers.onOpen();
    });
    this.#socket.on('connect_error', (error: Error & Refusal) => {
      this.#end(error.data ? toRefusal(error) : { kind: 'failed', code: error.message });
    });
    this.#socket.on('disconnect', (reason) => {
      this.#end({ kind: this.#isOpen ? 'dropped' : 'failed', code: reason });
    });
    this.#socket.on(SOCKET_EVENTS.messages, (frame: unknown) => this.#receive(frame));
  }

  subscribe(rooms: readonly (RoomRequest | string)[], onReply: (results: readonly GrantedRoom[]) => void): void {
    this.#socket.emit(SOCKET_EVENTS.subscribe, { rooms }, (reply: unknown) => {
      this.#read(() => onReply(toGrantedRooms(reply)));
    });
  }

  checkAlive(): void {
    // socket.io-client ends a connection by itself whose server falls silent.
  }

  close(): void {
    this.#hasEnded = true;
    this.#socket.disconnect();
  }

  #receive(frame: unknown): void {
    this.#read(() => {
      const isBinary = frame instanceof Uint8Array;
      const messages = (isBinary ? decode(frame) : frame) as unknown[];
      // The size is not known once socket.io-client has parsed it.
      this.#options.handlers.onMessages(messages.map(toReceivedMessage), isBinary ? frame.length : 0);
    });
  }

  #read(read: () => void): void {
    try {
      read();
    } catch (error) {
      if (error instanceof RefusedCallError) {
        this.#end({ kind: 'refused', code: error.code });
        this.#socket.disconnect();
      } else this.#options.handlers.onMalformed(String(error));
    }
  }

  #end(end: ConnectionEnd): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#options.handlers.onEnd(end);
  }
}
