import type { BarPayload, Position, ServerMessage } from '@quotefleet/contracts';
import { newTraceId } from '@quotefleet/service-kit';
import { LoadOnce } from '../made-rooms/load-once.ts';
import { PreparedRooms } from '../made-rooms/prepared-rooms.ts';
import type { Arrival, Latest, MarketState, Step } from '../rooms/market-state.ts';
import type { Room } from '../rooms/room-name.ts';
import type { RoomSource, Update } from '../rooms/room-source.ts';
import { messageOf, snapshotOf } from '../rooms/update-message.ts';
import { type BasePeriod, baseOf, type DerivedPeriod, deriveBar, groupOf, isDerived } from './bar-parts.ts';
import { type Amended, LateParts } from './late-parts.ts';
import type { LoadedParts } from './load-parts.ts';
import { type Moment, newSeries, type Series, seriesKey } from './series.ts';

const DAY_MS = 86_400_000;

type DerivedRoom = Extract<Room, { kind: 'bar' }> & { period: DerivedPeriod };

interface RoomState {
  room: DerivedRoom;
  series: Series;
  /** Which bar is the newest. */
  group: string | number | undefined;
  latest: Latest<BarPayload> | undefined;
}

interface DerivedBarsContext {
  state: Pick<MarketState, 'latestBar'>;
  universe: { require(symbol: string): Promise<void> };
  /** Asks market-data for the newest bars. */
  load: (symbol: string, period: BasePeriod) => Promise<LoadedParts>;
  /** Asks market-data for the bars of a day, or of a month and the weeks that it cuts through. */
  loadFrom: (symbol: string, period: BasePeriod, fromMs: number) => Promise<BarPayload[]>;
  /** What the bus brought lately, oldest first: storage that is read from a replica may not have it yet. */
  recent: (symbol: string, period: BasePeriod) => readonly BarPayload[];
  publish: (update: Update) => void;
  onLoadFailed: (room: string, error: unknown) => void;
}

/**
 * Rooms of bars longer than those on the bus: of minutes, made of minute bars, and of weeks and months, made of daily
 * ones. They are made only while somebody is in the room. Each part that comes, new or amended, gives a new state of its
 * bar, at the part's place in the sequence.
 */
export class DerivedBars implements RoomSource {
  readonly #context: DerivedBarsContext;
  readonly #rooms = new PreparedRooms<RoomState>((state) => this.#forget(state));
  readonly #series = new Map<string, Series>();
  readonly #loads: LoadOnce;
  readonly #late: LateParts;

  constructor(context: DerivedBarsContext) {
    this.#context = context;
    this.#loads = new LoadOnce(context.onLoadFailed);
    this.#late = new LateParts({ ...context, onRead: (...read) => this.#amend(...read) });
  }

  /** Takes a bar of a minute or a day in that the bus brought for the first time, and where its own room is with it. */
  accept({ payload, traceId, ts: madeAt }: Arrival<BarPayload>, { epoch, seq }: Pick<Step, 'epoch' | 'seq'>): void {
    const moment: Moment = { traceId, ts: madeAt, epoch, seq };
    const { symbol, period, ts, final } = payload;
    const minutes = period === '1d' && final ? this.#series.get(seriesKey(symbol, '1m')) : undefined;
    if (minutes) {
      minutes.watermark = Math.max(minutes.watermark, ts + DAY_MS);
      for (const state of this.#roomsOf(minutes)) this.#close(state, moment);
    }
    const series = this.#series.get(seriesKey(symbol, period));
    if (!series) return;
    series.parts.put(payload);
    series.watermark = Math.max(series.watermark, ts);
    if (!series.isLoaded) {
      void this.#load(series);
      return;
    }
    let isLate = false;
    for (const state of this.#roomsOf(series)) {
      this.#advance(state, payload, moment);
      isLate ||= !hasGroupOf(state, ts);
    }
    if (isLate) this.#late.add(series, ts, moment);
  }

  require(room: Room): Promise<void> {
    return this.#context.universe.require(derivedRoom(room).symbol);
  }

  async prepare(room: Room): Promise<void> {
    const { series } = this.#rooms.prepare(room.name, () => this.#newState(derivedRoom(room)));
    if (!series.isLoaded) await this.#load(series);
  }

  opened(room: Room): void {
    const { series } = this.#rooms.open(room.name, () => this.#newState(derivedRoom(room)));
    if (!series.isLoaded) void this.#load(series);
  }

  dropped(room: Room): void {
    this.#rooms.drop(room.name);
  }

  snapshot(room: Room): ServerMessage | undefined {
    const latest = this.#rooms.get(room.name)?.latest;
    return latest && snapshotOf({ ...latest, room, type: 'bar' });
  }

  /** The states in which the bars are that changed since: those in between say nothing that these do not. */
  since(room: Room, position: Position): ServerMessage[] | undefined {
    const state = this.#rooms.get(room.name);
    const { latest } = state ?? {};
    if (!state || !latest || latest.epoch !== position.epoch) return undefined;
    const { parts, watermark } = state.series;
    const bars = parts
      .groupsSince(position, state.room.period)
      ?.map((group) => deriveBar(parts.group(group, state.room.period), state.room.period, watermark));
    if (!bars) return undefined;
    const messages: ServerMessage[] = [];
    let prevSeq = position.seq;
    for (const [index, bar] of bars.entries()) {
      if (!bar) return undefined;
      const isLast = index === bars.length - 1;
      const seq = isLast ? Math.max(prevSeq, latest.seq) : Math.max(prevSeq, bar.seq);
      const { traceId, ts, epoch } = latest;
      const payload = { ...bar, epoch, seq };
      messages.push(messageOf({ room, type: 'bar', payload, traceId, ts, epoch, seq, prevSeq }));
      prevSeq = seq;
    }
    return messages;
  }

  #newState(room: DerivedRoom): RoomState {
    const base = baseOf(room.period);
    const key = seriesKey(room.symbol, base);
    const series = this.#series.get(key) ?? newSeries(room.symbol, base);
    this.#series.set(key, series);
    const state: RoomState = { room, series, group: undefined, latest: undefined };
    series.rooms.add(room.name);
    if (series.isLoaded) this.#restart(state);
    return state;
  }

