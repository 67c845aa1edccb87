import { expect } from '@jest/globals';
import type { DeltaPayload, Mode, RoomResult, ServerMessage, TickPayload } from '@quotefleet/contracts';
import type { Socket } from 'socket.io';
import { Connection } from '../src/connections/connection.ts';
import { CallQueue } from '../src/market-namespace/call-limits.ts';
import { type BareNode, DELAY_MS, truth } from './bare-node.ts';

const identity = { subject: 's', client: 'k', scopes: ['read' as const] };

interface Place {
  epoch: string | undefined;
  seq: number;
  book: Map<number, number>;
}

/** A client that keeps to the documented rule, and holds the node to what is documented. */
export class RuledClient {
  readonly connection: Connection;
  readonly role: 'service' | 'trial';
  readonly #node: BareNode;
  readonly #transport = { name: 'polling', writable: true };
  readonly #calls = new CallQueue(() => undefined);
  /** Rooms and feeds that it is in, by their mode. */
  readonly joined = new Map<string, Mode>();
  readonly places: Map<string, Place>;
  /** When the newest message of each feed was made. */
  readonly newest: Map<string, number>;
  /** Feeds that go on from where they were. */
  readonly #recovered = new Set<string>();
  isEnded = false;
  isStuck = false;
  #failure: unknown;

  /** @param before itself on another connection */
  constructor(node: BareNode, role: 'service' | 'trial', before?: RuledClient) {
    this.#node = node;
    this.role = role;
    this.places = before?.places ?? new Map();
    this.newest = before?.newest ?? new Map();
    const write = (packet: string) => {
      // As with polls: what was handed over keeps the transport busy for a while.
      this.isBusy = true;
      this.#take(JSON.parse(packet.slice(packet.indexOf('[')))[1]);
    };
    const conn = { transport: this.#transport, write, close: () => undefined };
    const socket = { id: 's', conn, disconnect: () => undefined } as unknown as Socket;
    this.connection = new Connection(socket, { identity: { ...identity, role }, encoding: 'json', address: '' });
    node.hub.add(this.connection);
  }

  set isBusy(isBusy: boolean) {
    this.#transport.writable = !isBusy;
  }

  /** Throws what went wrong in an answer. */
  check(): void {
    if (this.#failure) throw this.#failure;
  }

  #call(call: () => Promise<void>): void {
    this.#calls.run(() =>
      call().catch((error: unknown) => {
        this.#failure = error;
      }),
    );
  }

