import type { BarPayload, ServerMessage, SystemPayload, TickPayload } from '@quotefleet/contracts';
import { type Connection, type FlushTally, systemMessage } from '../connections/connection.ts';
import { Frame, RoomMessage } from '../connections/frame.ts';
import type { RealtimeEvents } from '../events.ts';
import { type Arrival, MarketState } from './market-state.ts';
import { dataJson, dataMessage, depthOf, messageTail, splitGap } from './room-messages.ts';
import type { Room } from './room-name.ts';

const SLOW_CONSUMER: SystemPayload = {
  code: 'SLOW_CONSUMER',
  message: 'the connection fell more than 1 MB or 5 s behind: read it faster or subscribe to fewer rooms',
};

/** The rooms of one node: who is in them, and what they are to be sent at the next flush. */
export class RoomHub {
  readonly state = new MarketState();
  readonly #events: RealtimeEvents;
  readonly #members = new Map<string, Set<Connection>>();
  /** Connections with something to send, or that have not taken what they were sent. */
  readonly #waiting = new Set<Connection>();
  #tally: FlushTally = newTally();
  #systemSeq = 0;
  #oldestPendingTs: number | undefined;

  constructor(events: RealtimeEvents) {
    this.#events = events;
  }

  get roomCount(): number {
    return this.#members.size;
  }

  /** Characters that wait for connections whose transports are busy, all together. */
  get queueSize(): number {
    let size = 0;
    for (const connection of this.#waiting) size += connection.queueSize;
    return size;
  }

  /** Puts a connection into a room; false where it was in it already. */
  join(connection: Connection, room: Room): boolean {
    if (connection.rooms.has(room.name)) return false;
    connection.rooms.add(room.name);
    const members = this.#members.get(room.name);
    if (members) members.add(connection);
    else this.#members.set(room.name, new Set([connection]));
    return true;
  }

  leave(connection: Connection, roomName: string): boolean {
    if (!connection.rooms.delete(roomName)) return false;
    const members = this.#members.get(roomName);
    members?.delete(connection);
    if (members?.size === 0) this.#members.delete(roomName);
    return true;
  }

  /** Takes a connection that ended out of every room. */
  remove(connection: Connection): void {
    for (const room of [...connection.rooms]) this.leave(connection, room);
    this.#waiting.delete(connection);
    connection.release();
  }

  /** The newest message of a room, as a client that joins now is to start from. */
  snapshot(room: Room): ServerMessage | undefined {
    if (room.kind === 'system') return undefined;
    if (room.kind === 'bar') {
      const bar = this.state.latestBar(room.symbol, room.period);
      return bar && dataMessage(room.kind, room.name, bar);
    }
    const tick = this.state.latestTick(room.symbol);
    if (!tick) return undefined;
    const payload = room.kind === 'depth' ? depthOf(tick.payload) : tick.payload;
    return dataMessage(room.kind, room.name, { ...tick, payload });
  }

  publishTick(event: Arrival<TickPayload>): void {
    const step = this.state.acceptTick(event);
    if (!step) {
      this.#events.duplicateDropped();
      return;
    }
    const { payload, traceId, ts } = event;
    const { symbol } = payload;
    const tickMembers = this.#members.get(`tick:${symbol}`);
    const indexMembers = this.#members.get(`index:${symbol}`);
    const depthMembers = this.#members.get(`depth:${symbol}`);
    if (!tickMembers && !indexMembers && !depthMembers) return;
    this.#oldestPendingTs ??= ts;
    const { gap, next } = splitGap(step);
    const tail = messageTail(next, traceId, ts);
    if (gap) {
      const gapTail = messageTail(gap.step, traceId, ts);
      const json = JSON.stringify(gap.payload);
      if (tickMembers) this.#send(tickMembers, dataJson('gap', `tick:${symbol}`, json, gapTail));
      if (indexMembers) this.#send(indexMembers, dataJson('gap', `index:${symbol}`, json, gapTail));
      if (depthMembers) this.#send(depthMembers, dataJson('gap', `depth:${symbol}`, json, gapTail));
    }
    const json = tickMembers || indexMembers ? JSON.stringify(payload) : '';
    if (tickMembers) this.#send(tickMembers, dataJson('tick', `tick:${symbol}`, json, tail));
    if (indexMembers) this.#send(indexMembers, dataJson('index', `index:${symbol}`, json, tail));
    if (depthMembers)
      this.#send(depthMembers, dataJson('depth', `depth:${symbol}`, JSON.stringify(depthOf(payload)), tail));
  }

  publishBar(event: Arrival<BarPayload>): void {
    const step = this.state.acceptBar(event);
    if (!step) {
      this.#events.duplicateDropped();
      return;
    }
    const { payload, traceId, ts } = event;
    const name = `bar:${payload.symbol}:${payload.period}`;
    const members = this.#members.get(name);
    if (!members) return;
    this.#oldestPendingTs ??= ts;
    this.#send(members, dataJson('bar', name, JSON.stringify(payload), messageTail(step, traceId, ts)));
  }

  /** Sends a notice to the subscribers of `system` on this node; the node numbers them itself. */
  publishNotice(payload: SystemPayload): void {
    const prevSeq = this.#systemSeq;
    this.#systemSeq += 1;
    const members = this.#members.get('system');
    if (members) this.#send(members, JSON.stringify({ ...systemMessage(payload, this.#systemSeq), prevSeq }));
  }

  /** Sends every connection what its rooms had since the last flush, in one frame each. */
  flush(): void {
    if (this.#waiting.size === 0) return;
    const now = performance.now();
    for (const connection of this.#waiting) this.#flushConnection(connection, now);
    if (this.#oldestPendingTs !== undefined) this.#events.flushed(this.#tally, Date.now() - this.#oldestPendingTs);
    this.#oldestPendingTs = undefined;
    this.#tally = newTally();
  }

  /**
   * Sends a connection all that is meant for it so far, so that what it is told next cannot overtake it; false where
   * its transport is busy: try again once it is writable.
   */
  flushNow(connection: Connection): boolean {
    const isFlushed = this.#flushConnection(connection, performance.now());
    if (!isFlushed) this.#waiting.add(connection);
    return isFlushed;
  }

  /** Tells a connection why it ends, and ends it. */
  close(connection: Connection, payload: SystemPayload, { mayReturn }: { mayReturn: boolean }): void {
    if (connection.isClosing) return;
    this.remove(connection);
    connection.close(payload, { mayReturn });
    this.#events.closed(payload.code, connection);
  }

  #flushConnection(connection: Connection, now: number): boolean {
    const outcome = connection.flush(now, this.#tally);
    if (outcome === 'blocked') return false;
    this.#waiting.delete(connection);
    if (outcome === 'slow') this.close(connection, SLOW_CONSUMER, { mayReturn: false });
    return true;
  }

  #send(members: Set<Connection>, json: string): void {
    const message = new RoomMessage(json);
    for (const connection of members) {
      if (!connection.hasFrame) this.#waiting.add(connection);
      connection.add(message, this.#tally);
    }
  }
}

function newTally(): FlushTally {
  return { root: new Frame(), frames: 0, messages: 0 };
}
