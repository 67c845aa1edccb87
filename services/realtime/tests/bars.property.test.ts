import { afterEach, beforeEach, describe, it, jest } from '@jest/globals';
import { createAccess, DEFAULT_POLICY } from '@quotefleet/access';
import type { BarPayload, Mode, RoomResult, ServerMessage } from '@quotefleet/contracts';
import fc from 'fast-check';
import type { Socket } from 'socket.io';
import { BarRooms } from '../src/bars/bar-rooms.ts';
import { Connection } from '../src/connections/connection.ts';
import { DelayLines } from '../src/delay/delay-lines.ts';
import type { RealtimeEvents } from '../src/events.ts';
import { CallQueue } from '../src/market-namespace/call-limits.ts';
import { Subscriptions } from '../src/market-namespace/subscriptions.ts';
import { type Arrival, MarketState } from '../src/rooms/market-state.ts';
import { ReplayRing } from '../src/rooms/replay-ring.ts';
import { RoomHub } from '../src/rooms/room-hub.ts';
import { RoomSources } from '../src/rooms/room-sources.ts';
import type { SnapshotLoader } from '../src/snapshots/snapshot-loader.ts';
import type { Universe } from '../src/universe/universe.ts';
import { barOf } from './payloads.ts';

const SYMBOL = '600519.SH';
const ROOM = `bar:${SYMBOL}:1m`;
const MINUTE_MS = 60_000;
const BEGIN_MS = 1_763_683_200_000;
const CLIENTS = 2;
const access = await createAccess(DEFAULT_POLICY);
const noEvents = new Proxy({}, { get: () => () => undefined }) as RealtimeEvents;
const identity = { subject: 's', client: 'k', role: 'user', scopes: ['read' as const] };

/** A node without network that has one room of bars. */
class BarNode {
  readonly hub = new RoomHub(noEvents);
  readonly subscriptions: Subscriptions;
  /** What each minute has come to, by when it ends. */
  readonly truth = new Map<number, number>();
  readonly #bars: BarRooms;
  #minute = 0;
  #volume = 0;
  #seq = 1;
  #epoch = 1;
  #last: Arrival<BarPayload> | undefined;

  constructor(capacity: number) {
    const snapshots = { loadBar: async () => undefined } as unknown as SnapshotLoader;
    const universe = { require: async () => undefined } as unknown as Universe;
    const ring = new ReplayRing<Arrival<BarPayload>>(capacity);
    const { hub } = this;
    this.#bars = new BarRooms({ hub, state: new MarketState(), ring, universe, snapshots, events: noEvents });
    const bar = this.#bars;
    const other = { tick: bar, index: bar, depth: bar, trade: bar, board: bar, movers: bar, system: bar, user: bar };
    const delay = new DelayLines({ hub, events: noEvents, now: () => performance.now() });
    const sources = new RoomSources({ ...other, bar }, delay);
    hub.listen(sources);
    this.subscriptions = new Subscriptions({ hub, sources, policy: { current: () => access }, events: noEvents });
  }

  /** The present minute goes on. */
  grow(): void {
    this.#seq += 1;
    this.#publish(this.#minute, false);
  }

  /** It ends, at the sequence of its last state, and another begins. */
  end(): void {
    this.#publish(this.#minute, true);
    this.#minute += 1;
    this.grow();
  }

