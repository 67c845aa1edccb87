import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createAccess, DEFAULT_POLICY } from '@quotefleet/access';
import type { DeltaPayload, RoomResult, ServerMessage, TickPayload } from '@quotefleet/contracts';
import fc from 'fast-check';
import type { Socket } from 'socket.io';
import { Connection } from '../src/connections/connection.ts';
import type { RealtimeEvents } from '../src/events.ts';
import { CallQueue } from '../src/market-namespace/call-limits.ts';
import { Subscriptions } from '../src/market-namespace/subscriptions.ts';
import { MarketState } from '../src/rooms/market-state.ts';
import { ReplayRing } from '../src/rooms/replay-ring.ts';
import { RoomHub } from '../src/rooms/room-hub.ts';
import type { FeedRoom } from '../src/rooms/room-name.ts';
import type { RoomSources } from '../src/rooms/room-sources.ts';
import type { SnapshotLoader } from '../src/snapshots/snapshot-loader.ts';
import { TickRooms } from '../src/ticks/tick-rooms.ts';
import type { Universe } from '../src/universe/universe.ts';
import { tickOf } from './payloads.ts';

const SYMBOLS = ['600519.SH', '000001.SZ'];
const ROOMS = SYMBOLS.flatMap((symbol) => [`tick:${symbol}`, `depth:${symbol}`]);
const CLIENTS = 3;
const access = await createAccess(DEFAULT_POLICY);
const identity = { subject: 's', client: 'k', role: 'service', scopes: ['read' as const] };
const noEvents = new Proxy({}, { get: () => () => undefined }) as RealtimeEvents;

/** The tick of a place in a sequence, and thus the book that belongs there. */
function truth(symbol: string, epoch: number, seq: number): TickPayload {
  const hash = (seq * 7919 + epoch * 104_729) >>> 0;
  const bidPrices = [10, 9, 8, 7].filter((_, index) => (hash >> index) & 1);
  const bidVolumes = bidPrices.map((price) => 100 * (1 + (hash % (price + 3))));
  return tickOf(symbol, seq, { epoch: `e${epoch}`, bidPrices, bidVolumes });
}

/** A node without network: what the bus brings goes in, what clients are sent comes out. */
class Node {
  readonly hub = new RoomHub(noEvents);
  readonly state = new MarketState();
  readonly stored = new Map<string, TickPayload>();
  /** What it never had. */
  readonly lost = new Set<string>();
  readonly subscriptions: Subscriptions;
  readonly #ticks: TickRooms;

  constructor(capacity: number) {
    const { hub, state } = this;
    const loadTick = async (symbol: string) => {
      const payload = this.stored.get(symbol);
      if (payload) state.seedTick({ payload, traceId: 't', ts: 1 });
    };
    const snapshots = { loadTick } as unknown as SnapshotLoader;
    const universe = { require: async () => undefined } as unknown as Universe;
    const ring = new ReplayRing<{ payload: TickPayload; traceId: string; ts: number }>(capacity);
    const ticks = new TickRooms({ hub, state, ring, universe, snapshots, events: noEvents });
    this.#ticks = ticks;
    const sources = {
      of: () => ticks,
      snapshotsOf: (feed: FeedRoom) => ticks.snapshots(feed),
      feedFrom: () => undefined,
    } as unknown as RoomSources;
    this.subscriptions = new Subscriptions({ hub, sources, policy: { current: () => access }, events: noEvents });
  }

  accept(payload: TickPayload): void {
    this.#ticks.accept({ payload, traceId: 't', ts: 1 });
  }
}

interface Place {
  epoch: string | undefined;
  seq: number;
  book: Map<number, number>;
}

/** A client that keeps to the documented rule, and holds the node to what is documented. */
class Client {
  readonly connection: Connection;
  readonly #node: Node;
  readonly #transport = { name: 'polling', writable: true };
  readonly #calls = new CallQueue(() => undefined);
  /** Rooms and feeds that it is in, by their mode. */
  readonly joined = new Map<string, string>();
  readonly places: Map<string, Place>;
  isEnded = false;
  isStuck = false;
  #failure: unknown;

  /** @param places where it was on another connection */
  constructor(node: Node, places = new Map<string, Place>()) {
    this.#node = node;
    this.places = places;
    const write = (packet: string) => {
      // As with polls: what was handed over keeps the transport busy for a while.
      this.isBusy = true;
      this.#take(JSON.parse(packet.slice(packet.indexOf('[')))[1]);
    };
    const conn = { transport: this.#transport, write, close: () => undefined };
    const socket = { id: 's', conn, disconnect: () => undefined } as unknown as Socket;
    this.connection = new Connection(socket, { identity, encoding: 'json', address: '' });
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

  subscribe(room: string, mode: 'raw' | 'merge', isResuming: boolean): void {
    this.#call(() => {
      const place = this.places.get(room);
      const resume = isResuming && place?.epoch ? { resume: { epoch: place.epoch, seq: place.seq } } : {};
      const maxHz = mode === 'merge' ? { maxHz: 10 } : {};
      const request = { rooms: [{ room, mode, ...maxHz, ...resume }] };
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
  modeOf(room: string): string | undefined {
    return this.joined.get(room) ?? this.joined.get(`${room.split(':')[0]}:*`);
  }

  #forget(room: string): void {
    this.joined.delete(room);
    const prefix = room.endsWith('*') ? room.slice(0, -1) : room;
    for (const name of this.places.keys()) if (name.startsWith(prefix)) this.places.delete(name);
  }

  #joined({ room = '', accepted, code, mode = '', missed, snapshot, gap, recovered }: RoomResult): void {
    if (!accepted) {
      expect(code).toBe('COVERED');
      return;
    }
    if (room.endsWith('*'))
      for (const name of this.joined.keys()) if (name.startsWith(room.slice(0, -1))) this.#forget(name);
    this.joined.set(room, mode);
    const before = this.places.get(room);
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
      if (latest && place && mode === 'raw') expect(place).toMatchObject({ epoch: latest.epoch, seq: latest.seq });
    }
  }