  subscribe(room: string, mode: Mode, isResuming: boolean): void {
    this.#call(() => {
      const place = this.places.get(room);
      const resume = isResuming && place?.epoch ? { resume: { epoch: place.epoch, seq: place.seq } } : {};
      const maxHz = mode === 'merge' ? { maxHz: 10 } : {};
      const newest = isResuming ? this.newest.get(room) : undefined;
      const since = newest === undefined ? {} : { since: newest };
      const request = { rooms: [{ room, mode, ...maxHz, ...resume, ...since }] };
      return this.#node.subscriptions.subscribe(this.connection, request, ({ results }) => {
        for (const result of results) this.#joined(result);
      });
    });
  }

  unsubscribe(room: string): void {
    const rooms = [room];
    this.#call(() =>
      this.#node.subscriptions.unsubscribe(this.connection, { rooms }, ({ results }) => {
        if (results[0]?.accepted) this.#forget(room);
      }),
    );
  }

  /** The mode in which it hears a room, by itself or by a feed. */
  modeOf(room: string): Mode | undefined {
    return this.joined.get(room) ?? this.joined.get(`${room.split(':')[0]}:*`);
  }

  #forget(room: string): void {
    this.joined.delete(room);
    this.newest.delete(room);
    this.#recovered.delete(room);
    const prefix = room.endsWith('*') ? room.slice(0, -1) : room;
    for (const name of this.places.keys()) if (name.startsWith(prefix)) this.places.delete(name);
  }

  #joined({ room = '', accepted, code, mode = 'raw', missed, snapshot, gap, recovered }: RoomResult): void {
    if (!accepted) {
      expect(code).toBe('COVERED');
      return;
    }
    if (room.endsWith('*')) {
      for (const name of this.joined.keys())
        if (name !== room && name.startsWith(room.slice(0, -1))) this.#forget(name);
      if (recovered) this.#recovered.add(room);
      else this.#forget(room);
    }
    this.joined.set(room, mode);
    const before = this.places.get(room);
    // Nobody said where it starts.
    if (!snapshot && !missed) this.places.delete(room);
    for (const message of missed ?? []) this.#judge(message);
    if (recovered === false && snapshot && before && before.epoch === snapshot.epoch && snapshot.seq > before.seq + 1)
      expect(gap).toMatchObject({ from: before.seq + 1, to: snapshot.seq - 1 });
    if (snapshot && !(before && before.epoch === snapshot.epoch && before.seq > snapshot.seq)) this.#place(snapshot);
  }

  #take(messages: ServerMessage[]): void {
    for (const message of messages) {
      if (message.type === 'heartbeat') continue;
      if (message.type === 'system') this.#end();
      else this.#judge(message);
    }
  }

  /** It is told of all that it does not get of raw rooms. */
  #end(): void {
    this.isEnded = true;
    for (const [room, mode] of this.joined) {
      const latest = this.#node.state.latestTick(room.split(':')[1] ?? '');
      const place = this.places.get(room);
      if (latest && place && mode === 'raw' && this.role === 'service')
        expect(place).toMatchObject({ epoch: latest.epoch, seq: latest.seq });
    }
  }

  #judge(message: ServerMessage): void {
    const { room, epoch, seq, prevSeq, type } = message;
    const mode = this.modeOf(room);
    const place = this.places.get(room);
    const feed = `${room.split(':')[0]}:*`;
    if (this.joined.has(feed)) this.newest.set(feed, Math.max(message.ts, this.newest.get(feed) ?? 0));
    const where = `${type} ${prevSeq}->${seq} of ${epoch} in ${room} (${mode}) at ${place?.seq} of ${place?.epoch}`;
    if (mode === undefined) throw new Error(`not in the room: ${where}`);
    if (place && place.epoch === epoch && seq <= place.seq) return;
    if (
      mode === 'raw' &&
      place &&
      place.epoch === epoch &&
      prevSeq === undefined &&
      seq > place.seq + 1 &&
      (this.#recovered.has(feed) || !this.joined.has(feed))
    )
      throw new Error(`nothing tells what lies between: ${where}`);
    const isLost = mode === 'merge' && this.#node.lost.has(`${room.split(':')[1]} ${epoch} ${prevSeq}`);
    if (place && place.epoch === epoch && prevSeq !== undefined && prevSeq > place.seq && !isLost)
      throw new Error(`something is missing: ${where}`);
    const made = (message.payload as { ts?: number }).ts ?? 0;
    if (this.role === 'trial' && made > Date.now() - DELAY_MS) throw new Error(`too early: ${where}`);
    if (type === 'delta') this.#change(message, where);
    else if (type !== 'gap') this.#place(message);
    else if (place && place.epoch === epoch) place.seq = seq;
    else this.places.set(room, { epoch, seq, book: new Map() });
  }

  #place({ room, epoch, seq, payload }: ServerMessage): void {
    const { bidPrices, bidVolumes } = payload as TickPayload;
    const book = new Map(bidPrices.map((price, index) => [price, bidVolumes[index] ?? 0]));
    this.places.set(room, { epoch, seq, book });
    this.#expectBook(room);
  }

  #change({ room, epoch, seq, prevSeq, payload }: ServerMessage, where: string): void {
    const place = this.places.get(room);
    if (!place || place.epoch !== epoch || place.seq !== prevSeq) throw new Error(`a change of nothing: ${where}`);
    for (const [price, volume] of (payload as DeltaPayload).bids)
      if (volume === 0) place.book.delete(price);
      else place.book.set(price, volume);
    place.seq = seq;
    this.#expectBook(room);
  }

  #expectBook(room: string): void {
    const { epoch = '', seq = 0, book = new Map() } = this.places.get(room) ?? {};
    const { bidPrices, bidVolumes } = truth(room.split(':')[1] ?? '', Number(epoch.slice(1)), seq);
    expect(new Map([...book].sort())).toEqual(
      new Map(bidPrices.map((price, index) => [price, bidVolumes[index] ?? 0] as const).sort()),
    );
  }
}
