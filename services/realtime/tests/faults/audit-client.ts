import {
  type GapPayload,
  MARKET_NAMESPACE,
  type Mode,
  type RoomRequest,
  type RoomResult,
  type ServerMessage,
  SOCKET_EVENTS,
  type SubscribeReply,
  type SystemPayload,
} from '@quotefleet/contracts';
import type { Address } from '@quotefleet/testing';
import { io, type Socket } from 'socket.io-client';
import { Audit } from './audit.ts';

const CONNECT_MAX_MS = 3000;
const ANSWER_MAX_MS = 5000;
const RETRY_MS = 200;

export interface AuditClientOptions {
  door: Address;
  rooms: readonly string[];
  mode?: Mode;
  /** Without a message for so long it goes and comes back, elsewhere perhaps; it stays where absent. */
  silenceMaxMs?: number;
  transport?: 'websocket' | 'polling';
}

/**
 * A subscriber that knows nothing but the documented protocol: whenever its connection is gone it makes another one and
 * resumes every room after the last message it had.
 */
export class AuditClient {
  readonly audit: Audit;
  /** Connections made. */
  connections = 0;
  /** Codes that the server ended connections with. */
  readonly codes: SystemPayload['code'][] = [];
  readonly gapReasons = new Set<string>();
  /** From the making of each tick to its coming here, ms, with when it came. */
  readonly latencies: { at: number; ms: number }[] = [];
  readonly #options: AuditClientOptions;
  #socket: Socket | undefined;
  #isStopped = false;
  #heardAt = 0;
  #retry: NodeJS.Timeout | undefined;
  readonly #watch: NodeJS.Timeout;
  readonly #subscribed = Promise.withResolvers<void>();

  constructor(options: AuditClientOptions) {
    this.#options = options;
    this.audit = new Audit(options.mode);
    this.#watch = setInterval(() => this.#checkSilence(), 100);
    this.#connect();
  }

  /** Resolves once every room was accepted for the first time. */
  get subscribed(): Promise<void> {
    return this.#subscribed.promise;
  }

  /** Hands out the socket of the moment to somebody who means no good. */
  abuse(how: (socket: Socket) => void): void {
    if (this.#socket?.connected) how(this.#socket);
  }

  stop(): void {
    this.#isStopped = true;
    clearInterval(this.#watch);
    clearTimeout(this.#retry);
    this.#socket?.disconnect();
  }

  #connect(): void {
    const { door, transport = 'websocket' } = this.#options;
    const socket = io(`http://${door.host}:${door.port}${MARKET_NAMESPACE}`, {
      ...{ transports: [transport], reconnection: false, forceNew: true, timeout: CONNECT_MAX_MS },
      auth: { apiKey: 'auditor' },
    });
    this.#socket = socket;
    this.#heardAt = performance.now();
    // The connection may be there and the namespace not answer.
    const giveUp = setTimeout(() => this.#leave(socket), CONNECT_MAX_MS);
    socket.once('connect', () => {
      clearTimeout(giveUp);
      this.connections += 1;
      this.audit.connected();
      this.#subscribe(socket, [...this.#options.rooms]);
    });
    socket.on(SOCKET_EVENTS.messages, (messages: ServerMessage[]) => {
      if (socket === this.#socket) for (const message of messages) this.#hear(message);
    });
    for (const end of ['connect_error', 'disconnect']) socket.once(end, () => this.#leave(socket));
  }

  #leave(socket: Socket): void {
    if (socket !== this.#socket || this.#isStopped) return;
    this.#socket = undefined;
    socket.disconnect();
    this.#retry = setTimeout(() => this.#connect(), RETRY_MS * (0.5 + Math.random()));
  }

  #subscribe(socket: Socket, names: readonly string[]): void {
    const { mode } = this.#options;
    const rooms: RoomRequest[] = names.map((room) => {
      const resume = this.audit.position(room);
      return { room, ...(mode ? { mode } : {}), ...(resume ? { resume } : {}) };
    });
    // Not by a promise: what follows the answer must not be heard before it.
    socket
      .timeout(ANSWER_MAX_MS)
      .emit(SOCKET_EVENTS.subscribe, { rooms }, (error: Error | null, reply?: SubscribeReply) => {
        if (socket !== this.#socket) return;
        if (error || !reply || reply.error) return this.#leave(socket);
        const refused = reply.results.filter((result, index) => !this.#begin(result, rooms[index]));
        if (refused.length === 0) this.#subscribed.resolve();
        else
          setTimeout(
            () =>
              this.#subscribe(
                socket,
                refused.map(({ requested }) => requested),
              ),
            RETRY_MS,
          );
      });
  }

  /** False where the room was refused. */
  #begin({ accepted, room, recovered, missed, snapshot, gap }: RoomResult, request: RoomRequest | undefined): boolean {
    if (!accepted || room === undefined) return false;
    if (gap) {
      this.gapReasons.add(gap.reason);
      this.audit.gap(room, request?.resume?.epoch, gap);
    } else if (recovered === false) this.audit.notRecovered(room);
    for (const message of missed ?? []) this.#count(message);
    if (snapshot) this.audit.snapshot({ ...snapshot, epoch: snapshot.epoch ?? '' });
    return true;
  }

  #hear(message: ServerMessage): void {
    this.#heardAt = performance.now();
    if (message.type === 'system') this.codes.push((message.payload as SystemPayload).code);
    else if (message.type !== 'heartbeat') this.#count(message);
    if (message.type === 'tick') this.latencies.push({ at: this.#heardAt, ms: Date.now() - message.ts });
  }

  #count({ type, room, epoch, seq, prevSeq, payload }: ServerMessage): void {
    if (type === 'gap') {
      const gap = payload as GapPayload;
      this.gapReasons.add(gap.reason);
      this.audit.gap(room, epoch, gap);
    } else this.audit.received({ room, epoch: epoch ?? '', seq, prevSeq });
  }

  #checkSilence(): void {
    const { silenceMaxMs } = this.#options;
    const socket = this.#socket;
    if (socket?.connected && silenceMaxMs !== undefined && performance.now() - this.#heardAt > silenceMaxMs)
      this.#leave(socket);
  }
}