  amend(back: number, isOfNewSeq: boolean): void {
    if (back > this.#minute) return;
    if (isOfNewSeq) this.#seq += 1;
    this.#publish(this.#minute - back, true);
  }

  repeat(): void {
    if (this.#last) this.#bars.accept(this.#last);
  }

  startAnew(): void {
    this.#epoch += 1;
    this.#seq = 0;
  }

  #publish(minute: number, final: boolean): void {
    this.#volume += 1;
    const ts = BEGIN_MS + minute * MINUTE_MS;
    const payload = barOf(SYMBOL, this.#seq, { ts, final, volume: this.#volume, epoch: `e${this.#epoch}` });
    this.truth.set(ts, this.#volume);
    this.#last = { payload, traceId: 't', ts: Date.now() };
    this.#bars.accept(this.#last);
  }
}

/** A client that takes bars as documented, and is owed every one that changed since it came. */
class BarClient {
  readonly connection: Connection;
  readonly #node: BarNode;
  readonly #transport = { name: 'polling', writable: true };
  readonly #calls = new CallQueue(() => undefined);
  mode: Mode | undefined;
  #place: { epoch: string | undefined; seq: number } | undefined;
  /** What it has of each minute. */
  #has = new Map<number, number>();
  /** What the minutes were when it came: those that are so still are not owed to it. */
  #before = new Map<number, number>();
  isStuck = false;
  #failure: unknown;

  constructor(node: BarNode, before?: BarClient) {
    this.#node = node;
    if (before) {
      this.#place = before.#place;
      this.#has = before.#has;
      this.#before = before.#before;
    }
    const write = (packet: string) => {
      this.isBusy = true;
      for (const message of JSON.parse(packet.slice(packet.indexOf('[')))[1] as ServerMessage[]) this.#take(message);
    };
    const conn = { transport: this.#transport, write, close: () => undefined };
    const socket = { id: 's', conn, disconnect: () => undefined } as unknown as Socket;
    this.connection = new Connection(socket, { identity, encoding: 'json', address: '' });
    node.hub.add(this.connection);
  }

  set isBusy(isBusy: boolean) {
    this.#transport.writable = !isBusy;
  }

  subscribe(mode: Mode, isResuming: boolean): void {
    this.#call(() => {
      const { epoch, seq } = this.#place ?? {};
      const resume = isResuming && epoch !== undefined && seq !== undefined ? { resume: { epoch, seq } } : {};
      const maxHz = mode === 'merge' ? { maxHz: 1 } : {};
      const request = { rooms: [{ room: ROOM, mode, ...maxHz, ...resume }] };
      return this.#node.subscriptions.subscribe(this.connection, request, ({ results: [result] }) => {
        if (result) this.#joined(result, mode);
      });
    });
  }

  unsubscribe(): void {
    this.#call(() =>
      this.#node.subscriptions.unsubscribe(this.connection, { rooms: [ROOM] }, () => {
        this.mode = undefined;
        this.#place = undefined;
      }),
    );
  }

  check(): void {
    if (this.#failure) throw this.#failure;
  }

  checkAll(): void {
    this.check();
    if (this.mode === undefined || this.connection.isClosing) return;
    for (const [ts, volume] of this.#node.truth) {
      if (this.#before.get(ts) === volume || this.#has.get(ts) === volume) continue;
      const minute = (ts - BEGIN_MS) / MINUTE_MS;
      throw new Error(`${this.mode}: has ${this.#has.get(ts)} of minute ${minute}, which came to ${volume}`);
    }
  }

  #call(call: () => Promise<void>): void {
    this.#calls.run(() =>
      call().catch((error: unknown) => {
        this.#failure = error;
      }),
    );
  }

  #joined({ accepted, recovered, missed = [], gap, snapshot }: RoomResult, mode: Mode): void {
    if (!accepted) throw new Error('it was refused');
    // In the room before by this very connection, or with nothing between that was not given or told.
    const isGoingOn = this.mode !== undefined || recovered === true || (recovered === false && !gap);
    if (!isGoingOn || gap) {
      this.#has.clear();
      this.#before = new Map(this.#node.truth);
    }
    this.mode = mode;
    // From where it was when it asked: it may have had more since.
    for (const message of missed) this.#take(message, true);
    if (snapshot) this.#place = undefined;
    if (snapshot) this.#take(snapshot);
  }

  #take({ type, epoch, seq, prevSeq, payload }: ServerMessage, isAgain = false): void {
    if (type !== 'bar') return;
    const place = this.#place;
    const where = `${prevSeq}->${seq} of ${epoch} (${this.mode}) at ${place?.seq} of ${place?.epoch}`;
    if (place && place.epoch === epoch && seq < place.seq && !isAgain) throw new Error(`back again: ${where}`);
    if (place && place.epoch === epoch && (prevSeq ?? 0) > place.seq) throw new Error(`something is missing: ${where}`);
    this.#place = { epoch, seq };
    const { ts, volume } = payload as BarPayload;
    if (volume < (this.#has.get(ts) ?? 0) && !isAgain) throw new Error(`an older state of a bar: ${where}`);
    this.#has.set(ts, volume);
  }
}

