import type { Position, ServerMessage, TickPayload } from '@quotefleet/contracts';
import { kindOf } from '@quotefleet/domain';
import { newTraceId } from '@quotefleet/service-kit';
import type { RealtimeEvents } from '../events.ts';
import type { Arrival, Latest, MarketState, Step } from '../rooms/market-state.ts';
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
import type { SnapshotLoader } from '../snapshots/snapshot-loader.ts';
import type { Universe } from '../universe/universe.ts';
import { deltaOf, depthOf } from './book-delta.ts';
import { splitGap } from './split-gap.ts';

const KINDS = ['tick', 'index', 'depth'] as const;
type TickRoom = Extract<Room, { symbol: string }> & { kind: (typeof KINDS)[number] };

interface TickRoomsContext {
  hub: RoomHub;
  state: MarketState;
  ring: ReplayRing<Arrival<TickPayload>>;
  universe: Universe;
  snapshots: SnapshotLoader;
  events: RealtimeEvents;
}

/** Rooms that are made of ticks: `tick:`, `index:` and, of the book that each carries, `depth:`. */
export class TickRooms implements RoomSource {
  readonly #context: TickRoomsContext;

  constructor(context: TickRoomsContext) {
    this.#context = context;
  }

  /** Takes a tick off the bus. */
  accept(event: Arrival<TickPayload>): void {
    const { state, ring, events, hub } = this.#context;
    const { symbol } = event.payload;
    const before = state.latestTick(symbol);
    const step = state.acceptTick(event);
    if (!step) {
      events.duplicateDropped();
      return;
    }
    ring.append(symbol, event, step);
    for (const kind of KINDS) {
      const name = `${kind}:${symbol}`;
      if (hub.hasListeners(name, `${kind}:*`) && hasRoom(symbol, kind))
        this.#publish({ kind, symbol, name }, event, step, before);
    }
  }

  require(room: Room): Promise<void> {
    return this.#context.universe.require(symbolOf(room));
  }

  async prepare(room: Room): Promise<void> {
    await this.#context.snapshots.loadTick(symbolOf(room));
  }

  snapshot(room: Room): ServerMessage | undefined {
    const latest = this.#context.state.latestTick(symbolOf(room));
    return latest && snapshotOf({ ...latest, room, ...content(room, latest.payload) });
  }

  *snapshots(feed: FeedRoom): Iterable<ServerMessage> {
    for (const { payload } of this.#context.state.ticks()) {
      const { symbol } = payload;
      if (!hasRoom(symbol, feed.of)) continue;
      const message = this.snapshot({ kind: feed.of as TickRoom['kind'], symbol, name: `${feed.of}:${symbol}` });
      if (message) yield message;
    }
  }

  feedFrom({ of }: FeedRoom, ts: number): FeedPast {
    const isWanted = ({ payload }: Arrival<TickPayload>) => hasRoom(payload.symbol, of);
    const kept = this.#context.ring.from(ts, { isWanted, max: FEED_MESSAGES_MAX });
    if (!Array.isArray(kept)) return kept;
    return kept.flatMap(({ value, step }) => {
      const { symbol } = value.payload;
      return updatesOf({ kind: of as TickRoom['kind'], symbol, name: `${of}:${symbol}` }, value, step).map(messageOf);
    });
  }

  since(room: Room, position: Position): ServerMessage[] | undefined {
    const { state, ring } = this.#context;
    const symbol = symbolOf(room);
    const latest = state.latestTick(symbol);
    if (latest && latest.epoch === position.epoch && latest.seq <= position.seq) return [];
    let { seq } = position;
    return ring.since(symbol, position)?.flatMap(({ value, step }) => {
      const updates = updatesOf(room, value, { ...step, prevSeq: seq });
      seq = step.seq;
      return updates.map(messageOf);
    });
  }

  async stored(room: Room, after: number, until: number): Promise<StoredUpdates> {
    const [before, between] = await this.#context.snapshots.ticksBetween(symbolOf(room), after, until);
    let last = before;
    const updates = between.flatMap((tick) => {
      const prevSeq = last?.epoch === tick.epoch ? last.seq : undefined;
      last = tick;
      return updatesOf(room, storedEvent(tick), { epoch: tick.epoch, seq: tick.seq, prevSeq });
    });
    const [start] = before ? updatesOf(room, storedEvent(before), { ...before, prevSeq: undefined }) : [];
    return { before: start, between: updates };
  }

  #publish(room: TickRoom, event: Arrival<TickPayload>, step: Step, before: Latest<TickPayload> | undefined): void {
    const updates = updatesOf(room, event, step);
    const last = updates.at(-1);
    // Upon a gap, a new epoch, or what not everybody in the room was sent, a change would have nothing to change.
    const base = updates.length === 1 && step.prevSeq !== undefined && !before?.isStored ? before : undefined;
    if (last && room.kind === 'depth' && base)
      last.raw = { type: 'delta', payload: deltaOf(base.payload, event.payload) };
    for (const update of updates) this.#context.hub.publish(update);
  }
}

/** A tick as its room sends it, behind the gap before it where there is one. */
function updatesOf(room: Room, { payload, traceId, ts }: Arrival<TickPayload>, step: Step): Update[] {
  const { gap, next } = splitGap(step);
  const update: Update = { room, ...content(room, payload), traceId, ts, ...next };
  return gap ? [{ room, type: 'gap', payload: gap.payload, traceId, ts, ...gap.step }, update] : [update];
}

/** All symbols have ticks and books, of which the feed `index:*` is but a part. */
function hasRoom(symbol: string, kind: FeedRoom['of']): boolean {
  return kind !== 'index' || kindOf(symbol) === 'index';
}

function storedEvent(payload: TickPayload): Arrival<TickPayload> {
  return { payload, traceId: newTraceId(), ts: payload.receivedTs };
}

function content(room: Room, tick: TickPayload): Pick<Update, 'type' | 'payload'> {
  if (room.kind === 'depth') return { type: 'depth', payload: depthOf(tick) };
  return { type: room.kind === 'index' ? 'index' : 'tick', payload: tick };
}

function symbolOf(room: Room): string {
  return (room as TickRoom).symbol;
}
