import type { BarPayload, TickPayload } from '@quotefleet/contracts';
import { SequenceMemory } from './sequence-memory.ts';

/** The newest value of a series. `epoch` and `seq` are how far its room is, which an amendment may push past the value's own. */
export interface Latest<T> {
  payload: T;
  traceId: string;
  /** When its event was made, ms since epoch UTC. */
  ts: number;
  epoch: string;
  seq: number;
  /** It came of storage, for those who asked then: others who are in its room were not sent it. */
  isStored?: boolean;
}

/** A value with what its event says about it. */
export interface Arrival<T> {
  payload: T;
  traceId: string;
  ts: number;
}

/** How far a room has come with a value, and how far it was before in the same epoch. */
export interface Step {
  epoch: string;
  seq: number;
  prevSeq: number | undefined;
}

interface Series<T> {
  latest: Latest<T>;
  seen: SequenceMemory;
}

interface Sequenced {
  epoch: string;
  seq: number;
}

/** The newest tick of every symbol and the newest bar of every symbol and pushed period. */
export class MarketState {
  readonly #ticks = new Map<string, Series<TickPayload>>();
  readonly #bars = new Map<string, Series<BarPayload>>();

  latestTick(symbol: string): Latest<TickPayload> | undefined {
    return this.#ticks.get(symbol)?.latest;
  }

  /** The newest tick of every symbol. */
  *ticks(): Iterable<Latest<TickPayload>> {
    for (const { latest } of this.#ticks.values()) yield latest;
  }

  /** The newest bar of every symbol, of one period. */
  *bars(period: string): Iterable<Latest<BarPayload>> {
    for (const { latest } of this.#bars.values()) if (latest.payload.period === period) yield latest;
  }

  latestBar(symbol: string, period: string): Latest<BarPayload> | undefined {
    return this.#bars.get(barKey(symbol, period))?.latest;
  }

  /** Takes a tick off the bus; undefined for one that was delivered before. */
  acceptTick(event: Arrival<TickPayload>): Step | undefined {
    const tick = event.payload;
    const series = this.#ticks.get(tick.symbol);
    if (!series) return firstStep(this.#ticks, tick.symbol, event);
    if (!series.seen.advance(tick.epoch, tick.seq)) return undefined;
    return moveOn(series, event);
  }

  /**
   * Takes a bar off the bus; undefined for one that was delivered before. Several bars may carry one sequence: the
   * last provisional state of a minute and its final one, and all minutes that were made at once. A bar of an earlier minute is an amendment: it goes out at
   * the room's present position, and the newest bar stays the newest.
   */
  acceptBar(event: Arrival<BarPayload>): Step | undefined {
    const bar = event.payload;
    const key = barKey(bar.symbol, bar.period);
    const series = this.#bars.get(key);
    if (!series) return firstStep(this.#bars, key, event);
    const { latest } = series;
    const isCurrentEpoch = bar.epoch === latest.epoch;
    const advances = series.seen.advance(bar.epoch, bar.seq);
    if (isCurrentEpoch && bar.ts > latest.payload.ts) return moveOn(series, event);
    if (advances && (!isCurrentEpoch || bar.ts === latest.payload.ts)) return moveOn(series, event);
    if (isCurrentEpoch && bar.ts === latest.payload.ts && isRevision(bar, latest.payload)) return moveOn(series, event);
    if (bar.ts < latest.payload.ts && (advances || bar.final)) return amend(latest, bar);
    return undefined;
  }

  /** Takes what storage knew of a series of which the bus has brought nothing yet. */
  seedTick(event: Arrival<TickPayload>): void {
    const { symbol } = event.payload;
    if (!this.#ticks.has(symbol)) firstStep(this.#ticks, symbol, event, { isStored: true });
  }

  seedBar(event: Arrival<BarPayload>): void {
    const key = barKey(event.payload.symbol, event.payload.period);
    if (!this.#bars.has(key)) firstStep(this.#bars, key, event, { isStored: true });
  }
}

function barKey(symbol: string, period: string): string {
  return `${symbol}:${period}`;
}

function firstStep<T extends Sequenced>(
  all: Map<string, Series<T>>,
  key: string,
  { payload, traceId, ts }: Arrival<T>,
  origin: { isStored?: boolean } = {},
): Step {
  const { epoch, seq } = payload;
  all.set(key, { latest: { payload, traceId, ts, epoch, seq, ...origin }, seen: new SequenceMemory(epoch, seq) });
  return { epoch, seq, prevSeq: undefined };
}

function moveOn<T extends Sequenced>(series: Series<T>, { payload, traceId, ts }: Arrival<T>): Step {
  const before = series.latest;
  const isSameEpoch = before.epoch === payload.epoch;
  const seq = isSameEpoch ? Math.max(before.seq, payload.seq) : payload.seq;
  series.latest = { payload, traceId, ts, epoch: payload.epoch, seq };
  return { epoch: payload.epoch, seq, prevSeq: isSameEpoch ? before.seq : undefined };
}

function amend(latest: Latest<BarPayload>, bar: BarPayload): Step {
  const prevSeq = latest.seq;
  if (bar.epoch === latest.epoch) latest.seq = Math.max(latest.seq, bar.seq);
  return { epoch: latest.epoch, seq: latest.seq, prevSeq };
}

/** Says a bar of the newest minute, at no higher sequence, something that the newest one does not? */
function isRevision(bar: BarPayload, latest: BarPayload): boolean {
  if (!bar.final) return false;
  return (
    !latest.final ||
    bar.open !== latest.open ||
    bar.high !== latest.high ||
    bar.low !== latest.low ||
    bar.close !== latest.close ||
    bar.volume !== latest.volume ||
    bar.amount !== latest.amount
  );
}