const client = fc.nat({ max: CLIENTS - 1 });
const mode = fc.constantFrom('raw' as const, 'merge' as const);
const of = <K extends string, T extends object>(kind: K, parts: { [P in keyof T]: fc.Arbitrary<T[P]> }) =>
  fc.record<T>(parts).map((values) => ({ ...values, kind }));
const operation = fc.oneof(
  { weight: 5, arbitrary: of('grow', {}) },
  { weight: 3, arbitrary: of('end', {}) },
  { weight: 2, arbitrary: of('amend', { back: fc.integer({ min: 1, max: 4 }), isOfNewSeq: fc.boolean() }) },
  { weight: 1, arbitrary: of('repeat', {}) },
  { weight: 1, arbitrary: of('epoch', {}) },
  { weight: 5, arbitrary: of('flush', { ms: fc.constantFrom(0, 50, 300, 1500) }) },
  { weight: 2, arbitrary: of('busy', { client, isStuck: fc.boolean() }) },
  { weight: 4, arbitrary: of('subscribe', { client, mode, isResuming: fc.boolean() }) },
  { weight: 1, arbitrary: of('unsubscribe', { client }) },
  { weight: 2, arbitrary: of('again', { client }) },
);
const breath = () => new Promise((resolve) => setImmediate(resolve));

describe('what clients of a room of bars are sent', () => {
  let now = 0;
  beforeEach(() => {
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    jest.spyOn(Date, 'now').mockImplementation(() => BEGIN_MS + now);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('has all that bars came to since they were there, or tells of a gap, whatever they do', async () => {
    const property = fc.asyncProperty(
      fc.array(operation, { minLength: 5, maxLength: 60 }),
      fc.integer({ min: 1, max: 30 }),
      async (operations, capacity) => {
        now = 0;
        const node = new BarNode(capacity);
        const clients = Array.from({ length: CLIENTS }, () => new BarClient(node));
        for (const one of operations) {
          const who = 'client' in one ? clients[one.client] : undefined;
          if (one.kind === 'grow') node.grow();
          if (one.kind === 'end') node.end();
          if (one.kind === 'amend') node.amend(one.back, one.isOfNewSeq);
          if (one.kind === 'repeat') node.repeat();
          if (one.kind === 'epoch') node.startAnew();
          if (one.kind === 'flush') {
            now += one.ms;
            for (const each of clients) if (!each.isStuck) each.isBusy = false;
            node.hub.flush();
          }
          if (one.kind === 'busy' && who) who.isStuck = one.isStuck;
          if (one.kind === 'subscribe') who?.subscribe(one.mode, one.isResuming);
          if (one.kind === 'unsubscribe') who?.unsubscribe();
          if (one.kind === 'again' && who) {
            node.hub.remove(who.connection);
            const next = new BarClient(node, who);
            clients[one.client] = next;
            if (who.mode) next.subscribe(who.mode, true);
          }
          await breath();
          for (const each of clients) each.check();
        }
        for (let flushes = 0; flushes < 4; flushes++) {
          now += 1500;
          for (const each of clients) each.isBusy = false;
          node.hub.flush();
          await breath();
        }
        for (const each of clients) each.checkAll();
      },
    );
    await fc.assert(property, { numRuns: 600 });
  }, 120_000);
});