  #forget({ room, series }: RoomState): void {
    series.rooms.delete(room.name);
    if (series.rooms.size === 0) this.#series.delete(seriesKey(series.symbol, series.period));
  }

  *#roomsOf(series: Series): Iterable<RoomState> {
    for (const name of series.rooms) {
      const state = this.#rooms.get(name);
      if (state) yield state;
    }
  }

  async #load(series: Series): Promise<void> {
    const { symbol, period } = series;
    await this.#loads.run(`bar:${symbol}:${period}`, async () => {
      const { bars, isAll } = await this.#context.load(symbol, period);
      for (const bar of this.#context.recent(symbol, period)) series.parts.put(bar);
      series.parts.seed(bars, isAll);
      series.watermark = Math.max(series.watermark, series.parts.newest?.ts ?? 0);
      series.isLoaded = true;
      for (const state of this.#roomsOf(series)) this.#restart(state);
    });
  }

  /** Begins a room with the newest bar; who is in it already, because it could not be had before, is sent it. */
  #restart(state: RoomState): void {
    const { parts, watermark, symbol, period } = state.series;
    const { newest } = parts;
    if (!newest) return;
    state.group = groupOf(newest.ts, state.room.period);
    const bar = deriveBar(parts.group(state.group, state.room.period), state.room.period, watermark);
    if (!bar) return;
    const heard = this.#context.state.latestBar(symbol, period);
    if (heard && heard.epoch !== '') this.#publish(state, bar, heard);
    else state.latest = { payload: bar, traceId: newTraceId(), ts: Date.now(), epoch: bar.epoch, seq: bar.seq };
  }

  #advance(state: RoomState, part: BarPayload, moment: Moment): void {
    const { room, group: newest } = state;
    const group = groupOf(part.ts, room.period);
    if (newest !== undefined && group > newest) this.#close(state, moment);
    if (newest === undefined || group > newest) state.group = group;
    this.#publishGroup(state, group, moment);
  }

  /** Tells what bars of the past are now that late parts of them came: where each room is, however far it went meanwhile. */
  #amend(series: Series, bars: readonly BarPayload[], amended: Amended): void {
    for (const state of this.#roomsOf(series)) {
      const { period } = state.room;
      const told = new Set<string | number>();
      for (const [ts, moment] of amended) {
        const group = groupOf(ts, period);
        if (told.has(group) || hasGroupOf(state, ts)) continue;
        told.add(group);
        const parts = bars.filter((bar) => groupOf(bar.ts, period) === group);
        const bar = deriveBar(parts, period, series.watermark);
        if (bar) this.#publish(state, bar, laterOf(state.latest, moment));
      }
    }
  }

  /** Tells that the newest bar is final, where time has gone on without a last part of it. */
  #close(state: RoomState, moment: Moment): void {
    if (state.group !== undefined && state.latest?.payload.final === false)
      this.#publishGroup(state, state.group, moment, (bar) => bar.final);
  }

  #publishGroup(state: RoomState, group: string | number, moment: Moment, isNews = (_bar: BarPayload) => true): void {
    const { parts, watermark } = state.series;
    const bar = deriveBar(parts.group(group, state.room.period), state.room.period, watermark);
    if (bar && isNews(bar)) this.#publish(state, bar, moment);
  }

  #publish(state: RoomState, bar: BarPayload, { traceId, ts, epoch, seq: madeAt }: Moment): void {
    const { room, latest: before } = state;
    const prevSeq = before?.epoch === epoch ? before.seq : undefined;
    // A day's bar that closed this one may be further on than the minutes are.
    const seq = Math.max(madeAt, prevSeq ?? 0);
    const payload = { ...bar, epoch, seq };
    const newest = groupOf(bar.ts, room.period) === state.group ? payload : before?.payload;
    if (newest) state.latest = { payload: newest, traceId, ts, epoch, seq };
    this.#context.publish({ room, type: 'bar', payload, traceId, ts, epoch, seq, prevSeq });
  }
}

/** Whether all is here that the bar is made of to which a part belongs. */
function hasGroupOf({ room: { period }, series: { parts } }: RoomState, ts: number): boolean {
  return parts.group(groupOf(ts, period), period).length > 0;
}

/** What an event says about where a room is, unless the room is past it. */
function laterOf(latest: Latest<BarPayload> | undefined, moment: Moment): Moment {
  if (!latest || latest.epoch === '') return moment;
  const { epoch, seq } = latest;
  return { ...moment, epoch, seq: epoch === moment.epoch ? Math.max(seq, moment.seq) : seq };
}

function derivedRoom(room: Room): DerivedRoom {
  if (room.kind !== 'bar' || !isDerived(room.period)) throw new TypeError(`expected a derived bar, was ${room.name}`);
  return room as DerivedRoom;
}
