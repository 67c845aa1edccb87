import { describe, expect, it, jest } from '@jest/globals';
import type { TickPayload } from '@quotefleet/contracts';
import { tickOf } from '../../tests/payloads.ts';
import type { RealtimeEvents } from '../events.ts';
import { type Arrival, MarketState } from '../rooms/market-state.ts';
import { ReplayRing } from '../rooms/replay-ring.ts';
import type { RoomHub } from '../rooms/room-hub.ts';
import { type FeedRoom, parseRoom } from '../rooms/room-name.ts';
import { FEED_MESSAGES_MAX } from '../rooms/room-source.ts';
import type { SnapshotLoader } from '../snapshots/snapshot-loader.ts';
import type { Universe } from '../universe/universe.ts';
import { TickRooms } from './tick-rooms.ts';

const FEED = parseRoom('tick:*') as FeedRoom;

describe('TickRooms', () => {
  it('give a feed from a moment on what it may be given, and build nothing of what is more', () => {
    const ring = new ReplayRing<Arrival<TickPayload>>(FEED_MESSAGES_MAX * 2);
    const hub = { hasListeners: () => false } as unknown as RoomHub;
    const unused = { universe: {} as Universe, snapshots: {} as SnapshotLoader, events: {} as RealtimeEvents };
    const rooms = new TickRooms({ ring, hub, state: new MarketState(), ...unused });
    const accept = (seq: number) => rooms.accept({ payload: tickOf('600519.SH', seq), traceId: 't', ts: 10_000 + seq });
    for (let seq = 1; seq <= FEED_MESSAGES_MAX; seq++) accept(seq);
    expect(rooms.feedFrom(FEED, 10_001)).toHaveLength(FEED_MESSAGES_MAX);
    expect(rooms.feedFrom(parseRoom('index:*') as FeedRoom, 10_001)).toEqual([]);
    accept(FEED_MESSAGES_MAX + 1);
    const build = jest.spyOn(Array.prototype, 'flatMap');
    expect(rooms.feedFrom(FEED, 10_001)).toBe('overflow');
    expect(build).not.toHaveBeenCalled();
    build.mockRestore();
    expect(rooms.feedFrom(FEED, 1)).toBe('retention');
  });
});
