import type { BarPayload, Position, ServerMessage } from '@quotefleet/contracts';
import type { Period } from '@quotefleet/domain';
import { newTraceId } from '@quotefleet/service-kit';
import type { RealtimeEvents } from '../events.ts';
import type { Arrival, MarketState, Step } from '../rooms/market-state.ts';
import type { ReplayRing } from '../rooms/replay-ring.ts';
import type { RoomHub } from '../rooms/room-hub.ts';
import type { FeedRoom, Room } from '../rooms/room-name.ts';
import {
  FEED_MESSAGES_MAX,
  type FeedPast,
  type RoomSource,
  type StoredUpdates,
  type Update,
} from '../rooms/room-source.ts';
import { messageOf, snapshotOf } from '../rooms/update-message.ts';
import { barEnd, type SnapshotLoader } from '../snapshots/snapshot-loader.ts';
import type { Universe } from '../universe/universe.ts';

type BarRoom = Extract<Room, { kind: 'bar' }>;

interface BarRoomsContext {
  hub: RoomHub;
  state: MarketState;
  ring: ReplayRing<Arrival<BarPayload>>;
  universe: Universe;
  snapshots: SnapshotLoader;
  events: RealtimeEvents;
}

/** Rooms of the bars that come off the bus: of a minute and of a day. */
export class BarRooms implements RoomSource {
  readonly #context: BarRoomsContext;

  constructor(context: BarRoomsContext) {
    this.#context = context;
  }

  /** Takes a bar off the bus; undefined for one that was delivered before. */
  accept(event: Arrival<BarPayload>): Step | undefined {
    const { state, ring, events, hub } = this.#context;
    const step = state.acceptBar(event);
    if (!step) {
      events.duplicateDropped();
      return undefined;
    }
    const { symbol, period } = event.payload;
    const name = `bar:${symbol}:${period}`;
    ring.append(name, event, step);
    if (hub.hasListeners(name, `bar:*:${period}`))
      hub.publish(updateOf({ kind: 'bar', symbol, period, name }, event, step));
    return step;
  }

  /** What the bus brought of the bars of a symbol lately, oldest first. */
  recent(symbol: string, period: Period): BarPayload[] {
    return this.#context.ring.recent(`bar:${symbol}:${period}`).map(({ payload }) => payload);
  }

  require(room: Room): Promise<void> {
    return this.#context.universe.require(barRoom(room).symbol);
  }

  async prepare(room: Room): Promise<void> {
    const { symbol, period } = barRoom(room);
    await this.#context.snapshots.loadBar(symbol, period);
  }

  snapshot(room: Room): ServerMessage | undefined {
    const { symbol, period } = barRoom(room);
    const latest = this.#context.state.latestBar(symbol, period);
    return latest && snapshotOf({ ...latest, room, type: 'bar' });
  }

  *snapshots(feed: FeedRoom): Iterable<ServerMessage> {
    for (const latest of this.#context.state.bars(periodOf(feed)))
      yield snapshotOf({ ...latest, room: roomOf(latest.payload), type: 'bar' });
  }

  feedFrom(feed: FeedRoom, ts: number): FeedPast {
    const period = periodOf(feed);
    const isWanted = ({ payload }: Arrival<BarPayload>) => payload.period === period;
    const kept = this.#context.ring.from(ts, { isWanted, max: FEED_MESSAGES_MAX });
    if (!Array.isArray(kept)) return kept;
    return kept.map(({ value, step }) => messageOf(updateOf(roomOf(value.payload), value, step)));
  }

  /**
   * Several states of a bar may carry one sequence, so that the last one a client had may come again: a bar says how
   * things are, not what was added.
   */
  since(room: Room, { epoch, seq }: Position): ServerMessage[] | undefined {
    const { state, ring } = this.#context;
    const { symbol, period } = barRoom(room);
    const latest = state.latestBar(symbol, period);
    const kept = ring.since(room.name, { epoch, seq }, true);
    if (!kept) return latest?.epoch === epoch && latest.seq < seq ? [] : undefined;
    return kept
      .filter(({ value, step }) => step.seq > seq || value.payload.final)
      .map(({ value, step }) => messageOf(updateOf(barRoom(room), value, step)));
  }

  async stored(room: Room, after: number, until: number): Promise<StoredUpdates> {
    const [before, between] = await this.#context.snapshots.barsBetween(barRoom(room), after, until);
    const asUpdate = (payload: BarPayload): Update => {
      const step = { epoch: payload.epoch, seq: payload.seq, prevSeq: undefined };
      return updateOf(barRoom(room), { payload, traceId: newTraceId(), ts: barEnd(payload) }, step);
    };
    return { before: before && asUpdate(before), between: between.map(asUpdate) };
  }
}

function periodOf(feed: FeedRoom): string {
  return feed.name.split(':').at(-1) ?? '';
}

function roomOf({ symbol, period }: BarPayload): BarRoom {
  return { kind: 'bar', symbol, period, name: `bar:${symbol}:${period}` };
}

function updateOf(room: BarRoom, { payload, traceId, ts }: Arrival<BarPayload>, step: Step): Update {
  return { room, type: 'bar', payload, traceId, ts, ...step };
}

function barRoom(room: Room): BarRoom {
  return room as BarRoom;
}
