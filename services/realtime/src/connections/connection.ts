import type { Encoding, GapPayload, Identity, ServerMessage, SystemPayload } from '@quotefleet/contracts';
import { newTraceId } from '@quotefleet/service-kit';
import type { Socket } from 'socket.io';
import { Conflation } from '../rooms/conflation.ts';
import type { LaneTerms } from '../rooms/lane-terms.ts';
import type { Update } from '../rooms/room-source.ts';
import { encodeUpdate } from '../rooms/update-message.ts';
import { Frame } from './frame.ts';
import { FrameWriter } from './frame-writer.ts';
import { RoomMessage } from './room-message.ts';

/** What may wait for a connection whose transport takes nothing, and for how long. */
const QUEUE_SIZE_MAX = 1024 * 1024;
const BEHIND_MAX_MS = 5000;
/** A transport that is busy so shortly after a write is busy with that. */
const JUST_WRITTEN_MS = 1000;
/** How long a connection that is told to go may take to read why, before it is cut. A slow one needs it. */
const FAREWELL_MAX_MS = 5000;

export type FlushOutcome = 'sent' | 'blocked' | 'slow';

/** Where the frames of a flush start from, and how much they were: one per node. */
export interface FlushTally {
  root: Frame;
  frames: number;
  messages: number;
}

/** A connection's place in a room: on which terms, and what it has coming there. */
interface Membership {
  readonly terms: LaneTerms;
  remove(connection: Connection): void;
  /** What waits for the pace of the terms. */
  pendingOf(connection: Connection): Update[];
}

interface QueuedFrame {
  frame: Frame;
  /** performance.now() of when it was to be sent. */
  since: number;
}

/** What a signed-in socket carries. */
export interface SocketData {
  identity: Identity;
  encoding: Encoding;
  /** Of the client. */
  address: string;
}

/** One client: the rooms it is in, and what waits to be sent to it. */
export class Connection {
  identity: Identity;
  readonly encoding: Encoding;
  readonly address: string;
  readonly connectedAt = Date.now();
  /** By name, and on what terms. */
  readonly rooms = new Map<string, Membership>();
  readonly #socket: Socket;
  readonly #writer: FrameWriter;
  #frame: Frame | undefined;
  #queue: QueuedFrame[] = [];
  #queueSize = 0;
  /** The newest of each merged series that waits until the transport is free. */
  #held: Conflation | undefined;
  /** While the transport is busy: since when the oldest of what waits, or of what it has, was to be sent. */
  #behindSince: number | undefined;
  /** Of the last write to a WebSocket: when it was, and since when the oldest of it was to be sent. */
  #writtenAt = Number.NEGATIVE_INFINITY;
  #writtenSince = 0;
  #onWritable: (() => void)[] = [];
  #isClosing = false;

  constructor(socket: Socket, { identity, encoding, address }: SocketData) {
    this.#socket = socket;
    this.identity = identity;
    this.encoding = encoding;
    this.#writer = new FrameWriter(socket.conn, encoding);
    this.address = address;
  }

  get id(): string {
    return this.#socket.id;
  }

  get transport(): string {
    return this.#socket.conn.transport.name;
  }

  get queueSize(): number {
    return this.#queueSize;
  }

  /** Age of the oldest that waits, ms. */
  oldestAge(now: number): number {
    return this.#behindSince === undefined ? 0 : now - this.#behindSince;
  }

  get hasFrame(): boolean {
    return this.#frame !== undefined;
  }

  get isClosing(): boolean {
    return this.#isClosing;
  }

  /** Whether there is something that the transport was not handed yet. */
  get hasWaiting(): boolean {
    return this.hasFrame || this.#queue.length > 0 || this.#held !== undefined;
  }

  /** Whether the last flush found the transport busy: it does not keep up with what it is sent. */
  get isBehind(): boolean {
    return this.#behindSince !== undefined;
  }

  /** Adds a message to the next flush. */
  add(message: RoomMessage, tally: FlushTally): void {
    this.#frame = (this.#frame ?? tally.root).extend(message);
  }

  /** Keeps an update, in place of an older one of its series, until the transport is free. True where it replaced one. */
  hold(update: Update): boolean {
    this.#held ??= new Conflation();
    return this.#held.add(update);
  }

