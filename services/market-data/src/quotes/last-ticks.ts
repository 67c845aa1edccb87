import { cacheInvalidateEvent, compileParser, type TickPayload, TOPICS, tickEvent } from '@quotefleet/contracts';
import type { EventBus, Subscription } from '@quotefleet/messaging';
import type { TimeSeriesStore } from '@quotefleet/timeseries';
import type { MarketDataEvents } from '../events.ts';
import { rowToTick } from '../series/rows.ts';
import { TICKS } from '../series/series.ts';

/** How long a tick counts as the last without a look into storage, where what came past the bus would be. */
const TRUSTED_MS = 5000;

const parseTickEvent = compileParser(tickEvent);

interface Known {
  tick: TickPayload;
  /** performance.now() of its coming. */
  at: number;
}

/** The last tick of each symbol: from memory while the bus brings ticks of it, else from storage. */
export class LastTicks {
  readonly #series: Pick<TimeSeriesStore, 'latest'>;
  readonly #known = new Map<string, Known>();

  constructor(series: Pick<TimeSeriesStore, 'latest'>) {
    this.#series = series;
  }

  /** Those of the symbols that there are, in the order asked for. */
  async of(symbols: readonly string[]): Promise<TickPayload[]> {
    const trustedFrom = performance.now() - TRUSTED_MS;
    const found = new Map<string, TickPayload>();
    for (const symbol of symbols) {
      const known = this.#known.get(symbol);
      if (known && known.at >= trustedFrom) found.set(symbol, known.tick);
    }
    const missing = symbols.filter((symbol) => !found.has(symbol));
    const rows = missing.length === 0 ? [] : await this.#series.latest(TICKS, missing);
    for (const row of rows) found.set(row.symbol, rowToTick(row));
    return symbols.map((symbol) => found.get(symbol)).filter((tick) => tick !== undefined);
  }

  saw(tick: TickPayload): void {
    const known = this.#known.get(tick.symbol)?.tick;
    if (!known || !isBefore(tick, known)) this.#known.set(tick.symbol, { tick, at: performance.now() });
  }

  /** What is stored of a symbol has changed; of any symbol where none is named. */
  forget(symbol: string | undefined): void {
    if (symbol === undefined) this.#known.clear();
    else this.#known.delete(symbol);
  }
}

interface FollowOptions {
  bus: EventBus;
  events: MarketDataEvents;
  /** Each process hears all, in consumer groups of its own. */
  instanceId: string;
}

/** Tells of every tick of the bus from now on, and of changes past it. */
export async function followTicks(lastTicks: LastTicks, { bus, events, instanceId }: FollowOptions) {
  const common = { from: 'latest' as const, onTrouble: events.busTrouble.bind(events) };
  const subscriptions: Subscription[] = await Promise.all([
    bus.subscribe({
      ...common,
      group: `last-ticks-${instanceId}`,
      topics: [TOPICS.ticks],
      decode: toTick,
      handle: async (batch) => {
        for (const { value } of batch.events) if (value) lastTicks.saw(value);
      },
    }),
    bus.subscribe({
      ...common,
      group: `last-ticks-changes-${instanceId}`,
      topics: [TOPICS.cacheInvalidate],
      decode: (value) => cacheInvalidateEvent.parse(value),
      handle: async (batch) => {
        for (const { value } of batch.events) lastTicks.forget(value.payload.symbol);
      },
    }),
  ]);
  return { close: async () => void (await Promise.all(subscriptions.map((each) => each.close()))) };
}

/** What is no tick becomes a dead letter by whom stores ticks: one is enough. */
function toTick(value: unknown): TickPayload | undefined {
  try {
    return parseTickEvent(value).payload;
  } catch {
    return undefined;
  }
}

/** An epoch begins with the time, and sequences within it grow with it. */
function isBefore(tick: TickPayload, known: TickPayload): boolean {
  return tick.ts < known.ts || (tick.ts === known.ts && tick.epoch === known.epoch && tick.seq < known.seq);
}
