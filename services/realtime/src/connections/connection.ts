import { type Identity, type ServerMessage, SOCKET_EVENTS, type SystemPayload } from '@quotefleet/contracts';
import { newTraceId } from '@quotefleet/service-kit';
import type { Socket } from 'socket.io';
import type { Frame, RoomMessage } from './frame.ts';

/** What may wait for a connection whose transport takes nothing, and for how long. */
const QUEUE_SIZE_MAX = 1024 * 1024;
const BLOCKED_MAX_MS = 5000;
/** How long a connection that is told to go may take to read why, before it is cut. A slow one needs it. */
const FAREWELL_MAX_MS = 5000;

export type FlushOutcome = 'sent' | 'blocked' | 'slow';

/** Where the frames of a flush start from, and how much they were: one per node. */
export interface FlushTally {
  root: Frame;
  frames: number;
  messages: number;
}

/** One client: the rooms it is in, and what waits to be sent to it. */
export class Connection {
  readonly identity: Identity;
  readonly rooms = new Set<string>();
  readonly #socket: Socket;
  #frame: Frame | undefined;
  #queue: Frame[] = [];
  #queueSize = 0;
  #blockedSince: number | undefined;
  #onWritable: (() => void)[] = [];
  #isClosing = false;

  constructor(socket: Socket, identity: Identity) {
    this.#socket = socket;
    this.identity = identity;
  }

  get id(): string {
    return this.#socket.id;
  }

  get queueSize(): number {
    return this.#queueSize;
  }

  get hasFrame(): boolean {
    return this.#frame !== undefined;
  }

  get isClosing(): boolean {
    return this.#isClosing;
  }

  /** Adds a message to the next flush. */
  add(message: RoomMessage, tally: FlushTally): void {
    this.#frame = (this.#frame ?? tally.root).extend(message);
  }

  /** Hands the transport what waits, unless it is still busy with what it was handed before. */
  flush(now: number, tally: FlushTally): FlushOutcome {
    if (this.#isClosing) return 'sent';
    if (this.#frame) this.#enqueue(this.#frame);
    if (!this.#socket.conn.transport.writable) {
      this.#blockedSince ??= now;
      const isSlow = this.#queueSize > QUEUE_SIZE_MAX || now - this.#blockedSince > BLOCKED_MAX_MS;
      return isSlow ? 'slow' : 'blocked';
    }
    this.#blockedSince = undefined;
    if (this.#queue.length > 0) this.#writeQueue(tally);
    for (const resume of this.#onWritable.splice(0)) resume();
    return 'sent';
  }

  /** Resolves after the next flush that finds the transport writable; also when the connection ends. */
  async writable(): Promise<void> {
    if (!this.#isClosing) await new Promise<void>((resolve) => this.#onWritable.push(resolve));
  }

  /**
   * Tells the client why and ends the connection; one that does not read is cut after 5 s.
   * @param mayReturn whether Socket.IO clients shall connect again by themselves
   */
  close(payload: SystemPayload, { mayReturn }: { mayReturn: boolean }): void {
    this.#socket.emit(SOCKET_EVENTS.messages, [systemMessage(payload, 0)]);
    const { conn } = this.#socket;
    setTimeout(() => conn.close(true), FAREWELL_MAX_MS).unref();
    if (mayReturn) conn.close();
    else this.#socket.disconnect(true);
  }

  /** Drops what waits: the connection is over. */
  release(): void {
    this.#isClosing = true;
    this.#frame = undefined;
    this.#queue = [];
    this.#queueSize = 0;
    for (const resume of this.#onWritable.splice(0)) resume();
  }

  #enqueue(frame: Frame): void {
    this.#queue.push(frame);
    this.#queueSize += frame.size;
    this.#frame = undefined;
  }

  #writeQueue(tally: FlushTally): void {
    const { conn } = this.#socket;
    const isWebSocket = conn.transport.name === 'websocket';
    for (const frame of this.#queue) {
      if (isWebSocket) conn.write('', preEncoded(frame));
      else conn.write(frame.toPacket(), { compress: false });
      tally.frames += 1;
      tally.messages += frame.messageCount;
    }
    this.#queue = [];
    this.#queueSize = 0;
  }
}

/** Engine.IO passes a frame made beforehand through as it is; Socket.IO's own broadcasts do the same. */
function preEncoded(frame: Frame): { compress: boolean; wsPreEncodedFrame: Buffer[] } {
  return { compress: false, wsPreEncodedFrame: [frame.toWire()] };
}

/** A message of the room `system`. */
export function systemMessage(payload: SystemPayload, seq: number): ServerMessage {
  return { type: 'system', room: 'system', payload, traceId: newTraceId(), seq, ts: Date.now() };
}
