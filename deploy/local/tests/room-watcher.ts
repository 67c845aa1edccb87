import type { ServerMessage, SubscribeReply } from '@quotefleet/contracts';
import { io, type Socket } from 'socket.io-client';

interface WatcherOptions {
  gatewayUrl: string;
  apiKey: string;
  rooms: readonly string[];
}

/**
 * A client that checks what it was promised: within a connection each message names the one before it, a new
 * connection starts from a snapshot, and whatever is missed in between is announced.
 */
export class RoomWatcher {
  readonly #socket: Socket;
  readonly #rooms: readonly string[];
  /** Where each room stands in this connection. */
  #lastSeq = new Map<string, number>();
  connects = 0;
  messages = 0;
  gaps = 0;
  readonly faults: string[] = [];
  /** The newest sequence seen of each room, over all connections. */
  readonly newest = new Map<string, number>();

  constructor({ gatewayUrl, apiKey, rooms }: WatcherOptions) {
    this.#rooms = rooms;
    this.#socket = io(`${gatewayUrl}/market`, {
      auth: { apiKey },
      transports: ['websocket'],
      reconnectionDelay: 100,
      reconnectionDelayMax: 500,
      forceNew: true,
    });
    this.#socket.on('connect', () => void this.#join());
    this.#socket.on('messages', (frame: ServerMessage[]) => {
      for (const message of frame) this.#take(message);
    });
    this.#socket.on('connect_error', () => {
      // A refusal (the node that answers is not up yet) ends Socket.IO's own attempts.
      if (!this.#socket.active) setTimeout(() => this.#socket.connect(), 200);
    });
  }

  get joined(): boolean {
    return this.#socket.connected && this.#lastSeq.size === this.#rooms.length;
  }

  close(): void {
    this.#socket.disconnect();
  }

  async #join(): Promise<void> {
    this.connects += 1;
    this.#lastSeq = new Map();
    const position = this.#lastSeq;
    try {
      const reply: SubscribeReply = await this.#socket.timeout(10_000).emitWithAck('subscribe', { rooms: this.#rooms });
      for (const { requested, room, accepted, reason, snapshot } of reply.results) {
        if (!accepted || room === undefined) this.faults.push(`${requested} was refused: ${reason}`);
        else this.#note(position, room, snapshot?.seq ?? -1);
      }
      if (reply.error) this.faults.push(reply.error.message);
    } catch (error) {
      // The connection ended meanwhile; the next one joins again.
      if (this.#socket.connected) this.faults.push(String(error));
    }
  }

  #take({ type, room, seq, prevSeq }: ServerMessage): void {
    if (type === 'system') return;
    this.messages += 1;
    const before = this.#lastSeq.get(room);
    if (type === 'gap') this.gaps += 1;
    else if (before === undefined) this.faults.push(`${room}: ${seq} came before the room was joined`);
    else if (before >= 0 && prevSeq !== before) this.faults.push(`${room}: ${seq} follows ${prevSeq}, had ${before}`);
    else if (before >= 0 && seq !== before + 1) this.faults.push(`${room}: ${seq} came after ${before} unannounced`);
    this.#note(this.#lastSeq, room, seq);
  }

  #note(position: Map<string, number>, room: string, seq: number): void {
    position.set(room, seq);
    this.newest.set(room, Math.max(seq, this.newest.get(room) ?? -1));
  }
}
