import { createAccess, DEFAULT_POLICY } from '@quotefleet/access';
import type { TickPayload } from '@quotefleet/contracts';
import type { RealtimeEvents } from '../src/events.ts';
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

const access = await createAccess(DEFAULT_POLICY);
const noEvents = new Proxy({}, { get: () => () => undefined }) as RealtimeEvents;

/** The tick of a place in a sequence, and thus the book that belongs there. */
export function truth(symbol: string, epoch: number, seq: number): TickPayload {
  const hash = (seq * 7919 + epoch * 104_729) >>> 0;
  const bidPrices = [10, 9, 8, 7].filter((_, index) => (hash >> index) & 1);
  const bidVolumes = bidPrices.map((price) => 100 * (1 + (hash % (price + 3))));
  return tickOf(symbol, seq, { epoch: `e${epoch}`, bidPrices, bidVolumes });
}

/** A node without network: what the bus brings goes in, what clients are sent comes out. */
export class BareNode {
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
