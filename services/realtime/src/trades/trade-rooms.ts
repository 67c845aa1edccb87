import type { Position, ServerMessage, TradePayload } from '@quotefleet/contracts';
import { newTraceId } from '@quotefleet/service-kit';
import { LoadOnce } from '../made-rooms/load-once.ts';
import type { Arrival, Step } from '../rooms/market-state.ts';
import type { ReplayRing } from '../rooms/replay-ring.ts';
import type { FeedRoom, Room } from '../rooms/room-name.ts';
import {
  FEED_MESSAGES_MAX,
  type FeedPast,
  type RoomSource,
  type StoredUpdates,
  type Update,
} from '../rooms/room-source.ts';
import { messageOf, snapshotOf } from '../rooms/update-message.ts';
import { TradeState } from './trade-state.ts';

interface TradeRoomsContext {
  ring: ReplayRing<Arrival<TradePayload>>;
  universe: { require(symbol: string): Promise<void> };
  /** Asks market-data for the last trade of a symbol. */
  load: (symbol: string) => Promise<TradePayload | undefined>;
  /** The same for all trades after one moment until another, and the last before. */
  loadBetween: (
    symbol: string,
    range: { after: number; until: number },
  ) => Promise<{ before: TradePayload | undefined; between: TradePayload[] }>;
  publish: (update: Update) => void;
  onDuplicate: () => void;
  onLoadFailed: (room: string, error: unknown) => void;
}

/** Rooms of single trades: `trade:SYMBOL`. Exchanges number trades by any steps, so that a step over some is no gap. */
export class TradeRooms implements RoomSource {
  readonly #context: TradeRoomsContext;
  readonly #state = new TradeState();
  readonly #loads: LoadOnce;

  constructor(context: TradeRoomsContext) {
    this.#context = context;
    this.#loads = new LoadOnce(context.onLoadFailed);
  }

  /** Takes a trade off the bus. */
  accept(event: Arrival<TradePayload>): void {
    const step = this.#state.accept(event);
    if (!step) {
      this.#context.onDuplicate();
      return;
    }
    const { symbol } = event.payload;
    this.#context.ring.append(symbol, event, step);
    this.#context.publish(updateOf({ kind: 'trade', symbol, name: `trade:${symbol}` }, event, step));
  }

  require(room: Room): Promise<void> {
    return this.#context.universe.require(symbolOf(room));
  }

  async prepare(room: Room): Promise<void> {
    const symbol = symbolOf(room);
    if (this.#state.latest(symbol)) return;
    await this.#loads.run(room.name, async () => {
      const payload = await this.#context.load(symbol);
      if (payload) this.#state.seed({ payload, traceId: newTraceId(), ts: payload.ts });
    });
  }

  snapshot(room: Room): ServerMessage | undefined {
    const latest = this.#state.latest(symbolOf(room));
    return latest && snapshotOf({ ...latest, room, type: 'trade' });
  }

  *snapshots(_feed: FeedRoom): Iterable<ServerMessage> {
    for (const latest of this.#state.values()) {
      const { symbol } = latest.payload;
      yield snapshotOf({ ...latest, room: { kind: 'trade', symbol, name: `trade:${symbol}` }, type: 'trade' });
    }
  }

  feedFrom(_feed: FeedRoom, ts: number): FeedPast {
    const kept = this.#context.ring.from(ts, { isWanted: () => true, max: FEED_MESSAGES_MAX });
    if (!Array.isArray(kept)) return kept;
    return kept.map(({ value, step }) => {
      const { symbol } = value.payload;
      return messageOf(updateOf({ kind: 'trade', symbol, name: `trade:${symbol}` }, value, step));
    });
  }

  since(room: Room, position: Position): ServerMessage[] | undefined {
    const symbol = symbolOf(room);
    const latest = this.#state.latest(symbol);
    if (latest?.epoch === position.epoch && latest.seq <= position.seq) return [];
    let prevSeq = position.seq;
    return this.#context.ring.since(symbol, position)?.map(({ value, step }) => {
      const message = messageOf(updateOf(room, value, { ...step, prevSeq }));
      prevSeq = step.seq;
      return message;
    });
  }

  async stored(room: Room, after: number, until: number): Promise<StoredUpdates> {
    const stored = await this.#context.loadBetween(symbolOf(room), { after, until });
    // What was handed in after a later trade was not sent: what came of the others is what the same rule makes of them.
    const sent = new TradeState();
    const updates = [stored.before, ...stored.between].flatMap((payload) => {
      if (!payload) return [];
      const event = { payload, traceId: newTraceId(), ts: payload.ts };
      const step = sent.accept(event);
      return step ? [updateOf(room, event, step)] : [];
    });
    return { before: stored.before && updates[0], between: stored.before ? updates.slice(1) : updates };
  }
}

function updateOf(room: Room, { payload, traceId, ts }: Arrival<TradePayload>, step: Step): Update {
  return { room, type: 'trade', payload, traceId, ts, ...step };
}

function symbolOf(room: Room): string {
  if (room.kind !== 'trade') throw new TypeError(`expected a room of trades, was ${room.name}`);
  return room.symbol;
}
