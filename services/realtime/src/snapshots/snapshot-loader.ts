import { type BarPayload, marketApi, type Quote, type TickPayload } from '@quotefleet/contracts';
import { isMinutePeriod, kindOf, type Period } from '@quotefleet/domain';
import { AppError, type HttpClient, newTraceId } from '@quotefleet/service-kit';
import type { RealtimeEvents } from '../events.ts';
import type { MarketState } from '../rooms/market-state.ts';
import { barsOf, toBar } from './stored-bar.ts';

/** How long a symbol of which storage knew nothing is not asked for again. */
const ABSENT_MS = 2000;
/** From the midnight of a day until its closing prices are known everywhere. */
const DAY_KNOWN_AFTER_MS = 15.5 * 3_600_000;
/** Of one answer: a quarter of an hour of ticks has three hundred. */
const ROWS_MAX = 5000;

/** Asks market-data for the newest value of rooms of which the bus has brought nothing to this node yet. */
export class SnapshotLoader {
  readonly #marketData: HttpClient;
  readonly #state: MarketState;
  readonly #events: RealtimeEvents;
  readonly #loading = new Map<string, Promise<void>>();
  /** Of performance.now(): a clock that is set back makes no pause longer. */
  readonly #absentUntil = new Map<string, number>();

  constructor(marketData: HttpClient, state: MarketState, events: RealtimeEvents) {
    this.#marketData = marketData;
    this.#state = state;
    this.#events = events;
  }

  /** Resolves once the newest tick of a symbol is known, or none can be had. */
  async loadTick(symbol: string): Promise<void> {
    if (!this.#state.latestTick(symbol)) await this.#once(`tick:${symbol}`, () => this.#loadTick(symbol));
  }

  /** The same for the newest bar. */
  async loadBar(symbol: string, period: Period): Promise<void> {
    if (!this.#state.latestBar(symbol, period))
      await this.#once(`bar:${symbol}:${period}`, () => this.#loadBar(symbol, period));
  }

  /** Stored ticks from after one moment to another, and the last one before: ms since the epoch. */
  async ticksBetween(symbol: string, after: number, until: number): Promise<[TickPayload | undefined, TickPayload[]]> {
    const read = async (query: { start?: string; end: string; limit: number }) => {
      const page = await this.#marketData.call(marketApi.listTicks, { params: { symbol }, query });
      return page.ticks.map(({ time: _time, ...tick }): TickPayload => tick);
    };
    const [before] = await read({ end: `${after}`, limit: 1 });
    return [before, await read({ start: `${after + 1}`, end: `${until}`, limit: ROWS_MAX })];
  }

  /** The same for bars that ended, by when that was. */
  async barsBetween(
    { symbol, period }: { symbol: string; period: Period },
    after: number,
    until: number,
  ): Promise<[BarPayload | undefined, BarPayload[]]> {
    const read = async (range: { start?: string; end: string; limit: number }) => {
      const query = { ...range, period };
      const page = await this.#marketData.call(barsOf(symbol), { params: { symbol }, query });
      return page.bars.map((bar) => toBar(symbol, period, bar));
    };
    if (!isMinutePeriod(period)) {
      // By its date a running day is past already, and what it has now shows in it.
      const ended = (await read({ end: `${until}`, limit: 3 })).filter(({ final }) => final);
      const between = ended.filter((bar) => barEnd(bar) > after && barEnd(bar) <= until);
      return [ended.findLast((bar) => barEnd(bar) <= after), between];
    }
    const [before] = await read({ end: `${after}`, limit: 1 });
    return [before, await read({ start: `${after + 1}`, end: `${until}`, limit: ROWS_MAX })];
  }

  async #once(key: string, load: () => Promise<void>): Promise<void> {
    if ((this.#absentUntil.get(key) ?? 0) > performance.now()) return;
    const running = this.#loading.get(key);
    if (running) return running;
    const loading = load()
      .catch((error: unknown) => this.#failed(key, error))
      .finally(() => this.#loading.delete(key));
    this.#loading.set(key, loading);
    await loading;
  }

  #failed(key: string, error: unknown): void {
    this.#absentUntil.set(key, performance.now() + ABSENT_MS);
    if (!(error instanceof AppError && error.code === 'NOT_FOUND')) this.#events.snapshotMissed(key, error);
  }

  async #loadTick(symbol: string): Promise<void> {
    const isIndex = kindOf(symbol) === 'index';
    const endpoint = isIndex ? marketApi.realtimeIndex : marketApi.realtimeStock;
    const quote = await this.#marketData.call(endpoint, { params: { symbol } });
    this.#state.seedTick({ payload: toTick(quote), traceId: newTraceId(), ts: Date.now() });
  }

  async #loadBar(symbol: string, period: Period): Promise<void> {
    // Without a start the page ends at the newest bar.
    const page = await this.#marketData.call(barsOf(symbol), { params: { symbol }, query: { period, limit: 1 } });
    const bar = page.bars.at(-1);
    if (!bar) throw new AppError('NOT_FOUND', `no bar of ${symbol} yet`);
    this.#state.seedBar({ payload: toBar(symbol, page.period, bar), traceId: newTraceId(), ts: Date.now() });
  }
}

/** When all of a bar was known, ms since the epoch: those of days and longer are dated by a midnight. */
export function barEnd({ period, ts }: Pick<BarPayload, 'period' | 'ts'>): number {
  return isMinutePeriod(period) ? ts : ts + DAY_KNOWN_AFTER_MS;
}

function toTick(quote: Quote): TickPayload {
  const ts = Date.parse(quote.time);
  const { symbol, seq, epoch, last, open, high, low, preClose, volume, amount, phase, limitUp, limitDown } = quote;
  return {
    ...{ symbol, ts, seq, epoch, last, open, high, low, preClose, volume, amount },
    bidPrices: quote.bids.map((level) => level.price),
    bidVolumes: quote.bids.map((level) => level.volume),
    askPrices: quote.asks.map((level) => level.price),
    askVolumes: quote.asks.map((level) => level.volume),
    ...(phase === undefined ? {} : { phase }),
    ...(limitUp === undefined ? {} : { limitUp }),
    ...(limitDown === undefined ? {} : { limitDown }),
    source: 'storage',
    receivedTs: ts,
  };
}
