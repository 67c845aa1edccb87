import type { Closers, HttpClient } from '@quotefleet/service-kit';
import { BarRooms } from './bars/bar-rooms.ts';
import { BarSources } from './bars/bar-sources.ts';
import { boardContent } from './boards/board-content.ts';
import { BoardMembers } from './boards/board-members.ts';
import { loadMembers } from './boards/load-members.ts';
import { DelayLines } from './delay/delay-lines.ts';
import { DerivedBars } from './derived-bars/derived-bars.ts';
import { loadParts, loadPartsFrom } from './derived-bars/load-parts.ts';
import type { RealtimeEvents } from './events.ts';
import { ComputedRooms } from './made-rooms/computed-rooms.ts';
import { loadQuotes } from './movers/load-quotes.ts';
import { MarketQuotes } from './movers/market-quotes.ts';
import { moversContent } from './movers/movers-content.ts';
import { MarketState } from './rooms/market-state.ts';
import { ReplayRing } from './rooms/replay-ring.ts';
import type { RoomHub } from './rooms/room-hub.ts';
import type { RoomSource, Update } from './rooms/room-source.ts';
import { RoomSources } from './rooms/room-sources.ts';
import { SnapshotLoader } from './snapshots/snapshot-loader.ts';
import { TickRooms } from './ticks/tick-rooms.ts';
import { loadTrade, loadTradesBetween } from './trades/load-trades.ts';
import { TradeRooms } from './trades/trade-rooms.ts';
import { Universe } from './universe/universe.ts';

/** How often rooms that are computed of the whole market may say something new. */
const COMPUTE_MS = 1000;

interface RoomsContext {
  hub: RoomHub;
  marketData: HttpClient;
  events: RealtimeEvents;
  instanceId: string;
  /** Ticks, bars and trades that are kept, of each. */
  replayEvents: number;
  notices: RoomSource;
  userRooms: RoomSource;
}

/** What rooms are made of: what the bus brings goes into these. */
export interface RoomInputs {
  ticks: TickRooms;
  bars: BarSources;
  trades: TradeRooms;
  members: BoardMembers;
}

export interface Rooms extends RoomInputs {
  sources: RoomSources;
  delay: DelayLines;
}

/** Every kind of room with what knows it. */
export function composeRooms(context: RoomsContext, closers: Closers): Rooms {
  const { hub, marketData, events, replayEvents, notices, userRooms } = context;
  const state = new MarketState();
  const universe = new Universe(marketData, state);
  const snapshots = new SnapshotLoader(marketData, state, events);
  const publish = (update: Update) => hub.publish(update);
  const onLoadFailed = (what: string, error: unknown) => events.snapshotMissed(what, error);

  const stored = { hub, state, universe, snapshots, events };
  const ticks = new TickRooms({ ...stored, ring: new ReplayRing(replayEvents) });
  const heardBars = new BarRooms({ ...stored, ring: new ReplayRing(replayEvents) });
  const derivedBars = new DerivedBars({
    ...{ state, universe, publish, onLoadFailed },
    load: (symbol, period) => loadParts(marketData, symbol, period),
    loadFrom: (symbol, period, fromMs) => loadPartsFrom(marketData, symbol, period, fromMs),
    recent: (symbol, period) => heardBars.recent(symbol, period),
  });
  const bars = new BarSources(heardBars, derivedBars);
  const trades = new TradeRooms({
    ...{ universe, publish, onLoadFailed, ring: new ReplayRing(replayEvents) },
    load: (symbol) => loadTrade(marketData, symbol),
    loadBetween: (symbol, range) => loadTradesBetween(marketData, symbol, range),
    onDuplicate: () => events.duplicateDropped(),
  });

  const members = new BoardMembers({ load: (name) => loadMembers(marketData, name), onLoadFailed });
  const quotes = new MarketQuotes({ state, load: () => loadQuotes(marketData), onLoadFailed });
  const computed = { instanceId: context.instanceId, publish };
  const boards = new ComputedRooms(computed, boardContent(members, quotes));
  const movers = new ComputedRooms(computed, moversContent(quotes));
  const timer = setInterval(() => {
    boards.refresh();
    movers.refresh();
  }, COMPUTE_MS);
  closers.add('computed rooms', async () => clearInterval(timer));

  const delay = new DelayLines({ hub, events, now: () => performance.now() });
  const live = { trade: trades, board: boards, movers, system: notices, user: userRooms };
  const ofTicks = { tick: ticks, index: ticks, depth: ticks };
  const sources = new RoomSources({ ...live, ...ofTicks, bar: bars }, delay);
  hub.listen(sources);
  hub.listen(delay);
  return { ticks, bars, trades, members, sources, delay };
}
