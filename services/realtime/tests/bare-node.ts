import { createAccess, DEFAULT_POLICY } from '@quotefleet/access';
import type { TickPayload } from '@quotefleet/contracts';
import { DelayLines } from '../src/delay/delay-lines.ts';
import type { RealtimeEvents } from '../src/events.ts';
import { Subscriptions } from '../src/market-namespace/subscriptions.ts';
import { MarketState } from '../src/rooms/market-state.ts';
import { ReplayRing } from '../src/rooms/replay-ring.ts';
import { RoomHub } from '../src/rooms/room-hub.ts';
import { RoomSources } from '../src/rooms/room-sources.ts';
import type { SnapshotLoader } from '../src/snapshots/snapshot-loader.ts';
import { TickRooms } from '../src/ticks/tick-rooms.ts';
import type { Universe } from '../src/universe/universe.ts';
import { tickOf } from './payloads.ts';

/** Here `trial` may what `service` may, which inherits most of it, but late. */
export const DELAY_MS = 3000;
const lateRows = DEFAULT_POLICY.rows
  .filter(({ role, kind }) => role === 'user' || kind === 'feed')
  .map((rule) => ({ ...rule, id: `late-${rule.id}`, role: 'trial' }))
  .map((rule) => (rule.kind === 'delaySeconds' ? { ...rule, value: String(DELAY_MS / 1000) } : rule));
const otherRows = DEFAULT_POLICY.rows.filter(({ role }) => role !== 'trial');
const access = await createAccess({ ...DEFAULT_POLICY, rows: [...otherRows, ...lateRows] });
const noEvents = new Proxy({}, { get: () => () => undefined }) as RealtimeEvents;

/** The tick of a place in a sequence, and thus the book that belongs there. */
export function truth(symbol: string, epoch: number, seq: number): TickPayload {
  const hash = (seq * 7919 + epoch * 104_729) >>> 0;
  const bidPrices = [10, 9, 8, 7].filter((_, index) => (hash >> index) & 1);
  const bidVolumes = bidPrices.map((price) => 100 * (1 + (hash % (price + 3))));
  const ts = Date.now();
  return tickOf(symbol, seq, { ts, receivedTs: ts, epoch: `e${epoch}`, bidPrices, bidVolumes });
}

/** A node without network: what the bus brings goes in, what clients are sent comes out. */
export class BareNode {
  readonly hub = new RoomHub(noEvents);
  readonly state = new MarketState();
  /** What storage has, if it can be asked. */
  readonly stored = new Map<string, TickPayload[]>();
  hasStorage = true;
  /** What it never had. */
  readonly lost = new Set<string>();
  readonly subscriptions: Subscriptions;
  readonly #ticks: TickRooms;
  readonly #delay: DelayLines;

  constructor(capacity: number) {
    const { hub, state } = this;
    const loadTick = async (symbol: string) => {
      const payload = this.hasStorage ? this.stored.get(symbol)?.at(-1) : undefined;
      if (payload) state.seedTick({ payload, traceId: 't', ts: 1 });
    };
    const ticksBetween = async (symbol: string, after: number, until: number) => {
      if (!this.hasStorage) throw new Error('there is no storage now');
      const ticks = this.stored.get(symbol) ?? [];
      return [ticks.findLast(({ ts }) => ts <= after), ticks.filter(({ ts }) => ts > after && ts <= until)];
    };
    const snapshots = { loadTick, ticksBetween } as unknown as SnapshotLoader;
    const universe = { require: async () => undefined } as unknown as Universe;
    const ring = new ReplayRing<{ payload: TickPayload; traceId: string; ts: number }>(capacity);
    const ticks = new TickRooms({ hub, state, ring, universe, snapshots, events: noEvents });
    this.#ticks = ticks;
    this.#delay = new DelayLines({ hub, events: noEvents, now: () => performance.now() });
    const other = { trade: ticks, bar: ticks, board: ticks, movers: ticks, system: ticks, user: ticks };
    const sources = new RoomSources({ tick: ticks, index: ticks, depth: ticks, ...other }, this.#delay);
    hub.listen(sources);
    hub.listen(this.#delay);
    this.subscriptions = new Subscriptions({ hub, sources, policy: { current: () => access }, events: noEvents });
  }

  accept(payload: TickPayload): void {
    this.#ticks.accept({ payload, traceId: 't', ts: payload.ts });
  }

  flush(): void {
    this.#delay.release();
    this.hub.flush();
  }
}