  #judge(message: ServerMessage): void {
    const { room, epoch, seq, prevSeq, type } = message;
    const mode = this.modeOf(room);
    const place = this.places.get(room);
    const where = `${type} ${prevSeq}->${seq} of ${epoch} in ${room} (${mode}) at ${place?.seq} of ${place?.epoch}`;
    if (mode === undefined) throw new Error(`not in the room: ${where}`);
    if (place && place.epoch === epoch && seq <= place.seq) return;
    if (
      mode === 'raw' &&
      place &&
      place.epoch === epoch &&
      prevSeq === undefined &&
      !this.joined.has(`${room.split(':')[0]}:*`)
    )
      throw new Error(`nothing tells what lies between: ${where}`);
    const isLost = mode === 'merge' && this.#node.lost.has(`${room.split(':')[1]} ${epoch} ${prevSeq}`);
    if (place && place.epoch === epoch && prevSeq !== undefined && prevSeq > place.seq && !isLost)
      throw new Error(`something is missing: ${where}`);
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

const client = fc.nat({ max: CLIENTS - 1 });
const symbol = fc.constantFrom(...SYMBOLS);
const operation = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('tick' as const), symbol, count: fc.integer({ min: 1, max: 3 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('lose' as const), symbol }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('epoch' as const), symbol }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('store' as const), symbol }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('flush' as const), ms: fc.constantFrom(0, 50, 100, 1500) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('busy' as const), client, isBusy: fc.boolean() }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('subscribe' as const),
      client,
      room: fc.constantFrom(...ROOMS, ...ROOMS, 'tick:*', 'depth:*'),
      mode: fc.constantFrom('raw' as const, 'merge' as const),
      isResuming: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('unsubscribe' as const),
      client,
      room: fc.constantFrom(...ROOMS, 'tick:*', 'depth:*'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('again' as const), client }) },
);

const breath = () => new Promise((resolve) => setImmediate(resolve));

describe('what clients of rooms are sent', () => {
  let now = 0;
  beforeEach(() => {
    jest.spyOn(performance, 'now').mockImplementation(() => now);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('lacks nothing, repeats nothing and ends where the market is, whatever they and their networks do', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(operation, { minLength: 5, maxLength: 60 }),
        fc.integer({ min: 2, max: 30 }),
        async (operations, capacity) => {
          now = 0;
          const node = new Node(capacity);
          const clients = Array.from({ length: CLIENTS }, () => new Client(node));
          const heads = new Map(SYMBOLS.map((name) => [name, { epoch: 1, seq: 4 }]));
          const headOf = (name: string) => heads.get(name) as { epoch: number; seq: number };
          for (const one of operations) {
            const who = 'client' in one ? clients[one.client] : undefined;
            if (one.kind === 'tick')
              for (let count = 0; count < one.count; count++) {
                const head = headOf(one.symbol);
                head.seq += 1;
                node.accept(truth(one.symbol, head.epoch, head.seq));
              }
            if (one.kind === 'lose') {
              const head = headOf(one.symbol);
              head.seq += 1;
              node.lost.add(`${one.symbol} e${head.epoch} ${head.seq}`);
            }
            if (one.kind === 'epoch') heads.set(one.symbol, { epoch: headOf(one.symbol).epoch + 1, seq: 0 });
            if (one.kind === 'store' && headOf(one.symbol).seq > 0)
              node.stored.set(one.symbol, truth(one.symbol, headOf(one.symbol).epoch, headOf(one.symbol).seq));
            if (one.kind === 'flush') {
              now += one.ms;
              for (const client of clients) if (!client.isStuck) client.isBusy = false;
              node.hub.flush();
            }
            if (one.kind === 'busy' && who) who.isStuck = one.isBusy;
            if (one.kind === 'subscribe') who?.subscribe(one.room, one.mode, one.isResuming);
            if (one.kind === 'unsubscribe') who?.unsubscribe(one.room);
            if (one.kind === 'again' && who) {
              node.hub.remove(who.connection);
              const next = new Client(node, who.places);
              clients[one.client] = next;
              for (const [room, mode] of who.joined) next.subscribe(room, mode as 'raw', true);
            }
            await breath();
            for (const one of clients) one.check();
          }
          for (let flushes = 0; flushes < 3; flushes++) {
            now += 200;
            for (const one of clients) one.isBusy = false;
            node.hub.flush();
            await breath();
          }
          for (const one of clients) one.check();
          for (const { isEnded, joined, places } of clients)
            for (const name of isEnded ? [] : joined.keys()) {
              const latest = node.state.latestTick(name.split(':')[1] ?? '');
              if (latest && places.has(name))
                expect(places.get(name)).toMatchObject({ epoch: latest.epoch, seq: latest.seq });
            }
        },
      ),
      { numRuns: 500 },
    );
  }, 120_000);
});