  /** Hands the transport what waits, unless it is still busy with what it was handed before. */
  flush(now: number, tally: FlushTally): FlushOutcome {
    if (this.#isClosing) return 'sent';
    if (this.#writer.isBusy) {
      if (this.#frame) this.#enqueue(this.#frame, now);
      // What was handed over long ago is not what keeps the transport busy now.
      this.#behindSince ??= now - this.#writtenAt < JUST_WRITTEN_MS ? this.#writtenSince : now;
      const isSlow = this.#queueSize > QUEUE_SIZE_MAX || this.oldestAge(now) > BEHIND_MAX_MS;
      return isSlow ? 'slow' : 'blocked';
    }
    this.#behindSince = undefined;
    if (this.#writer.isWebSocket && this.hasWaiting) {
      this.#writtenAt = now;
      this.#writtenSince = this.#queue[0]?.since ?? now;
    }
    if (this.#queue.length > 0) this.#writeQueue(tally);
    if (this.#frame) this.#write(this.#frame, tally);
    this.#frame = undefined;
    if (this.#held) this.#writeHeld(this.#held, tally);
    if (this.#onWritable.length > 0) for (const resume of this.#onWritable.splice(0)) resume();
    return 'sent';
  }

  /** Resolves after the next flush that finds the transport writable; also when the connection ends. */
  async writable(): Promise<void> {
    if (!this.#isClosing) await new Promise<void>((resolve) => this.#onWritable.push(resolve));
  }

  /** What waits and will not be sent any more, as gaps: one per room. */
  unsent(): ServerMessage[] {
    const frames = [...this.#queue.map(({ frame }) => frame), ...(this.#frame ? [this.#frame] : [])];
    const gaps = new Map<string, { epoch: string; from: number; to: number }>();
    for (const { place } of frames.flatMap((frame) => frame.messages())) {
      const { room, epoch, seq, prevSeq = seq - 1 } = place;
      // What is no part of a sequence, as a heartbeat, leaves no gap.
      if (!epoch) continue;
      const gap = gaps.get(room);
      // States of a bar may carry the very sequence that they follow on.
      if (gap?.epoch === epoch) gap.to = seq;
      else gaps.set(room, { epoch, from: Math.min(prevSeq + 1, seq), to: seq });
    }
    return [...gaps].map(([room, { epoch, from, to }]) => {
      const payload: GapPayload = { from, to, reason: 'overflow' };
      const place = { epoch, seq: to, prevSeq: from - 1 };
      return { type: 'gap', room, payload, traceId: newTraceId(), ...place, ts: Date.now() };
    });
  }

  /** Sends messages by themselves, past whatever waits. */
  tell(...messages: ServerMessage[]): void {
    if (messages.length > 0) this.#writer.write(frameOf(messages.map((message) => RoomMessage.of(message))));
  }

  /**
   * Tells the client why and ends the connection; one that does not read is cut after 5 s.
   * @param mayReturn whether Socket.IO clients shall connect again by themselves
   */
  close(farewell: readonly ServerMessage[], { mayReturn }: { mayReturn: boolean }): void {
    this.tell(...farewell);
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
    this.#held = undefined;
    for (const resume of this.#onWritable.splice(0)) resume();
  }

  #enqueue(frame: Frame, now: number): void {
    this.#queue.push({ frame, since: now });
    this.#queueSize += frame.size;
    this.#frame = undefined;
  }

  #writeHeld(held: Conflation, tally: FlushTally): void {
    this.#held = undefined;
    this.#write(frameOf([...held.chained()].map(({ update }) => encodeUpdate(update))), tally);
  }

  #writeQueue(tally: FlushTally): void {
    for (const { frame } of this.#queue) this.#write(frame, tally);
    this.#queue = [];
    this.#queueSize = 0;
  }

  #write(frame: Frame, tally: FlushTally): void {
    this.#writer.write(frame);
    tally.frames += 1;
    tally.messages += frame.messageCount;
  }
}

function frameOf(messages: readonly RoomMessage[]): Frame {
  return messages.reduce((frame, message) => frame.extend(message), new Frame());
}

/** A message of the room `system`. */
export function systemMessage(payload: SystemPayload, seq: number): ServerMessage {
  return { type: 'system', room: 'system', payload, traceId: newTraceId(), seq, ts: Date.now() };
}
